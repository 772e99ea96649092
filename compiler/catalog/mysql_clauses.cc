// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/mysql_clauses.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/schema/mysql_charsets.h"

namespace zdm::mysql {
namespace {

Clause Must(std::string form) {
  return {{std::move(form)}, false};
}

Clause May(std::string form) {
  return {{std::move(form)}, true};
}

std::string NameList(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + QuotedName(name);
  return "(" + list + ")";
}

/// MySQL shows no NULL default of these.
bool HasNoShownNull(const std::string& type) {
  constexpr const char* kKinds[] = {"text",  "blob",       "json",    "geometry",
                                    "point", "linestring", "polygon", "collection"};
  return std::any_of(std::begin(kKinds), std::end(kKinds), [&](const char* kind) {
    return type.find(kind) != std::string::npos && type.find('(') == std::string::npos;
  });
}

Clause DefaultClause(const std::string& sql) {
  Clause clause = Must("DEFAULT " + sql);
  // MySQL puts numbers in quotes.
  const std::vector<Token> tokens = Tokenize(sql);
  const bool negative = tokens.size() == 2 && tokens[0].text == "-";
  if (negative || (tokens.size() == 1 && tokens[0].kind == Token::Kind::kWord)) {
    clause.forms.push_back("DEFAULT '" + sql + "'");
  }
  return clause;
}

void AddValue(bool mariadb, const FoundColumn& found, const Column& column,
              std::vector<Clause>& clauses) {
  if (column.generated) {
    clauses.push_back(Must(fmt::format("GENERATED ALWAYS AS ({}) {}", column.generated->sql,
                                       column.generated_virtual ? "VIRTUAL" : "STORED")));
  } else if (column.default_value) {
    clauses.push_back(DefaultClause(column.default_value->sql));
  } else if (!column.not_null && !column.auto_increment) {
    Clause null = Must("DEFAULT NULL");
    null.optional = !mariadb && HasNoShownNull(found.type);
    clauses.push_back(std::move(null));
  }
  if (column.on_update) clauses.push_back(Must("ON UPDATE " + column.on_update->sql));
  if (column.auto_increment) clauses.push_back(Must("AUTO_INCREMENT"));
}

std::string ElementText(const IndexElement& element) {
  std::string text =
      element.expression ? "(" + element.expression->sql + ")" : QuotedName(*element.column);
  if (element.prefix_length) text += fmt::format("({})", *element.prefix_length);
  return text + (element.descending ? " DESC" : "");
}

std::string_view ActionWords(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::kCascade:
      return "CASCADE";
    case ForeignKeyAction::kSetNull:
      return "SET NULL";
    case ForeignKeyAction::kSetDefault:
      return "SET DEFAULT";
    case ForeignKeyAction::kRestrict:
    case ForeignKeyAction::kNoAction:
      break;
  }
  return "";
}

Clause ActionClause(const char* event, ForeignKeyAction action) {
  const std::string_view words = ActionWords(action);
  if (!words.empty()) return Must(fmt::format("{} {}", event, words));
  return {{fmt::format("{} RESTRICT", event), fmt::format("{} NO ACTION", event)}, true};
}

/// Bytes of the character at `at`; 0 when it is none.
std::size_t Utf8Length(const std::string& text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = first < 0x80    ? 1
                             : first >= 0xF0 ? 4
                             : first >= 0xE0 ? 3
                             : first >= 0xC2 ? 2
                                             : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

/// In one line, and text whatever its bytes are.
std::string Printable(const std::string& text) {
  std::string printable;
  bool blank = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '\n' || byte == ' ') {
      blank = true;
      continue;
    }
    if (blank) printable += ' ';
    blank = false;
    const std::size_t length = Utf8Length(text, at);
    if (length == 0 || byte < 0x20) {
      printable += fmt::format("\\x{:02X}", byte);
    } else {
      printable += text.substr(at, length);
      at += length - 1;
    }
  }
  return printable;
}

/// Takes clauses out of tokens.
class Remains {
 public:
  explicit Remains(const std::string& text)
      : text_(text), tokens_(Tokenize(text)), taken_(tokens_.size()) {}

  bool Take(const std::string& form) {
    const std::vector<Token> wanted = Tokenize(form);
    for (std::size_t at = 0; at + wanted.size() <= tokens_.size(); ++at) {
      if (!StandsAt(wanted, at)) continue;
      std::fill_n(taken_.begin() + static_cast<std::ptrdiff_t>(at), wanted.size(), true);
      return true;
    }
    return false;
  }

  std::string Left() const {
    std::string left;
    for (std::size_t at = 0; at < tokens_.size();) {
      std::size_t end = at;
      while (end < tokens_.size() && !taken_[end]) ++end;
      if (end > at) left += (left.empty() ? "" : ", ") + SourceOf(text_, tokens_, at, end);
      at = end + 1;
    }
    return left;
  }

 private:
  bool StandsAt(const std::vector<Token>& wanted, std::size_t at) const {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (taken_[at + i] || !Same(tokens_[at + i], wanted[i])) return false;
    }
    return true;
  }

  const std::string& text_;
  std::vector<Token> tokens_;
  std::vector<bool> taken_;
};

}  // namespace

std::vector<Clause> ClausesOf(bool mariadb, const FoundColumn& found, const Column& column) {
  std::vector<Clause> clauses = {Must(QuotedName(column.name) + " " + found.type)};
  if (column.type.sql == "json" && mariadb) {
    clauses.push_back(Must("CHECK (json_valid(" + QuotedName(column.name) + "))"));
  }
  AddValue(mariadb, found, column, clauses);
  // Only now: an expression may hold these words.
  if (!found.charset.empty()) {
    clauses.push_back(May("CHARACTER SET " + found.charset));
    clauses.push_back(May("COLLATE " + found.collation));
  }
  if (column.comment) clauses.push_back(Must("COMMENT " + QuotedText(*column.comment)));
  if (column.invisible) clauses.push_back(Must("INVISIBLE"));
  clauses.push_back(column.not_null ? Must("NOT NULL") : May("NULL"));
  return clauses;
}

Clause ClauseOfColumnCheck(const Check& check) {
  return Must("CHECK (" + check.expression.sql + ")");
}

std::vector<Clause> ClausesOf(const Key& primary_key) {
  std::vector<Clause> clauses = {Must("PRIMARY KEY " + NameList(primary_key.columns)),
                                 May("USING BTREE")};
  if (primary_key.comment) clauses.push_back(Must("COMMENT " + QuotedText(*primary_key.comment)));
  return clauses;
}

std::vector<Clause> ClausesOf(const Index& index) {
  std::string elements;
  for (const IndexElement& element : index.elements) {
    elements += (elements.empty() ? "" : ", ") + ElementText(element);
  }
  std::string kind = index.unique ? "UNIQUE " : "";
  if (index.method == "fulltext") kind = "FULLTEXT ";
  if (index.method == "spatial") kind = "SPATIAL ";
  std::vector<Clause> clauses = {
      Must(fmt::format("{}KEY {} ({})", kind, QuotedName(index.name), elements))};
  clauses.push_back(index.method == "hash" ? Must("USING HASH") : May("USING BTREE"));
  if (index.comment) clauses.push_back(Must("COMMENT " + QuotedText(*index.comment)));
  if (index.invisible) clauses.push_back({{"INVISIBLE", "IGNORED"}});
  return clauses;
}

std::vector<Clause> ClausesOf(const Table& table, const ForeignKey& key) {
  const std::string head = fmt::format("CONSTRAINT {} FOREIGN KEY {} REFERENCES ",
                                       QuotedName(key.name), NameList(key.columns));
  const std::string tail = QuotedName(key.references.name) + " " + NameList(key.referenced_columns);
  Clause whole = Must(head + QuotedName(key.references.schema) + "." + tail);
  if (key.references.schema == table.name.schema) whole.forms.push_back(head + tail);
  return {whole, ActionClause("ON DELETE", key.on_delete),
          ActionClause("ON UPDATE", key.on_update)};
}

std::vector<Clause> ClausesOf(const Check& check) {
  std::vector<Clause> clauses = {
      Must(fmt::format("CONSTRAINT {} CHECK ({})", QuotedName(check.name), check.expression.sql))};
  if (!check.enforced) clauses.push_back(Must("NOT ENFORCED"));
  return clauses;
}

std::vector<Clause> ClausesOfOptions(const FoundTable& found, const Table& table) {
  std::string engine = "InnoDB";
  std::vector<Clause> clauses;
  for (const std::string& option : table.options) {
    const std::size_t at = option.find('=');
    const std::string name = option.substr(0, at), value = option.substr(at + 1);
    if (name == "engine") {
      engine = value;
      continue;
    }
    // The server's default for rows shows only where the table is as it says.
    const std::string form = fmt::format("{}={}", name, value);
    clauses.push_back(name == "row_format" ? May(form) : Must(form));
  }
  clauses.push_back(Must("ENGINE=" + engine));
  clauses.push_back(May("ROW_FORMAT=DYNAMIC"));
  if (engine == "Aria") {
    clauses.push_back(May("PAGE_CHECKSUM=1"));
    clauses.push_back(May("ROW_FORMAT=PAGE"));
  }
  clauses.push_back(Must("DEFAULT CHARSET=" + CharsetOfCollation(found.collation)));
  clauses.push_back(May("COLLATE=" + found.collation));
  if (table.comment) clauses.push_back(Must("COMMENT=" + QuotedText(*table.comment)));
  // How far the numbers of new rows are is data.
  const std::vector<Token> tokens = Tokenize(found.shown.options);
  for (std::size_t at = 0; at + 2 < tokens.size(); ++at) {
    if (!Same(tokens[at], {Token::Kind::kWord, "AUTO_INCREMENT"})) continue;
    clauses.push_back(May("AUTO_INCREMENT=" + tokens[at + 2].text));
    break;
  }
  return clauses;
}

Difference Compare(const std::string& shown, const std::vector<Clause>& clauses) {
  Remains remains(shown);
  Difference difference;
  for (const Clause& clause : clauses) {
    const bool taken = std::any_of(clause.forms.begin(), clause.forms.end(),
                                   [&](const std::string& form) { return remains.Take(form); });
    if (taken || clause.optional) continue;
    difference.unshown += (difference.unshown.empty() ? "" : ", ") + clause.forms.front();
  }
  difference.unsaid = Printable(remains.Left());
  return difference;
}

}  // namespace zdm::mysql
