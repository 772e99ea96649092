// SPDX-License-Identifier: Apache-2.0
// The wall around ANTLR. A file is cut into statements, each parsed and turned into its tree by
// itself, so that memory holds the parse tree of one statement, and a mistake in one does not reach
// the next. Prediction is SLL first and full LL, with our errors, only where that fails.
#include "compiler/syntax/parse.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "ZdmLexer.h"
#include "ZdmParser.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/parse_input.h"
#include "compiler/syntax/syntax_problem.h"
#include "compiler/syntax/words.h"

namespace zdm {
namespace {

using Tokens = std::vector<std::unique_ptr<antlr4::Token>>;
using P = ZdmParser;

SourceSpan SpanOf(const ParseInput& input, const antlr4::Token& token) {
  return input.Span(token.getStartIndex(), token.getStopIndex() + 1);
}

/// Cuts the tokens of a file into statements.
class Statements {
 public:
  Statements(ZdmLexer& lexer, ParseInput& input) : lexer_(lexer), input_(input) {}

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
    if (before == P::Drop || before == P::Ignore || before == P::Allow) return false;
    const bool starts = type == P::Table || type == P::Extension || type == P::Dialect ||
                        type == P::Drop || type == P::Allow || type == P::Ignore;
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
        case P::Space:
          break;
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

  ZdmLexer& lexer_;
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
        if (type >= 0) problem.expected.push_back(Display(parser, static_cast<std::size_t>(type)));
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
      offending_ = token->getTokenIndex();
      Report(parser, token, std::move(problem));
      item_begin_ = offending_;
      SkipItem(parser);
      if (parser->getCurrentToken()->getTokenIndex() == offending_) parser->consume();
    }
  }

  int errors() const { return errors_; }

 private:
  std::string Display(antlr4::Parser* parser, std::size_t type) const {
    if (type == P::Word) return "a name";
    if (type == P::String) return "a string in single quotes";
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
    antlr4::TokenStream* stream = parser->getTokenStream();
    offending_ = token->getTokenIndex();
    const bool at_end = token->getType() == antlr4::Token::EOF;
    if (at_end && input_.cut_short) return;
    problem.first = stream->get(item_begin_)->getText();
    antlr4::Token* before = offending_ > 0 ? stream->get(offending_ - 1) : token;
    const SourceSpan before_span = SpanOf(input_, *before);
    SourceSpan span = at_end ? before_span : SpanOf(input_, *token);
    if (at_end) span.begin = span.end - 1;
    if (!at_end) problem.found = input_.Raw(span);
    problem.reserved = !at_end && token->getType() >= P::Dialect && token->getType() <= P::TypeWord;
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
      if (depth <= 0 && type == P::Comma && index == offending_) return;
    }
  }

  ParseInput& input_;
  std::size_t item_begin_ = 0;
  std::size_t offending_ = 0;
  int errors_ = 0;
};

/// Parse tree -> syntax tree.
class Builder {
 public:
  explicit Builder(const ParseInput& input) : input_(input) {}

  void Table(P::TableContext& table, ast::Table& out) const {
    out.name = Path(*table.path());
    out.span = out.name.span;
    for (P::TableItemContext* item : table.tableItem()) {
      if (item->exception != nullptr) continue;
      out.items.push_back(TableItem(*item));
    }
  }

  ast::Name Name(antlr4::ParserRuleContext& name) const { return input_.Name(Span(name)); }

  ast::Text Text(antlr4::ParserRuleContext& text) const { return input_.Text(Span(text)); }

  ast::Path Path(P::PathContext& path) const {
    ast::Path out{{}, Span(path)};
    for (P::NameContext* name : path.name()) out.parts.push_back(Name(*name));
    return out;
  }

  SourceSpan Span(const antlr4::ParserRuleContext& context) const {
    const SourceSpan begin = SpanOf(input_, *context.start);
    const SourceSpan end = SpanOf(input_, *context.stop);
    return {begin.file, begin.begin, std::max(begin.end, end.end)};
  }

 private:
  template <typename Context>
  std::optional<ast::Name> NameIf(Context* name) const {
    if (name == nullptr) return std::nullopt;
    return Name(*name);
  }

  std::vector<ast::Name> Names(P::ColumnListContext* list) const {
    std::vector<ast::Name> out;
    if (list == nullptr) return out;
    for (P::NameContext* name : list->name()) out.push_back(Name(*name));
    return out;
  }

  ast::Sql Sql(const antlr4::ParserRuleContext& context) const { return input_.Sql(Span(context)); }

  /// What stands between the parentheses.
  ast::Sql Inner(P::ParenthesizedContext& context) const {
    const SourceSpan span = Span(context);
    return input_.Sql({span.file, span.begin + 1, span.end - 1});
  }

  ast::TableItem TableItem(P::TableItemContext& item) const {
    if (auto* column = item.column()) return Column(*column);
    if (auto* key = item.primaryKey()) {
      return ast::PrimaryKey{NameIf(key->ruleName()), Names(key->columnList()),
                             Clauses(key->keyClause()), Span(*key)};
    }
    if (auto* key = item.unique()) {
      return ast::Unique{NameIf(key->ruleName()), Names(key->columnList()),
                         Clauses(key->keyClause()), Span(*key)};
    }
    if (auto* check = item.check()) {
      return ast::Check{NameIf(check->ruleName()), Inner(*check->parenthesized()),
                        Clauses(check->checkClause()), Span(*check)};
    }
    if (auto* key = item.foreignKey()) {
      return ast::ForeignKey{
          NameIf(key->ruleName()),   Names(key->columnList(0)),        Path(*key->path()),
          Names(key->columnList(1)), Clauses(key->foreignKeyClause()), Span(*key)};
    }
    if (auto* index = item.index()) return Index(*index);
    if (auto* transition = item.transition()) return Transition(*transition);
    if (auto* drop = item.drop()) return Drop(*drop);
    return ast::TableComment{Text(*item.tableComment()->text()), Span(item)};
  }

  ast::Column Column(P::ColumnContext& column) const {
    ast::Column out{Name(*column.columnName()), Sql(*column.type()), {}, {}, Span(column)};
    for (P::ColumnClauseContext* clause : column.columnClause()) {
      if (clause->inlinePrimaryKey() != nullptr) {
        out.rules.emplace_back(ast::PrimaryKey{{}, {}, {}, Span(*clause)});
      } else if (auto* unique = clause->inlineUnique()) {
        ast::Unique key{{}, {}, Clauses(unique->nullsNotDistinct()), Span(*clause)};
        Append(key.clauses, Clauses(unique->onViolation()));
        out.rules.emplace_back(std::move(key));
      } else if (auto* check = clause->inlineCheck()) {
        out.rules.emplace_back(ast::Check{{},
                                          Inner(*check->parenthesized()),
                                          Clauses(std::vector{check->onViolation()}),
                                          Span(*clause)});
      } else if (auto* key = clause->inlineReferences()) {
        out.rules.emplace_back(ast::ForeignKey{{},
                                               {},
                                               Path(*key->path()),
                                               Names(key->columnList()),
                                               Clauses(key->referenceClause()),
                                               Span(*clause)});
      } else {
        out.clauses.push_back({ColumnClause(*clause), Span(*clause)});
      }
    }
    return out;
  }

  ast::Clause::Kind ColumnClause(P::ColumnClauseContext& clause) const {
    if (auto* not_null = clause.notNull()) {
      if (not_null->onViolation() == nullptr) return ast::NotNull{};
      return ast::NotNull{Violation(*not_null->onViolation())};
    }
    if (clause.nullable() != nullptr) return ast::Nullable{};
    if (auto* value = clause.defaultClause()) return ast::Default{Sql(*value->defaultSql())};
    if (auto* collate = clause.collate()) return ast::Collate{Path(*collate->path())};
    if (auto* generated = clause.generated()) {
      return ast::Generated{Inner(*generated->parenthesized())};
    }
    if (auto* renamed = clause.renamed()) return ast::Renamed{Name(*renamed->name())};
    if (auto* comment = clause.commentClause()) return ast::Comment{Text(*comment->text())};
    P::IdentityContext& identity = *clause.identity();
    ast::IdentityClause out;
    out.identity.always = identity.Always() != nullptr;
    for (P::SequenceOptionContext* option : identity.sequenceOption()) {
      SequenceOption(*option, out);
    }
    return out;
  }

  void SequenceOption(P::SequenceOptionContext& option, ast::IdentityClause& out) const {
    antlr4::Token* word = option.start;
    if (option.No() != nullptr) word = option.stop;
    const SourceSpan span = SpanOf(input_, *word);
    out.options.push_back({FoldName(word->getText()), span});
    SequenceOptions& options = out.identity.sequence;
    std::optional<std::string> number;
    if (auto* signed_number = option.signedNumber()) number = signed_number->getText();
    if (option.Start() != nullptr) options.start = number;
    if (option.Increment() != nullptr) options.increment = number;
    if (option.Minvalue() != nullptr) options.min_value = number;
    if (option.Maxvalue() != nullptr) options.max_value = number;
    if (option.Cache() != nullptr) options.cache = number;
    if (option.Cycle() != nullptr) options.cycle = option.No() == nullptr;
  }

  ast::Violation Violation(P::OnViolationContext& context) const {
    const bool reject = context.Reject() != nullptr;
    return {reject ? OnViolation::kReject : OnViolation::kKeep, Span(context)};
  }

  template <typename Context>
  std::vector<ast::Clause> Clauses(const std::vector<Context*>& contexts) const {
    std::vector<ast::Clause> out;
    for (Context* context : contexts) {
      if (context != nullptr) out.push_back({ClauseKind(*context), Span(*context)});
    }
    return out;
  }

  static void Append(std::vector<ast::Clause>& to, const std::vector<ast::Clause>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }

  ast::Clause::Kind ClauseKind(P::OnViolationContext& context) const { return Violation(context); }
  ast::Clause::Kind ClauseKind(P::NullsNotDistinctContext& /*context*/) const {
    return ast::NullsNotDistinct{};
  }

  ast::Clause::Kind ClauseKind(P::KeyClauseContext& context) const {
    if (auto* include = context.include()) return ast::Include{Names(include->columnList())};
    if (context.nullsNotDistinct() != nullptr) return ast::NullsNotDistinct{};
    if (auto* deferral = context.deferral()) return Deferral(*deferral);
    if (auto* storage = context.storage()) return Storage(*storage);
    if (auto* comment = context.commentClause()) return ast::Comment{Text(*comment->text())};
    return Violation(*context.onViolation());
  }

  ast::Clause::Kind ClauseKind(P::ForeignKeyClauseContext& context) const {
    if (auto* comment = context.commentClause()) return ast::Comment{Text(*comment->text())};
    return ClauseKind(*context.referenceClause());
  }

  ast::Clause::Kind ClauseKind(P::ReferenceClauseContext& context) const {
    if (auto* deferral = context.deferral()) return Deferral(*deferral);
    if (auto* violation = context.onViolation()) return Violation(*violation);
    if (context.Match() != nullptr) {
      if (context.Partial() != nullptr) return ast::Match{};
      return ast::Match{context.Full() != nullptr ? ForeignKeyMatch::kFull
                                                  : ForeignKeyMatch::kSimple};
    }
    const ForeignKeyAction action = Action(*context.action());
    if (context.Update() != nullptr) return ast::OnUpdate{action};
    return ast::OnDelete{action, Names(context.columnList())};
  }

  static ForeignKeyAction Action(P::ActionContext& context) {
    if (context.Restrict() != nullptr) return ForeignKeyAction::kRestrict;
    if (context.Cascade() != nullptr) return ForeignKeyAction::kCascade;
    if (context.Null() != nullptr) return ForeignKeyAction::kSetNull;
    if (context.Default() != nullptr) return ForeignKeyAction::kSetDefault;
    return ForeignKeyAction::kNoAction;
  }

  ast::Clause::Kind ClauseKind(P::CheckClauseContext& context) const {
    if (auto* comment = context.commentClause()) return ast::Comment{Text(*comment->text())};
    if (auto* violation = context.onViolation()) return Violation(*violation);
    return ast::NoInherit{};
  }

  ast::Clause::Kind ClauseKind(P::IndexClauseContext& context) const {
    if (context.Using() != nullptr) return ast::Using{Name(*context.name())};
    if (auto* include = context.include()) return ast::Include{Names(include->columnList())};
    if (context.nullsNotDistinct() != nullptr) return ast::NullsNotDistinct{};
    if (auto* storage = context.storage()) return Storage(*storage);
    if (context.Where() != nullptr) return ast::Where{Inner(*context.parenthesized())};
    if (auto* comment = context.commentClause()) return ast::Comment{Text(*comment->text())};
    return Violation(*context.onViolation());
  }

  ast::Deferral Deferral(P::DeferralContext& context) const {
    ast::Deferral out{{}, {}, Span(context)};
    if (context.Initially() == nullptr) {
      out.deferrable = context.Not() == nullptr;
    } else {
      out.initially_deferred = context.Deferred() != nullptr;
    }
    return out;
  }

  ast::Storage Storage(P::StorageContext& context) const {
    ast::Storage out;
    for (P::StorageParameterContext* parameter : context.storageParameter()) {
      ast::StorageParameter item{{}, {}, Span(*parameter)};
      const std::string text = input_.Raw(item.span);
      const std::size_t equals = text.find('=');
      item.name = FoldName(input_.Sql(SpanUpTo(item.span, equals)).text);
      if (parameter->Equals() != nullptr) item.value = StorageValue(*parameter);
      out.parameters.push_back(std::move(item));
    }
    return out;
  }

  static SourceSpan SpanUpTo(SourceSpan span, std::size_t length) {
    if (length != std::string::npos) span.end = span.begin + static_cast<std::uint32_t>(length);
    return span;
  }

  std::string StorageValue(P::StorageParameterContext& parameter) const {
    const SourceSpan last = SpanOf(input_, *parameter.stop);
    if (parameter.String() != nullptr) return input_.Text(last).value;
    if (auto* number = parameter.signedNumber()) return number->getText();
    return UnquoteName(input_.Raw(last));
  }

  ast::Index Index(P::IndexContext& index) const {
    ast::Index out{index.Unique() != nullptr,
                   NameIf(index.ruleName()),
                   {},
                   Clauses(index.indexClause()),
                   Span(index)};
    for (P::IndexElementContext* element : index.indexElement()) {
      out.elements.push_back(IndexElement(*element));
    }
    return out;
  }

  ast::IndexElement IndexElement(P::IndexElementContext& element) const {
    ast::IndexElement out;
    out.span = Span(element);
    out.column = NameIf(element.name());
    std::vector<P::ParenthesizedContext*> lists = element.parenthesized();
    if (auto* call = element.call()) {
      out.expression = Sql(*call);
    } else if (!out.column) {
      out.expression = Inner(*lists.front());
      lists.erase(lists.begin());
    }
    if (auto* collate = element.collate()) out.collation = Path(*collate->path());
    if (auto* opclass = element.path()) out.opclass = Path(*opclass);
    if (!lists.empty()) out.opclass_parameters = Inner(*lists.front());
    out.descending = element.Desc() != nullptr;
    if (element.Nulls() != nullptr) out.nulls_first = element.First() != nullptr;
    return out;
  }

  ast::Assignment Assignment(P::AssignmentContext& context) const {
    const SourceSpan begin = Span(*context.sqlPart().front());
    const SourceSpan end = Span(*context.sqlPart().back());
    return {Name(*context.name()), input_.Sql({begin.file, begin.begin, end.end}), Span(context)};
  }

  ast::Transition Transition(P::TransitionContext& context) const {
    ast::Transition out;
    out.span = SpanOf(input_, *context.start);
    for (P::TransitionItemContext* item : context.transitionItem()) {
      if (item->exception != nullptr) continue;
      if (auto* from = item->fromItem()) {
        out.from.push_back({Name(*from->name()), Sql(*from->type()), Span(*item)});
      } else if (auto* assignment = item->assignment()) {
        (assignment->Up() != nullptr ? out.up : out.down).push_back(Assignment(*assignment));
      } else if (auto* lossy = item->lossy()) {
        out.lossy.push_back(Text(*lossy->reason()));
      } else {
        out.time_zone.push_back(Text(*item->timeZone()->text()));
      }
    }
    return out;
  }

  ast::TableItem Drop(P::DropContext& context) const {
    const ast::Name name = Name(*context.name());
    if (context.Column() == nullptr) {
      return ast::DropPart{context.Index() != nullptr ? "index" : "constraint", name,
                           Span(context)};
    }
    ast::DropColumn out{name, {}, {}, Span(context)};
    for (P::AssignmentContext* assignment : context.assignment()) {
      (assignment->Up() != nullptr ? out.up : out.down).push_back(Assignment(*assignment));
    }
    return out;
  }

  const ParseInput& input_;
};

/// Parses the statements of one file into its tree.
class FileParser {
 public:
  FileParser(ParseInput& input, ast::File& file) : input_(input), build_(input), file_(file) {}

  void Statement(Tokens tokens) {
    const std::size_t first = tokens.front()->getType();
    const SourceSpan span = SpanOf(input_, *tokens.front());
    if (first == P::Semicolon && tokens.size() == 1) return;
    if (first == P::RightBrace && tokens.size() == 1) {
      CloseSchema(span);
      return;
    }
    const bool tombstone = first == P::Drop && tokens.size() > 1;
    const SourceSpan word = tombstone ? SpanOf(input_, *tokens[1]) : span;
    Diagnostic foreign{Severity::kError, codes::kSyntaxError, word, "", {}};
    if (DescribeForeignStatement(FoldName(input_.Raw(word)), foreign)) {
      input_.diagnostics.Error(foreign.code, word, foreign.text).notes = foreign.notes;
      file_.incomplete = true;
      return;
    }
    Parse(std::move(tokens));
  }

  /// To be called when all statements are through.
  void End() {
    if (!schema_ || input_.cut_short) return;
    input_.diagnostics.Error(
        codes::kUnclosed, schema_->span,
        fmt::format("the braces of schema `{}` are not closed", schema_->text));
  }

 private:
  void CloseSchema(SourceSpan span) {
    if (!schema_) input_.diagnostics.Error(codes::kUnclosed, span, "this brace closes nothing");
    schema_.reset();
  }

  void Parse(Tokens tokens) {
    antlr4::ListTokenSource source(std::move(tokens));
    antlr4::CommonTokenStream stream(&source);
    P parser(&stream);
    parser.removeErrorListeners();
    auto* interpreter = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
    interpreter->setPredictionMode(antlr4::atn::PredictionMode::SLL);
    parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    try {
      Build(*parser.statement(), false);
      return;
    } catch (const antlr4::ParseCancellationException&) {
      parser.reset();
    }
    interpreter->setPredictionMode(antlr4::atn::PredictionMode::LL);
    const auto strategy = std::make_shared<ErrorStrategy>(input_);
    parser.setErrorHandler(strategy);
    P::StatementContext* tree = parser.statement();
    Build(*tree, strategy->errors() > 0 || input_.cut_short);
  }

  void Build(P::StatementContext& statement, bool damaged) {
    if (auto* table = statement.table()) {
      if (table->LeftBrace() == nullptr || table->path() == nullptr) {
        file_.incomplete = true;
        return;
      }
      ast::Table& out = file_.tables.emplace_back();
      build_.Table(*table, out);
      out.in_schema = schema_;
      out.incomplete = damaged;
      return;
    }
    if (damaged) {
      file_.incomplete = true;
      return;
    }
    if (auto* dialect = statement.dialectStatement()) {
      file_.dialects.push_back({build_.Name(*dialect->name())});
    } else if (auto* schema = statement.schemaOpen()) {
      OpenSchema(build_.Name(*schema->name()));
    } else if (auto* comment = statement.schemaComment()) {
      SchemaComment({build_.Text(*comment->text()), build_.Span(*comment)});
    } else if (auto* extension = statement.extension()) {
      Extension(*extension);
    } else if (auto* tombstone = statement.tombstone()) {
      std::string kind = "table";
      if (tombstone->Schema() != nullptr) kind = "schema";
      if (tombstone->Extension() != nullptr) kind = "extension";
      file_.tombstones.push_back(
          {kind, schema_, build_.Path(*tombstone->path()), build_.Span(*tombstone)});
    } else if (auto* allow = statement.allow()) {
      const SourceSpan code = SpanOf(input_, *allow->Word()->getSymbol());
      file_.allows.push_back({{input_.Raw(code), code},
                              schema_,
                              build_.Path(*allow->path()),
                              build_.Text(*allow->reason()),
                              build_.Span(*allow)});
    } else if (auto* ignore = statement.ignore()) {
      Ignore(*ignore);
    }
  }

  void OpenSchema(ast::Name name) {
    if (schema_) {
      input_.diagnostics.Error(codes::kSyntaxError, name.span, "a schema cannot stand in a schema")
          .notes.push_back({schema_->span, fmt::format("`{}` begins here", schema_->text)});
    }
    schema_ = name;
    file_.schemas.push_back({std::move(name), {}});
  }

  void SchemaComment(ast::TableComment comment) {
    if (schema_) {
      file_.schemas.back().comments.push_back(std::move(comment));
      return;
    }
    input_.diagnostics.Error(codes::kSyntaxError, comment.span, "this comment belongs to no object")
        .notes.push_back({{}, "it stands inside the braces of a table or schema"});
  }

  void Extension(P::ExtensionContext& context) {
    ast::Extension out{build_.Name(*context.name()), {}, {}, {}, build_.Span(context)};
    for (P::ExtensionClauseContext* clause : context.extensionClause()) {
      if (clause->Schema() != nullptr) {
        out.schema.push_back(build_.Name(*clause->name()));
      } else if (clause->Comment() != nullptr) {
        out.comment.push_back(build_.Text(*clause->text()));
      } else if (clause->text() != nullptr) {
        out.version.push_back(build_.Text(*clause->text()));
      } else {
        const ast::Name version = build_.Name(*clause->name());
        out.version.push_back({version.text, version.span});
      }
    }
    file_.extensions.push_back(std::move(out));
  }

  void Ignore(P::IgnoreContext& context) {
    const bool any = context.Operator() != nullptr;
    ast::Ignore out{any ? ast::Name{"*", SpanOf(input_, *context.Operator()->getSymbol())}
                        : build_.Name(*context.name()),
                    schema_,
                    {},
                    build_.Span(context)};
    for (P::PatternPartContext* part : context.pattern()->patternPart()) {
      out.pattern.push_back(build_.Name(*part));
    }
    file_.ignores.push_back(std::move(out));
  }

  ParseInput& input_;
  Builder build_;
  ast::File& file_;
  std::optional<ast::Name> schema_;  ///< the one whose braces are open
};

}  // namespace

ast::File Parse(const SourceFiles& files, std::uint32_t file, Diagnostics& diagnostics) {
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
  ParseInput input(source, file, diagnostics);
  antlr4::ANTLRInputStream stream{std::string(input.Body())};
  ZdmLexer lexer(&stream);
  lexer.removeErrorListeners();
  Statements statements(lexer, input);
  FileParser parser(input, out);
  for (Tokens tokens = statements.Next(); !tokens.empty(); tokens = statements.Next()) {
    parser.Statement(std::move(tokens));
  }
  parser.End();
  out.incomplete = out.incomplete || input.cut_short;
  return out;
}

}  // namespace zdm
