// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_qualify.h"

#include <fmt/format.h>
#include <pg_query.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "compiler/schema/postgres_scan.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSelect = "SELECT ";
constexpr std::string_view kOperatorCharacters = "+-*/<>=~!@#%^&|`?";

/// A word in capitals, or one character of punctuation; strings and quoted names are "".
struct Token {
  std::size_t begin = 0, end = 0;
  int depth = 0;  ///< of parentheses, brackets and CASE .. END around it
  std::string word;
};

std::vector<Token> Tokens(std::string_view text) {
  std::vector<Token> tokens;
  int depth = 0;
  for (std::size_t at = SkipSpace(text, 0); at < text.size(); at = SkipSpace(text, at)) {
    Token token{at, at + 1, depth, std::string(1, text[at])};
    if (text[at] == '\'' || text[at] == '"') {
      token.end = SkipQuoted(text, at);
      token.word.clear();
    } else if (IsWordStart(text[at])) {
      token.end = SkipName(text, at);
      token.word = std::string(text.substr(at, token.end - at));
      for (char& c : token.word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
      if (token.word == "E" && token.end < text.size() && text[token.end] == '\'') {
        token.end = SkipQuoted(text, token.end, true);
        token.word.clear();
      }
    }
    if (token.word == ")" || token.word == "]" || token.word == "END") token.depth = --depth;
    if (token.word == "(" || token.word == "[" || token.word == "CASE") ++depth;
    at = token.end;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

/// A piece of the text and what stands in its place.
struct Edit {
  std::size_t begin = 0, end = 0;
  std::function<std::string()> write;
};

class Qualifier {
 public:
  explicit Qualifier(std::string sql) : sql_(std::move(sql)), tokens_(Tokens(sql_)) {}

  std::string Write(const Json& tree) {
    FindForeign(tree);
    Collect(tree);
    std::sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    const std::string out = Render(tokens_.at(0).end, sql_.size());
    return out.substr(out.starts_with(' ') ? 1 : 0);
  }

 private:
  /// A type of another schema may have an equality of its own.
  void FindForeign(const Json& node) {
    for (const auto& [key, child] : node.items()) {
      if ((key == "typeName" || key == "TypeName") && child.contains("names") &&
          child["names"].size() > 1 &&
          child["names"][0]["String"].value("sval", "") != "pg_catalog") {
        foreign_ = true;
      }
      if (child.is_structured()) FindForeign(child);
    }
  }

  void Collect(const Json& node) {
    if (node.is_array()) {
      for (const Json& child : node) Collect(child);
    } else if (node.is_object()) {
      for (const auto& [key, child] : node.items()) {
        if (key == "FuncCall") Prefix(child, "funcname");
        if (key == "typeName" || key == "TypeName") Prefix(child, "names");
        if (key == "CollateClause") Collation(child);
        if (key == "A_Expr") Operator(child);
        if (key == "CaseExpr" && child.contains("arg") && !foreign_) Case(child);
        Collect(child);
      }
    }
  }

  static std::size_t Place(const Json& node) { return node.value("location", std::size_t{0}); }

  static bool IsBare(const Json& node, const char* key) {
    return node.contains(key) && node[key].size() == 1;
  }

  void Insert(std::size_t at, const std::string& text) {
    edits_.push_back({at, at, [text] { return text; }});
  }

  void Prefix(const Json& node, const char* key) {
    if (IsBare(node, key)) Insert(Place(node), "pg_catalog.");
  }

  void Collation(const Json& node) {
    if (!IsBare(node, "collname")) return;
    Insert(SkipSpace(sql_, Place(node) + std::string_view("COLLATE").size()), "pg_catalog.");
  }

  void Operator(const Json& node) {
    const std::string kind = node.value("kind", "");
    if (!IsBare(node, "name")) return;
    if (kind == "AEXPR_DISTINCT" || kind == "AEXPR_NOT_DISTINCT") {
      if (!foreign_) Distinct(Place(node), kind == "AEXPR_DISTINCT");
    } else if (kind == "AEXPR_NULLIF") {
      if (!foreign_) NullIf(Place(node));
    } else if (kind == "AEXPR_OP" || kind == "AEXPR_OP_ANY" || kind == "AEXPR_OP_ALL") {
      const std::string name = node["name"][0]["String"].value("sval", "");
      const std::size_t begin = Place(node);
      const std::size_t end =
          std::min(sql_.find_first_not_of(kOperatorCharacters, begin), sql_.size());
      if (end == begin) return;
      const std::string text = "OPERATOR(pg_catalog." + name + ")";
      edits_.push_back({begin, std::min(end, begin + name.size()), [text] { return text; }});
    }
  }

  /// The index of the token at this place.
  std::size_t At(std::size_t place) const {
    const auto found = std::find_if(tokens_.begin(), tokens_.end(),
                                    [&](const Token& token) { return token.begin >= place; });
    return static_cast<std::size_t>(found - tokens_.begin());
  }

  /// From `from` on, the next token with this word and depth, or the end.
  std::size_t Find(std::size_t from, std::string_view word, int depth) const {
    while (from < tokens_.size() && (tokens_[from].depth != depth || tokens_[from].word != word)) {
      ++from;
    }
    return from;
  }

  /// The text between two tokens, with its own edits.
  std::string Between(std::size_t first, std::size_t last) {
    const std::size_t end = last < tokens_.size() ? tokens_[last].begin : sql_.size();
    return "(" + Render(tokens_[first].end, end) + ")";
  }

  /// `(a IS [NOT] DISTINCT FROM b)`: the parentheses around it bound both sides.
  void Distinct(std::size_t place, bool distinct) {
    const std::size_t is = At(place);
    const std::size_t from = Find(is, "FROM", tokens_.at(is).depth);
    const int depth = tokens_[is].depth;
    std::size_t open = is;
    while (open > 0 && tokens_[open].depth >= depth) --open;
    std::size_t close = is;
    while (close < tokens_.size() && tokens_[close].depth >= depth) ++close;
    if (from >= close) return;
    edits_.push_back({tokens_[open].end,
                      close < tokens_.size() ? tokens_[close].begin : sql_.size(),
                      [this, open, is, from, close, distinct] {
                        const std::string a = Between(open, is);
                        const std::string b = Between(from, close);
                        return fmt::format(
                            " CASE WHEN (pg_catalog.num_nulls({0}, {1}) OPERATOR(pg_catalog.=) 0) "
                            "THEN ({2}({0} OPERATOR(pg_catalog.=) {1})) ELSE "
                            "(pg_catalog.num_nulls({0}, {1}) OPERATOR(pg_catalog.=) {3}) END ",
                            a, b, distinct ? "NOT " : "", distinct ? 1 : 2);
                      }});
  }

  void NullIf(std::size_t place) {
    const std::size_t name = At(place);
    const int depth = tokens_.at(name).depth;
    const std::size_t comma = Find(name, ",", depth + 1);
    const std::size_t close = Find(name, ")", depth);
    if (close >= tokens_.size() || comma >= close) return;
    edits_.push_back({tokens_[name].begin, tokens_[close].end, [this, name, comma, close] {
                        const std::string a = Between(name + 1, comma);
                        return fmt::format(
                            "CASE WHEN ({0} OPERATOR(pg_catalog.=) {1}) THEN NULL ELSE {0} END", a,
                            Between(comma, close));
                      }});
  }

  /// `CASE x WHEN a THEN` becomes `CASE WHEN (x = a) THEN`.
  void Case(const Json& node) {
    const std::size_t word = At(Place(node));
    const int depth = tokens_.at(word).depth + 1;
    const std::size_t first = Find(word, "WHEN", depth);
    const std::size_t end = Find(word, "END", depth - 1);
    if (end >= tokens_.size() || first >= end) return;
    edits_.push_back({tokens_[word].end, tokens_[end].begin, [this, word, first, end, depth] {
                        std::string out;
                        for (std::size_t when = first; when < end;) {
                          const std::size_t then = Find(when, "THEN", depth);
                          const std::size_t next = std::min(Find(then, "WHEN", depth), end);
                          out += fmt::format(" WHEN ({} OPERATOR(pg_catalog.=) {}) THEN{}",
                                             Between(word, first), Between(when, then),
                                             Render(tokens_[then].end, tokens_[next].begin));
                          when = next;
                        }
                        return out;
                      }});
  }

  /// The text of [begin, end) with the outermost edits within it.
  std::string Render(std::size_t begin, std::size_t end) {
    std::string out;
    std::size_t at = begin;
    for (const Edit& edit : edits_) {
      if (edit.begin < at || edit.end > end || edit.begin >= end) continue;
      out.append(sql_, at, edit.begin - at);
      out += edit.write();
      at = edit.end;
    }
    return out.append(sql_, at, end - at);
  }

  std::string sql_;
  std::vector<Token> tokens_;
  std::vector<Edit> edits_;
  bool foreign_ = false;
};

}  // namespace

std::string QualifyNames(std::string_view expression) {
  const std::string sql = std::string(kSelect) + std::string(expression);
  const PgQueryParseResult result = pg_query_parse(sql.c_str());
  std::string qualified(expression);
  if (result.error == nullptr) {
    qualified = Qualifier(sql).Write(Json::parse(result.parse_tree, nullptr, false));
  }
  pg_query_free_parse_result(result);
  return qualified;
}

std::string QualifyType(std::string_view type) {
  static constexpr std::string_view kNull = "NULL::";
  return QualifyNames(std::string(kNull) + std::string(type)).substr(kNull.size());
}

}  // namespace zdm
