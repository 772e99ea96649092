// SPDX-License-Identifier: Apache-2.0
#include "tests/live/traffic/model.h"

#include <fmt/format.h>

namespace zdm::test {
namespace {

Value FirstPart(const Value& contact) {
  if (!contact) return std::nullopt;
  return contact->substr(0, contact->find(' '));
}

/// split_part(contact, ' ', 2): what stands between the first and the second space.
Value SecondPart(const Value& contact) {
  if (!contact) return std::nullopt;
  const auto first = contact->find(' ');
  if (first == std::string::npos) return std::string();
  const auto second = contact->find(' ', first + 1);
  return contact->substr(first + 1, second == std::string::npos ? second : second - first - 1);
}

Value Joined(const Value& email, const Value& phone) {
  if (!email || !phone) return std::nullopt;
  return *email + " " + *phone;
}

/// How a family says what the transitions need.
struct Words {
  std::string id, text, first_part, second_part, joined;
};

Words WordsOf(const std::string& family) {
  if (family == "postgresql") {
    return {"id bigint generated always as identity primary key", "text",
            "split_part(contact, ' ', 1)", "split_part(contact, ' ', 2)", "email || ' ' || phone"};
  }
  return {"id bigint auto_increment primary key", "varchar(200)",
          "substring_index(contact, ' ', 1)",
          "if(locate(' ', contact) = 0, '', "
          "substring_index(substring_index(contact, ' ', 2), ' ', -1))",
          "concat(email, ' ', phone)"};
}

std::string Narrow(std::string id) {
  const std::size_t at = id.find("bigint");
  return id.replace(at, 6, "integer");
}

}  // namespace

std::string Shape::BeforeZdm(const std::string& family) const {
  const Words words = WordsOf(family);
  return fmt::format(
      "dialect {0};\ntable person {{\n  {1};\n  name {2} not null;\n  contact {2};\n  nick {2};\n"
      "  legacy {2} not null;\n  note {2};\n}}\n",
      family, key ? Narrow(words.id) : words.id, words.text);
}

std::string Shape::AfterZdm(const std::string& family) const {
  const Words words = WordsOf(family);
  std::string lines = "  " + words.id + ";\n";
  const auto column = [&](const std::string& name, const std::string& more) {
    lines += fmt::format("  {} {}{};\n", name, words.text, more);
  };
  column(rename ? "full_name" : "name", rename ? " not null renamed from name" : " not null");
  for (const char* name : {"email", "phone"}) {
    if (split) column(name, "");
  }
  if (!split) column("contact", "");
  column("nick", fill ? " not null" : "");
  if (!drop) column("legacy", " not null");
  column("note", "");
  if (split) {
    lines += fmt::format(
        "  transition {{\n    from contact {};\n    up   email = {};\n    up   phone = {};\n"
        "    down contact = {};\n    lossy \"a contact without a space comes back with one\";\n"
        "  }}\n",
        words.text, words.first_part, words.second_part, words.joined);
  }
  if (fill) {
    lines += fmt::format(
        "  transition {{\n    from nick {};\n    up   nick = coalesce(nick, 'none');\n"
        "    down nick = nick;\n  }}\n",
        words.text);
  }
  if (drop) lines += "  drop column legacy { down legacy = 'n/a'; }\n";
  return fmt::format("dialect {};\ntable person {{\n{}}}\n", family, lines);
}

std::vector<std::string> Shape::OldColumns() const {
  return {"name", "contact", "nick", "legacy", "note"};
}

std::vector<std::string> Shape::NewColumns() const {
  std::vector<std::string> result = {rename ? "full_name" : "name"};
  if (split) {
    result.insert(result.end(), {"email", "phone"});
  } else {
    result.emplace_back("contact");
  }
  result.emplace_back("nick");
  if (!drop) result.emplace_back("legacy");
  result.emplace_back("note");
  return result;
}

/// Whether the column that `version` names so is a column of the old shape.
bool Model::WritesOldColumn(Version version, const std::string& column, bool contracted) const {
  if (version == Version::kOld) return true;
  if (column == "full_name" || column == "email" || column == "phone") return false;
  return !(column == "nick" && shape_.fill && contracted);
}

/// R2: a change of a source sets new = up(old); a write that changes nothing touches nothing.
void Model::SetOld(ModelRow& row, const std::string& column, const Value& value) const {
  const bool changed = row.old_side[column] != value;
  row.old_side[column] = value;
  if (!changed) return;
  if (column == "name") {
    row.new_side[shape_.rename ? "full_name" : "name"] = value;
  } else if (column == "contact" && shape_.split) {
    row.new_side["email"] = FirstPart(value);
    row.new_side["phone"] = SecondPart(value);
  } else if (column == "nick" && shape_.fill) {
    row.new_side["nick"] = value ? value : Value("none");
  } else if (column != "legacy" || !shape_.drop) {
    row.new_side[column] = value;
  }
}

/// R2, the other way round: old = down(new).
void Model::SetNew(ModelRow& row, const std::string& column, const Value& value) const {
  const bool changed = row.new_side[column] != value;
  row.new_side[column] = value;
  if (!changed) return;
  if (column == "full_name") row.old_side["name"] = value;
  if (column == "email" || column == "phone") {
    row.old_side["contact"] = Joined(row.new_side["email"], row.new_side["phone"]);
  }
  if (column == "nick") row.old_side["nick"] = value;
}

ModelRow Model::Insert(Version version, const Values& values, bool contracted) const {
  ModelRow row;
  for (const std::string& column : shape_.OldColumns()) row.old_side[column] = std::nullopt;
  for (const std::string& column : shape_.NewColumns()) row.new_side[column] = std::nullopt;
  if (shape_.fill) row.new_side["nick"] = "none";  // up(NULL); a given value follows
  if (version == Version::kNew && shape_.drop) row.old_side["legacy"] = "n/a";
  Update(row, version, values, contracted);
  row.filled = true;
  return row;
}

void Model::Update(ModelRow& row, Version version, const Values& values, bool contracted) const {
  // All values of one statement arrive together: set first those that both shapes share.
  for (const auto& [column, value] : values) {
    if (WritesOldColumn(version, column, contracted)) {
      SetOld(row, column, value);
    } else {
      SetNew(row, column, value);
    }
  }
  row.history.push_back((version == Version::kOld ? "old " : "new ") + Shown(values));
}

Values Model::Seen(const ModelRow& row, Version version, bool contracted) const {
  if (version == Version::kOld) return row.old_side;
  Values values = row.new_side;
  if (shape_.fill && !contracted) values["nick"] = row.old_side.at("nick");
  return values;
}

void Model::Forget(ModelRow& row) const {
  const Values old_side = row.old_side;
  row = Insert(Version::kOld, old_side, false);
  row.filled = false;
}

std::string Shown(const Values& values) {
  std::string text;
  for (const auto& [column, value] : values) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", column,
                        value ? "'" + *value + "'" : "NULL");
  }
  return text;
}

}  // namespace zdm::test
