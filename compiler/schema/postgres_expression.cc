// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_expression.h"

#include <pg_query.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "compiler/schema/postgres_keywords.h"
#include "compiler/schema/postgres_replay.h"
#include "compiler/schema/postgres_scan.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSelect = "SELECT ";

/// The parser's answer, freed with it.
class Parsed {
 public:
  explicit Parsed(const std::string& sql) : result_(pg_query_parse(sql.c_str())) {}
  ~Parsed() { pg_query_free_parse_result(result_); }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  const char* error() const { return result_.error != nullptr ? result_.error->message : nullptr; }
  std::string_view json() const {
    return result_.parse_tree != nullptr ? result_.parse_tree : std::string_view();
  }

 private:
  PgQueryParseResult result_;
};

/// The tree as text without its places. A quote inside a string of the tree is escaped, so that
/// `"location":` without a backslash before it is always a key.
std::string WithoutLocations(std::string_view tree) {
  static constexpr std::string_view kKeys[] = {
      "\"location\":", "\"stmt_len\":", "\"stmt_location\":"};
  std::string out;
  out.reserve(tree.size());
  std::size_t at = 0;
  while (at < tree.size()) {
    const std::size_t quote = tree.find('"', at);
    if (quote == std::string_view::npos) break;
    out.append(tree, at, quote - at);
    at = quote;
    const auto key = std::find_if(std::begin(kKeys), std::end(kKeys), [&](std::string_view k) {
      return tree.substr(quote).starts_with(k);
    });
    if (key == std::end(kKeys) || (quote > 0 && tree[quote - 1] == '\\')) {
      out.push_back('"');
      ++at;
      continue;
    }
    at += key->size();
    while (at < tree.size() && (std::isdigit(static_cast<unsigned char>(tree[at])) != 0)) ++at;
  }
  out.append(tree.substr(std::min(at, tree.size())));
  return out;
}

/// The expression's node in the tree of `SELECT expression`, or nothing when the text is more or
/// less than one expression.
std::optional<Json> ExpressionNode(std::string_view tree, std::string* why) {
  *why = "this is not one expression";
  Json json = Json::parse(tree, nullptr, false);
  if (json.is_discarded() || json["stmts"].size() != 1) return std::nullopt;
  Json& statement = json["stmts"][0]["stmt"];
  if (!statement.contains("SelectStmt")) return std::nullopt;
  Json& select = statement["SelectStmt"];
  for (const auto& [key, value] : select.items()) {
    if (key != "targetList" && key != "limitOption" && key != "op") return std::nullopt;
  }
  if (!select.contains("targetList") || select["targetList"].size() != 1) return std::nullopt;
  Json& target = select["targetList"][0]["ResTarget"];
  if (target.contains("name") || target.contains("indirection")) return std::nullopt;
  if (select["op"] != "SETOP_NONE") return std::nullopt;
  why->clear();
  return std::move(target["val"]);
}

void Visit(const Json& node, const std::function<void(const std::string&, const Json&)>& see) {
  if (node.is_array()) {
    for (const Json& child : node) Visit(child, see);
  } else if (node.is_object()) {
    for (const auto& [key, child] : node.items()) {
      see(key, child);
      Visit(child, see);
    }
  }
}

/// A reference to a column in the text: [begin, end) is all of it, [name, end) its last part.
struct Reference {
  std::size_t begin = 0, name = 0, end = 0;
  std::string column;
};

std::vector<Reference> References(const Json& node, std::string_view sql) {
  std::vector<Reference> references;
  Visit(node, [&](const std::string& key, const Json& value) {
    if (key != "ColumnRef" || !value.contains("fields")) return;
    const Json& fields = value["fields"];
    if (fields.empty() || !fields.back().contains("String")) return;  // t.*
    Reference reference;
    reference.begin = value.value("location", std::size_t{0});
    std::size_t at = reference.begin;
    for (std::size_t field = 0; field < fields.size(); ++field) {
      if (field > 0) at = SkipSpace(sql, SkipSpace(sql, at) + 1);  // the dot
      reference.name = at;
      at = SkipName(sql, at);
    }
    reference.end = at;
    reference.column = fields.back()["String"].value("sval", "");
    if (reference.end > reference.name) references.push_back(std::move(reference));
  });
  std::sort(references.begin(), references.end(),
            [](const Reference& a, const Reference& b) { return a.begin < b.begin; });
  return references;
}

/// Every word outside of strings and comments, case-folded when bare.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while ((at = SkipSpace(text, at)) < text.size()) {
    const std::size_t begin = at;
    if (text[at] == '\'') {
      const bool escapes = at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e');
      at = SkipQuoted(text, at, escapes);
    } else if (text[at] == '"') {
      at = SkipQuoted(text, at);
      std::string word(text.substr(begin + 1, at - begin - 2));
      for (std::size_t i = 0; (i = word.find("\"\"", i)) != std::string::npos; ++i) {
        word.erase(i, 1);
      }
      words.push_back(std::move(word));
    } else if (IsWordStart(text[at])) {
      at = SkipName(text, at);
      std::string word(text.substr(begin, at - begin));
      std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      words.push_back(std::move(word));
    } else {
      ++at;
    }
  }
  return words;
}

std::vector<std::string> Unique(std::vector<std::string> names) {
  std::set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
  return names;
}

std::string Replace(std::string_view expression, const std::map<std::string, std::string>& names,
                    bool whole, const std::function<std::string(const std::string&)>& write) {
  const std::string sql = std::string(kSelect) + std::string(expression);
  const Parsed parsed(sql);
  if (parsed.error() != nullptr) return std::string(expression);
  std::string why;
  const std::optional<Json> node = ExpressionNode(parsed.json(), &why);
  if (!node) return std::string(expression);
  std::string out;
  std::size_t at = kSelect.size();
  for (const Reference& reference : References(*node, sql)) {
    const auto name = names.find(reference.column);
    if (name == names.end()) continue;
    const std::size_t begin = whole ? reference.begin : reference.name;
    out.append(sql, at, begin - at);
    out += write(name->second);
    at = reference.end;
  }
  out.append(sql, at, std::string::npos);
  return out;
}

bool SameTree(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const Parsed left(std::string(kSelect) + std::string(a));
  const Parsed right(std::string(kSelect) + std::string(b));
  if (left.error() != nullptr || right.error() != nullptr) return false;
  return WithoutLocations(left.json()) == WithoutLocations(right.json());
}

}  // namespace

ExpressionFacts ReadExpression(std::string_view expression) {
  const std::string sql = std::string(kSelect) + std::string(expression);
  const Parsed parsed(sql);
  ExpressionFacts facts;
  if (parsed.error() != nullptr) {
    facts.error = parsed.error();
    facts.columns = Unique(WordsOf(expression));
    return facts;
  }
  facts.tree = WithoutLocations(parsed.json());
  const std::optional<Json> node = ExpressionNode(parsed.json(), &facts.error);
  if (!node) {
    facts.columns = Unique(WordsOf(expression));
    return facts;
  }
  for (Reference& reference : References(*node, sql)) {
    facts.columns.push_back(std::move(reference.column));
  }
  facts.columns = Unique(std::move(facts.columns));
  return facts;
}

std::string ParseError(std::string_view expression) {
  return ReadExpression(expression).error;
}

bool SameExpression(std::string_view a, std::string_view b) {
  if (SameTree(a, b)) return true;
  const std::string left = Replayable(a);
  const std::string right = Replayable(b);
  return (left != a || right != b) && SameTree(left, right);
}

bool SameTypeName(std::string_view a, std::string_view b) {
  return a == b || SameExpression("NULL::" + std::string(a), "NULL::" + std::string(b));
}

std::vector<std::string> ColumnsOf(std::string_view expression) {
  return ReadExpression(expression).columns;
}

std::vector<std::string> BareNamesOf(std::string_view expression) {
  const Parsed parsed(std::string(kSelect) + std::string(expression));
  if (parsed.error() != nullptr) return {};
  const Json tree = Json::parse(parsed.json(), nullptr, false);
  std::vector<std::string> names;
  Visit(tree, [&](const std::string& key, const Json& value) {
    const bool function = key == "FuncCall" && value.contains("funcname");
    const bool type = key == "typeName" && value.contains("names");
    if (!function && !type) return;
    const Json& parts = function ? value["funcname"] : value["names"];
    if (parts.size() == 1) names.push_back(parts[0]["String"].value("sval", ""));
  });
  return Unique(std::move(names));
}

std::string QuoteIdentifier(std::string_view name) {
  const bool bare =
      !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_') &&
      std::all_of(
          name.begin(), name.end(),
          [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }) &&
      !std::binary_search(std::begin(kQuotedKeywords), std::end(kQuotedKeywords), name);
  if (bare) return std::string(name);
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += '"';
  }
  return out + '"';
}

std::string RenameColumns(std::string_view expression,
                          const std::map<std::string, std::string>& names) {
  return Replace(expression, names, false,
                 [](const std::string& name) { return QuoteIdentifier(name); });
}

std::string SubstituteColumns(std::string_view expression,
                              const std::map<std::string, std::string>& sql) {
  return Replace(expression, sql, true, [](const std::string& text) { return text; });
}

}  // namespace zdm
