// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "compiler/format/layout.h"

namespace zdm::layout {
namespace {

constexpr std::size_t kIndent = 2;

/// Words of the language that can only be a column's name where an item of a table begins.
constexpr std::array<std::string_view, 51> kSoftWords = {
    "Action",    "Allow",     "Always",   "By",        "Cache",    "Cascade",  "Comment",
    "Cycle",     "Deferred",  "Delete",   "Dialect",   "Domain",   "Down",     "Enum",
    "Extension", "First",     "Full",     "Generated", "Identity", "Ignore",   "Immediate",
    "Include",   "Increment", "Inherit",  "Is",        "Keep",     "Key",      "Last",
    "Lossy",     "Match",     "Maxvalue", "Minvalue",  "No",       "Nulls",    "Owned",
    "Partial",   "Reject",    "Renamed",  "Restrict",  "Schema",   "Sequence", "Set",
    "Simple",    "Start",     "Stored",   "Timezone",  "Unlogged", "Up",       "Update",
    "Version",   "Violation"};

enum class Block { kSchema, kTable, kTransition, kOther };

bool IsName(const Token& token) {
  return token.Is("Word") || token.Is("QuotedName") || token.Is("TypeWord") ||
         std::find(kSoftWords.begin(), kSoftWords.end(), token.name) != kSoftWords.end();
}

bool OpensBracket(const Token& token) {
  return token.Is("LeftParen") || token.Is("LeftBracket");
}
bool ClosesBracket(const Token& token) {
  return token.Is("RightParen") || token.Is("RightBracket");
}

/// Words behind which a parenthesis stands apart.
bool StandsApart(const Token& word) {
  constexpr std::array<std::string_view, 8> kWords = {"Unique",  "Check", "Key",   "On",
                                                      "Include", "With",  "Where", "As"};
  return std::find(kWords.begin(), kWords.end(), word.name) != kWords.end();
}

std::string TrimmedRight(std::string_view text) {
  return std::string(text.substr(0, text.find_last_not_of(" \t\f\v") + 1));
}

class Writer {
 public:
  explicit Writer(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<Line> Run() {
    while (at_ < tokens_.size()) {
      const Token& token = tokens_[at_];
      if (token.IsComment() && !BeginsItem()) {
        TakeComment(token);
        ++at_;
      } else if (token.Is("RightBrace")) {
        TakeClosing(token);
        ++at_;
      } else {
        TakeItem();
      }
    }
    return std::move(lines_);
  }

 private:
  const Token* Ahead(std::size_t from) const {
    return from < tokens_.size() ? &tokens_[from] : nullptr;
  }

  /// A block comment in the line in which an item begins, at that line's start.
  bool BeginsItem() const {
    const Token& comment = tokens_[at_];
    const bool behind = at_ > 0 && comment.newlines == 0;
    const Token* next = Ahead(at_ + 1);
    return !comment.IsLineComment() && !behind && next != nullptr && next->newlines == 0 &&
           !next->IsComment() && !next->Is("RightBrace");
  }

  void TakeComment(const Token& token) {
    const std::string text = TrimmedRight(token.text);
    if (at_ > 0 && token.newlines == 0 && !lines_.empty()) {
      Line& behind = lines_.back();
      std::string& place = behind.comment_only ? behind.cells[0] : behind.comment;
      place += (place.empty() ? "" : " ") + text;
      return;
    }
    Line& line = Add(token.newlines > 1);
    line.comment_only = true;
    line.cells = {text};
  }

  void TakeClosing(const Token& token) {
    const bool block = !blocks_.empty() && blocks_.back() <= Block::kTable;
    if (!blocks_.empty()) blocks_.pop_back();
    Line& line = Add(false);
    line.block = block;
    line.cells = {std::string(token.text)};
  }

  Line& Add(bool blank_before) {
    Line line;
    line.depth = blocks_.size();
    line.blank_before = blank_before && !lines_.empty() && !lines_.back().opens;
    return lines_.emplace_back(std::move(line));
  }

  bool AmongStatements() const {
    return std::all_of(blocks_.begin(), blocks_.end(),
                       [](Block block) { return block == Block::kSchema; });
  }

  Line::Align AlignOf(std::size_t first) const {
    const Token& token = tokens_[first];
    const Token* next = Ahead(first + 1);
    if (blocks_.empty() || next == nullptr || (next->glued && next->IsString()))
      return Line::Align::kNone;
    if (blocks_.back() == Block::kTransition) {
      const bool assigns = token.Is("Up") || token.Is("Down") || token.Is("From");
      return assigns ? Line::Align::kAssignment : Line::Align::kNone;
    }
    const bool comment = token.Is("Comment") && next->IsString();
    const bool column = blocks_.back() == Block::kTable && IsName(token) && IsName(*next);
    return column && !comment ? Line::Align::kColumn : Line::Align::kNone;
  }

  /// Whether a cell ends before token number `index` of the item.
  static bool EndsCell(Line::Align align, const Token& first, std::size_t index) {
    if (align == Line::Align::kColumn) return index == 1;
    if (align != Line::Align::kAssignment) return false;
    return index == 1 || (index == 2 && !first.Is("From"));
  }

  /// `{ ... }` of one item at most behind a `drop`, in one line.
  bool StaysInLine(std::size_t brace) const {
    std::size_t semicolons = 0;
    for (std::size_t i = brace + 1; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.newlines > 0 || token.IsComment() || token.Is("LeftBrace")) return false;
      if (token.Is("RightBrace")) return true;
      semicolons += token.Is("Semicolon") ? 1 : 0;
      if (semicolons > 1) return false;
    }
    return false;
  }

  void TakeItem() {
    const std::size_t begin = at_;
    const bool among_statements = AmongStatements();
    std::size_t word = begin;
    while (word + 1 < tokens_.size() && tokens_[word].IsComment()) ++word;
    const Token& first = tokens_[word];
    Line line;
    line.depth = blocks_.size();
    line.blank_before = tokens_[begin].newlines > 1 && !lines_.empty() && !lines_.back().opens;
    line.align = word == begin ? AlignOf(begin) : Line::Align::kNone;
    line.cells = {""};
    Item item{line, begin, tokens_[begin].column, first.Is("Drop")};
    for (bool done = false; !done && at_ < tokens_.size();) {
      const Token& token = tokens_[at_];
      if (token.Is("RightBrace") && item.inline_braces == 0) break;
      Append(item);
      done = token.Is("Semicolon") && item.inline_braces == 0;
      if (token.Is("RightBrace")) {
        --item.inline_braces;
        done = true;
      }
      if (token.Is("LeftBrace") && item.drop && StaysInLine(at_)) {
        ++item.inline_braces;
      } else if (token.Is("LeftBrace")) {
        line.opens = true;
        done = true;
      }
      ++at_;
    }
    line.block = line.opens && among_statements;
    const bool opens = line.opens;
    lines_.push_back(std::move(line));
    if (opens) blocks_.push_back(BlockOf(first));
  }

  static Block BlockOf(const Token& first) {
    if (first.Is("Schema")) return Block::kSchema;
    if (first.Is("Table") || first.Is("Unlogged")) return Block::kTable;
    return first.Is("Transition") ? Block::kTransition : Block::kOther;
  }

  struct Item {
    Line& line;
    std::size_t begin;
    std::size_t column;  ///< where it began
    bool drop;
    int inline_braces = 0;
    int brackets = 0;
    bool assigned = false;  ///< the `=` of an assignment is through

    std::string& Last() { return line.more.empty() ? line.cells.back() : line.more.back(); }
  };

  void Append(Item& item) const {
    const Token& token = tokens_[at_];
    if (ClosesBracket(token)) --item.brackets;
    if (at_ == item.begin) {
      item.Last() = token.text;
    } else if (BreaksBefore(token)) {
      Break(item, token);
    } else if (item.line.more.empty() &&
               EndsCell(item.line.align, tokens_[item.begin], at_ - item.begin)) {
      item.line.cells.emplace_back(token.text);
    } else {
      item.Last() += Blank(item, tokens_[at_ - 1], token) + std::string(token.text);
    }
    if (token.IsComment()) item.Last() = TrimmedRight(item.Last());
    if (OpensBracket(token)) ++item.brackets;
    item.assigned = item.assigned || token.Is("Equals");
  }

  bool BreaksBefore(const Token& token) const {
    if (tokens_[at_ - 1].IsLineComment()) return true;
    const bool leans = token.Is("Semicolon") || token.Is("Comma") || token.Is("LeftBrace");
    return token.newlines > 0 && !leans;
  }

  void Break(Item& item, const Token& token) const {
    Line& line = item.line;
    if (line.more.empty() && line.cells.size() < ExpectedCells(item)) Merge(line);
    const std::size_t begins = line.depth * kIndent;
    const std::size_t least = ClosesBracket(token) ? begins : begins + kIndent;
    const std::size_t moved = begins + token.column;
    const std::size_t indent = std::max(least, moved - std::min(moved, item.column));
    line.more.push_back(std::string(indent, ' ') + std::string(token.text));
  }

  static void Merge(Line& line) {
    for (std::size_t i = 1; i < line.cells.size(); ++i) line.cells[0] += " " + line.cells[i];
    line.cells.resize(1);
    line.align = Line::Align::kNone;
  }

  std::size_t ExpectedCells(const Item& item) const {
    if (item.line.align == Line::Align::kNone) return 1;
    const bool assigns = item.line.align == Line::Align::kAssignment;
    return assigns && !tokens_[item.begin].Is("From") ? 3 : 2;
  }

  std::string Blank(const Item& item, const Token& before, const Token& token) const {
    if (token.IsLineComment()) return "  ";
    if (before.IsComment() || token.IsComment()) return token.glued ? "" : " ";
    if (token.Is("Semicolon") || token.Is("Comma")) return "";
    if (token.Is("LeftBrace") || before.Is("LeftBrace") || token.Is("RightBrace")) return " ";
    // numeric(10,2)
    if (before.Is("Comma")) return token.glued && token.Is("Number") ? "" : " ";
    if (OpensBracket(before) || ClosesBracket(token)) return "";
    if (token.Is("LeftParen") && item.brackets == 0 && StandsApart(before)) return " ";
    const bool assigns = item.line.align == Line::Align::kAssignment && item.brackets == 0;
    if (assigns && before.Is("Equals") && at_ == item.begin + 3 && !token.IsOperator()) return " ";
    return token.glued ? "" : " ";
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::vector<Block> blocks_;
  std::vector<Line> lines_;
};

}  // namespace

std::vector<Line> LinesOf(const std::vector<Token>& tokens) {
  return Writer(tokens).Run();
}

}  // namespace zdm::layout
