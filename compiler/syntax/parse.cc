// SPDX-License-Identifier: Apache-2.0
// The wall around ANTLR. A file is cut into statements, each parsed and turned into its tree by
// itself, so that memory holds the parse tree of one statement, and a mistake in one does not reach
// the next. Prediction is SLL first and full LL, with our errors, only where that fails.
#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "ZdmBackquoteLexer.h"
#include "ZdmLexer.h"
#include "ZdmParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/build.h"
#include "compiler/syntax/parse_input.h"
#include "compiler/syntax/syntax_problem.h"
#include "compiler/syntax/tokens.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

using Tokens = std::vector<std::unique_ptr<antlr4::Token>>;
using P = ZdmParser;

SourceSpan SpanOf(const ParseInput& input, const antlr4::Token& token) {
  return input.Span(token.getStartIndex(), token.getStopIndex() + 1);
}

std::string_view TokenName(const antlr4::Recognizer& grammar, std::size_t type) {
  static const std::vector<std::string> names = [&] {
    std::vector<std::string> all;
    for (std::size_t i = 0; i <= grammar.getVocabulary().getMaxTokenType(); ++i) {
      all.push_back(grammar.getVocabulary().getSymbolicName(i));
    }
    return all;
  }();
  return type == antlr4::Token::EOF ? "EOF" : std::string_view(names[type]);
}

std::unique_ptr<antlr4::Lexer> MakeLexer(antlr4::CharStream& text, Quoting quoting) {
  std::unique_ptr<antlr4::Lexer> lexer;
  if (quoting == Quoting::kBackquote) {
    lexer = std::make_unique<ZdmBackquoteLexer>(&text);
  } else {
    lexer = std::make_unique<ZdmLexer>(&text);
  }
  lexer->removeErrorListeners();
  return lexer;
}

/// Cuts the tokens of a file into statements.
class Statements {
 public:
  Statements(antlr4::Lexer& lexer, ParseInput& input) : lexer_(lexer), input_(input) {}

  /// The tokens of the next statement; none at the end of the file.
  Tokens Next() {
    Tokens tokens;
    input_.comments.clear();
    int braces = 0;
    int brackets = 0;
    bool too_deep = false;
    while (std::unique_ptr<antlr4::Token> token = Take()) {
      const std::size_t type = token->getType();
      if (StartsAnother(tokens, *token, braces) || (type == P::RightBrace && braces == 0)) {
        if (!tokens.empty()) {
          held_ = std::move(token);
          break;
        }
      }
      brackets += type == P::LeftParen || type == P::LeftBracket ? 1 : 0;
      brackets -= type == P::RightParen || type == P::RightBracket ? 1 : 0;
      if (type == P::Semicolon || type == P::LeftBrace || type == P::RightBrace) brackets = 0;
      if (brackets > kDeepest && !too_deep) {
        too_deep = true;
        input_.diagnostics.Error(codes::kTooDeep, SpanOf(input_, *token),
                                 fmt::format("more than {} parentheses in each other", kDeepest));
      }
      braces += type == P::LeftBrace ? 1 : 0;
      braces -= type == P::RightBrace ? 1 : 0;
      const bool schema = type == P::LeftBrace && !tokens.empty() &&
                          tokens.front()->getType() == P::Schema && braces == 1;
      if (!too_deep) tokens.push_back(std::move(token));
      if (schema || (braces <= 0 && (type == P::Semicolon || type == P::RightBrace))) break;
    }
    if (too_deep) return Next();
    return tokens;
  }

 private:
  static constexpr int kDeepest = 200;

  /// A word that can only begin a statement, where the one at hand lacks its end.
  bool StartsAnother(const Tokens& tokens, const antlr4::Token& token, int braces) const {
    if (tokens.empty()) return false;
    const std::size_t before = tokens.back()->getType();
    const std::size_t type = token.getType();
    if (braces > 0) {
      return type == P::Table && (before == P::Semicolon || before == P::RightBrace);
    }
    if (before == P::Drop || before == P::Ignore || before == P::Allow || before == P::Unlogged) {
      return false;
    }
    const bool starts = type == P::Table || type == P::Extension || type == P::Dialect ||
                        type == P::Enum || type == P::Sequence || type == P::Domain ||
                        type == P::Unlogged || type == P::Drop || type == P::Allow ||
                        type == P::Ignore;
    return starts && input_.FirstOfLine(SpanOf(input_, token));
  }

  /// The next token that counts, or null at the end.
  std::unique_ptr<antlr4::Token> Take() {
    if (held_) return std::move(held_);
    while (!input_.cut_short) {
      std::unique_ptr<antlr4::Token> token = lexer_.nextToken();
      const SourceSpan span = SpanOf(input_, *token);
      switch (token->getType()) {
        case antlr4::Token::EOF:
          return nullptr;
        case P::LineComment:
        case P::BlockComment:
          input_.comments.push_back(span);
          break;
        case P::UnclosedName:
        case P::UnclosedString:
        case P::UnclosedDollar:
        case P::UnclosedComment:
          ReportUnclosed(span, token->getType());
          return nullptr;
        default:
          return token;
      }
    }
    return nullptr;
  }

  void ReportUnclosed(SourceSpan span, std::size_t type) {
    const char* what = "string";
    if (type == P::UnclosedName) what = "quoted name";
    if (type == P::UnclosedDollar) what = "dollar-quoted string";
    if (type == P::UnclosedComment) what = "comment";
    span.end = std::min(span.end, span.begin + 2);
    input_.diagnostics.Error(codes::kUnclosed, span, fmt::format("this {} is not closed", what));
    input_.cut_short = true;
  }

  antlr4::Lexer& lexer_;
  ParseInput& input_;
  std::unique_ptr<antlr4::Token> held_;
};

/// Reports in our words, and goes on after the item or statement in which the mistake stands.
class ErrorStrategy : public antlr4::DefaultErrorStrategy {
 public:
  explicit ErrorStrategy(ParseInput& input) : input_(input) {}

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override {
    if (inErrorRecoveryMode(parser)) return;
    beginErrorCondition(parser);
    SyntaxProblem problem;
    if (dynamic_cast<const antlr4::InputMismatchException*>(&error) != nullptr) {
      for (const ssize_t type : error.getExpectedTokens().toList()) {
        if (type < 0 || IsOfOtherLexer(static_cast<std::size_t>(type))) continue;
        problem.expected.push_back(Display(parser, static_cast<std::size_t>(type)));
      }
    }
    Report(parser, error.getOffendingToken(), std::move(problem));
  }

  void recover(antlr4::Parser* parser, std::exception_ptr error) override {
    const std::size_t rule = parser->getContext()->getRuleIndex();
    const bool recovers =
        rule == P::RuleTableItem || rule == P::RuleTransitionItem || rule == P::RuleStatement;
    if (!recovers) std::rethrow_exception(error);
    SkipItem(parser);
    endErrorCondition(parser);
  }

  antlr4::Token* recoverInline(antlr4::Parser* parser) override {
    throw antlr4::InputMismatchException(parser);
  }

  /// Before each item of a list: what can begin none is skipped here, so that the list goes on.
  void sync(antlr4::Parser* parser) override {
    const std::size_t rule = parser->getContext()->getRuleIndex();
    if (rule != P::RuleTable && rule != P::RuleTransition) return;
    const antlr4::atn::ATN& atn = parser->getATN();
    const antlr4::misc::IntervalSet starts = atn.nextTokens(atn.states[parser->getState()]);
    while (true) {
      antlr4::Token* token = parser->getCurrentToken();
      if (token->getType() == antlr4::Token::EOF) return;
      if (starts.contains(token->getType())) return;
      SyntaxProblem problem;
      problem.expected = {rule == P::RuleTable
                              ? "a column, key, check or index"
                              : "`from`, `up`, `down`, `lossy` or `with timezone`"};
      problem.first = token->getText();
      Report(parser, token, std::move(problem));
      item_begin_ = offending_;
      SkipItem(parser);
      if (parser->getCurrentToken()->getTokenIndex() == offending_) parser->consume();
    }
  }

  int errors() const { return errors_; }

 private:
  static bool IsBackquoteWord(std::size_t type) {
    return type >= P::Auto_increment && type <= P::Current_timestamp;
  }
  bool IsOfOtherLexer(std::size_t type) const {
    return input_.quoting() == Quoting::kStandard && IsBackquoteWord(type);
  }

  static std::string Display(antlr4::Parser* parser, std::size_t type) {
    if (type == P::Word) return "a name";
    if (type == P::PlaceFirst) return "`first`";
    const bool text = type == P::String || type == P::EscapeString || type == P::DollarString;
    if (text) return "a text in quotes";
    if (type == P::Number) return "a number";
    const std::string literal = parser->getVocabulary().getLiteralName(type);
    if (!literal.empty()) return fmt::format("`{}`", literal.substr(1, literal.size() - 2));
    return fmt::format("`{}`", FoldName(parser->getVocabulary().getSymbolicName(type)));
  }

  /// The token index at which the item or statement around begins, and the rule within it.
  void FindItem(antlr4::Parser* parser, SyntaxProblem& problem) {
    item_begin_ = 0;
    for (auto* context = parser->getContext(); context != nullptr;
         context = static_cast<antlr4::ParserRuleContext*>(context->parent)) {
      const std::size_t rule = context->getRuleIndex();
      const bool item = rule == P::RuleTableItem || rule == P::RuleTransitionItem ||
                        rule == P::RuleStatement || rule == P::RuleTable;
      if (item) {
        item_begin_ = context->getStart()->getTokenIndex();
        problem.in_table = rule != P::RuleStatement;
        return;
      }
      problem.rules.push_back(parser->getRuleNames()[rule]);
    }
  }

  void Report(antlr4::Parser* parser, antlr4::Token* token, SyntaxProblem problem) {
    ++errors_;
    FindItem(parser, problem);
    in_column_ =
        std::find(problem.rules.begin(), problem.rules.end(), "column") != problem.rules.end();
    antlr4::TokenStream* stream = parser->getTokenStream();
    offending_ = token->getTokenIndex();
    const bool at_end = token->getType() == antlr4::Token::EOF;
    if (at_end && input_.cut_short) return;
    if (problem.first.empty()) problem.first = stream->get(item_begin_)->getText();
    antlr4::Token* before = offending_ > 0 ? stream->get(offending_ - 1) : token;
    const SourceSpan before_span = SpanOf(input_, *before);
    SourceSpan span = at_end ? before_span : SpanOf(input_, *token);
    if (at_end) span.begin = span.end - 1;
    if (!at_end) problem.found = input_.Raw(span);
    problem.reserved =
        !at_end && ((token->getType() >= P::Dialect && token->getType() <= P::TypeWord) ||
                    IsBackquoteWord(token->getType()));
    problem.quoting = input_.quoting();
    problem.missing_semicolon = MissesSemicolon(stream, *token);
    problem.opened = stream->get(0)->getText();
    if (problem.missing_semicolon) span = {span.file, before_span.end - 1, before_span.end};
    DescribeSyntaxProblem(problem, input_.diagnostics.Error(codes::kSyntaxError, span, ""));
  }

  /// Whether the item before `token` looks whole but for its `;`: the token begins a line and is
  /// indented no deeper than the item.
  bool MissesSemicolon(antlr4::TokenStream* stream, const antlr4::Token& token) const {
    if (offending_ <= item_begin_ + 1 || token.getType() == antlr4::Token::EOF) return false;
    const SourceSpan span = SpanOf(input_, token);
    const SourceSpan item = SpanOf(input_, *stream->get(item_begin_));
    int depth = 0;
    for (std::size_t i = item_begin_; i < offending_; ++i) {
      const std::size_t type = stream->get(i)->getType();
      depth += type == P::LeftParen || type == P::LeftBrace ? 1 : 0;
      depth -= type == P::RightParen || type == P::RightBrace ? 1 : 0;
    }
    const std::size_t before = stream->get(offending_ - 1)->getType();
    const bool open = before == P::Comma || before == P::Dot || before == P::Equals ||
                      before == P::Operator || before == P::Semicolon;
    if (token.getType() == P::RightBrace) return depth == 0 && !open;
    return depth == 0 && !open && input_.FirstOfLine(span) &&
           input_.Indentation(span) <= input_.Indentation(item);
  }

  void SkipItem(antlr4::Parser* parser) {
    antlr4::TokenStream* stream = parser->getTokenStream();
    int depth = 0;
    for (std::size_t i = item_begin_; i < stream->index(); ++i) {
      const std::size_t type = stream->get(i)->getType();
      depth += type == P::LeftBrace ? 1 : 0;
      depth -= type == P::RightBrace ? 1 : 0;
    }
    const std::size_t at = stream->index();
    const antlr4::Token* offending = stream->get(std::max(offending_, at));
    const bool resumes = offending_ > item_begin_ && MissesSemicolon(stream, *offending);
    while (parser->getCurrentToken()->getType() != antlr4::Token::EOF) {
      const std::size_t type = parser->getCurrentToken()->getType();
      const std::size_t index = parser->getCurrentToken()->getTokenIndex();
      if (resumes && index >= offending_) return;
      if (type == P::RightBrace && depth <= 0) return;
      parser->consume();
      depth += type == P::LeftBrace ? 1 : 0;
      depth -= type == P::RightBrace ? 1 : 0;
      if (depth <= 0 && (type == P::Semicolon || type == P::RightBrace)) return;
      if (depth <= 0 && type == P::Comma && index == offending_ && in_column_) return;
    }
  }

  ParseInput& input_;
  std::size_t item_begin_ = 0;
  std::size_t offending_ = 0;
  bool in_column_ = false;
  int errors_ = 0;
};

/// Parses the statements of one file.
class FileParser {
 public:
  FileParser(ParseInput& input, ast::File& file)
      : input_(input), file_(file), build_(input, file), parser_(nullptr) {
    parser_.removeErrorListeners();
  }

  void Statement(Tokens tokens) {
    const std::size_t first = tokens.front()->getType();
    const SourceSpan span = SpanOf(input_, *tokens.front());
    if (first == P::Semicolon && tokens.size() == 1) return;
    if (first == P::RightBrace && tokens.size() == 1) {
      build_.CloseSchema(span);
      return;
    }
    const bool tombstone = first == P::Drop && tokens.size() > 1;
    const SourceSpan word = tombstone ? SpanOf(input_, *tokens[1]) : span;
    const std::size_t errors = input_.diagnostics.all().size();
    const std::vector<ast::Name> names = Names(tokens);
    if (!ReportForeignStatement(FoldName(input_.Raw(word)), word, input_.diagnostics)) {
      Parse(std::move(tokens));
    }
    if (input_.diagnostics.all().size() == errors) return;
    file_.damaged.insert(file_.damaged.end(), names.begin(), names.end());
  }

  void End() { build_.End(); }

 private:
  /// Names near the beginning: should the statement be left out, it may have declared them.
  std::vector<ast::Name> Names(const Tokens& tokens) const {
    std::vector<ast::Name> names;
    for (std::size_t i = 0; i < tokens.size() && i < 6; ++i) {
      const std::size_t type = tokens[i]->getType();
      const bool name = type == P::Word || type == P::QuotedName;
      if (name) names.push_back(input_.Name(SpanOf(input_, *tokens[i])));
    }
    return names;
  }

  void Parse(Tokens tokens) {
    antlr4::ListTokenSource source(std::move(tokens));
    antlr4::CommonTokenStream stream(&source);
    parser_.setTokenStream(&stream);
    auto* interpreter = parser_.getInterpreter<antlr4::atn::ParserATNSimulator>();
    interpreter->setPredictionMode(antlr4::atn::PredictionMode::SLL);
    parser_.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    try {
      build_.Add(Convert(*parser_.statement()), false);
      return;
    } catch (const antlr4::ParseCancellationException&) {
      parser_.reset();
    }
    interpreter->setPredictionMode(antlr4::atn::PredictionMode::LL);
    const auto strategy = std::make_shared<ErrorStrategy>(input_);
    parser_.setErrorHandler(strategy);
    const Node statement = Convert(*parser_.statement());
    build_.Add(statement, strategy->errors() > 0 || input_.cut_short);
  }

  Node Convert(antlr4::ParserRuleContext& context) {
    Node node{parser_.getRuleNames()[context.getRuleIndex()], {}, context.exception != nullptr, {}};
    if (context.start != nullptr && context.stop != nullptr) {
      node.span = SpanOf(input_, *context.start);
      node.span.end = std::max(node.span.end, SpanOf(input_, *context.stop).end);
    }
    if (IsLeaf(context.getRuleIndex())) return node;
    node.children.reserve(context.children.size());
    for (antlr4::tree::ParseTree* child : context.children) {
      if (auto* rule = dynamic_cast<antlr4::ParserRuleContext*>(child)) {
        node.children.push_back(Convert(*rule));
      } else if (auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(child)) {
        const antlr4::Token& token = *leaf->getSymbol();
        node.children.push_back(
            {TokenName(parser_, token.getType()), SpanOf(input_, token), {}, {}});
      }
    }
    return node;
  }

  /// Of these only the place counts.
  static bool IsLeaf(std::size_t rule) {
    return rule == P::RuleSqlPart || rule == P::RuleParenthesized || rule == P::RuleDefaultSql ||
           rule == P::RuleType || rule == P::RuleName || rule == P::RuleColumnName ||
           rule == P::RuleRuleName || rule == P::RuleText || rule == P::RuleCall ||
           rule == P::RulePatternPart;
  }

  ParseInput& input_;
  ast::File& file_;
  FileBuilder build_;
  P parser_;
};

}  // namespace

std::vector<SourceToken> ReadTokens(const SourceFiles& files, std::uint32_t file, Quoting quoting) {
  std::vector<SourceToken> tokens;
  const SourceFile& source = files.at(file);
  if (FindInvalidUtf8(source.text) != std::string_view::npos) return tokens;
  Diagnostics ignored;
  const ParseInput input(source, file, quoting, ignored);
  antlr4::ANTLRInputStream stream{std::string(input.Body())};
  const std::unique_ptr<antlr4::Lexer> lexer = MakeLexer(stream, quoting);
  while (true) {
    const std::unique_ptr<antlr4::Token> token = lexer->nextToken();
    if (token->getType() == antlr4::Token::EOF) return tokens;
    tokens.push_back({TokenName(*lexer, token->getType()), SpanOf(input, *token)});
  }
}

ast::File Parse(const SourceFiles& files, std::uint32_t file, Quoting quoting,
                Diagnostics& diagnostics) {
  ast::File out;
  out.file = file;
  const SourceFile& source = files.at(file);
  const std::size_t invalid = FindInvalidUtf8(source.text);
  if (invalid != std::string_view::npos) {
    const auto at = static_cast<std::uint32_t>(invalid);
    diagnostics.Error(codes::kNotUtf8, {file, at, at + 1}, "this byte is not UTF-8 text");
    out.incomplete = true;
    return out;
  }
  ParseInput input(source, file, quoting, diagnostics);
  antlr4::ANTLRInputStream stream{std::string(input.Body())};
  const std::unique_ptr<antlr4::Lexer> lexer = MakeLexer(stream, quoting);
  Statements statements(*lexer, input);
  FileParser parser(input, out);
  for (Tokens tokens = statements.Next(); !tokens.empty(); tokens = statements.Next()) {
    parser.Statement(std::move(tokens));
  }
  parser.End();
  out.incomplete = out.incomplete || input.cut_short;
  return out;
}

}  // namespace zdm
