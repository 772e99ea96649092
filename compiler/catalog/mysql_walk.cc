// SPDX-License-Identifier: Apache-2.0
// The walk over what the server shows: each table's own text against the model. No kind of clause
// is listed here, so that those of servers to come are named, too.
#include <algorithm>

#include "compiler/catalog/mysql_clauses.h"

namespace zdm::mysql {
namespace {

using Kind = ShownElement::Kind;

template <typename T>
const T* FindNamed(const std::vector<T>& values, const std::string& name) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const T& value) { return value.name == name; });
  return found == values.end() ? nullptr : &*found;
}

class TableWalk {
 public:
  TableWalk(Reading& reading, const Table& table, const FoundTable& found)
      : reading_(reading), table_(table), found_(found) {}

  void Run() {
    for (const ShownElement& element : found_.shown.elements) WalkElement(element);
    Report("table", "", Compare(found_.shown.options, ClausesOfOptions(found_, table_)));
    RequireAll(Kind::kColumn, "column", table_.columns);
    RequireAll(Kind::kIndex, "index", table_.indexes);
    RequireAll(Kind::kForeignKey, "constraint", table_.foreign_keys);
    for (const Check& check : table_.checks) {
      if (!found_.column_checks.contains(check.name)) Require(Kind::kCheck, "constraint", check);
    }
    if (table_.primary_key && found_.shown.Find(Kind::kPrimaryKey, "PRIMARY") == nullptr) {
      Report("table", "", {"", "PRIMARY KEY"});
    }
  }

 private:
  void WalkElement(const ShownElement& element) {
    switch (element.kind) {
      case Kind::kColumn:
        return WalkColumn(element);
      case Kind::kPrimaryKey:
        if (found_.hidden_parts.contains("index PRIMARY")) return;
        return Report("table", "",
                      table_.primary_key ? Compare(element.text, ClausesOf(*table_.primary_key))
                                         : Difference{element.text, ""});
      case Kind::kIndex:
        return WalkPart("index", element, FindNamed(table_.indexes, element.name));
      case Kind::kForeignKey: {
        const ForeignKey* key = FindNamed(table_.foreign_keys, element.name);
        if (key == nullptr) return WalkPart<Check>("constraint", element, nullptr);
        return Report("constraint", key->name, Compare(element.text, ClausesOf(table_, *key)));
      }
      case Kind::kCheck:
        return WalkPart("constraint", element, FindNamed(table_.checks, element.name));
      case Kind::kOther:
        return Report("table", "", {element.text, ""});
    }
  }

  void WalkColumn(const ShownElement& element) {
    const std::string& name = element.name;
    if (found_.hidden_columns.contains(name)) return;
    const Column* column = table_.FindColumn(name);
    if (column == nullptr) return Report("column", name, {element.text, ""});
    std::vector<Clause> clauses = ClausesOf(reading_.mariadb, found_.columns.at(name), *column);
    // Before the clauses whose words its expression may hold.
    if (found_.column_checks.contains(name)) {
      clauses.insert(clauses.begin(), ClauseOfColumnCheck(*FindNamed(table_.checks, name)));
    } else if (found_.hidden_parts.contains("constraint " + name)) {
      clauses.insert(clauses.begin(),
                     {{"CHECK (" + InParenthesesAfter(element, "CHECK") + ")"}, true});
    }
    Report("column", name, Compare(element.text, clauses));
  }

  template <typename T>
  void WalkPart(const std::string& kind, const ShownElement& element, const T* part) {
    if (found_.hidden_parts.contains(kind + " " + element.name)) return;
    Report(
        kind, element.name,
        part == nullptr ? Difference{element.text, ""} : Compare(element.text, ClausesOf(*part)));
  }

  template <typename T>
  void Require(Kind kind, const char* word, const T& part) {
    if (found_.shown.Find(kind, part.name) == nullptr) Report(word, part.name, {"", "it"});
  }
  template <typename T>
  void RequireAll(Kind kind, const char* word, const std::vector<T>& parts) {
    for (const T& part : parts) Require(kind, word, part);
  }

  /// `name` is that of a part, or "" for the table itself.
  void Report(const std::string& kind, const std::string& name, const Difference& difference) {
    std::vector<std::string> path = {table_.name.schema, table_.name.name};
    if (!name.empty()) path.push_back(name);
    if (!difference.unsaid.empty()) {
      reading_.Refuse(codes::kPropertyNotModelled, kind, path,
                      "has what zdm does not model yet: " + difference.unsaid);
    } else if (!difference.unshown.empty()) {
      reading_.Refuse(codes::kPropertyNotModelled, kind, path,
                      "is shown without what information_schema says of it: " + difference.unshown);
    }
  }

  Reading& reading_;
  const Table& table_;
  const FoundTable& found_;
};

}  // namespace

void WalkTables(Reading& reading) {
  for (std::size_t at = 0; at < reading.found.size(); ++at) {
    TableWalk(reading, reading.schema.tables[at], reading.found[at]).Run();
  }
}

}  // namespace zdm::mysql
