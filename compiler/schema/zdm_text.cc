// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/zdm_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/schema/zdm_objects.h"
#include "compiler/schema/zdm_words.h"

namespace zdm {
namespace {

std::string Header(const Schema& schema) {
  return fmt::format("dialect {};\n", ToString(schema.dialect));
}

std::string ExtensionLine(const Extension& extension, const LanguageRules& rules) {
  std::string line = "extension " + ZdmName(extension.name, rules);
  if (extension.schema && *extension.schema != rules.default_schema) {
    line += " schema " + ZdmName(*extension.schema, rules);
  }
  if (extension.comment) line += " comment " + ZdmText(*extension.comment, rules.quoting);
  return line + ";\n";
}

/// `*` stays as it is; every other run of characters is one name.
std::string PatternText(const std::string& pattern, const LanguageRules& rules) {
  const std::string_view plain = "abcdefghijklmnopqrstuvwxyz0123456789_*.\"";
  return pattern.find_first_not_of(plain) == std::string::npos ? pattern : ZdmName(pattern, rules);
}

std::string Remarks(const Schema& schema, const std::vector<Ignore>& ignores,
                    const LanguageRules& rules) {
  std::string text;
  for (const Extension& extension : schema.extensions) text += ExtensionLine(extension, rules);
  for (const Ignore& ignore : ignores) {
    text += fmt::format("ignore {} {};\n", ignore.kind, PatternText(ignore.pattern, rules));
  }
  return text.empty() ? "" : "\n" + text;
}

std::string Indented(const std::string& text, Quoting quoting) {
  std::string indented;
  // Lines inside of literals must stay as they are: only a statement's own lines are moved.
  for (const std::string& line : ZdmLines(text, quoting)) {
    indented += line.empty() ? "" : "  " + line;
    indented += '\n';
  }
  return indented;
}

/// Whether names in it need no schema.
bool IsDefault(const NamespaceObject& schema, const Schema& whole, const LanguageRules& rules) {
  return schema.name ==
         (rules.default_schema.empty() ? whole.default_schema : std::string(rules.default_schema));
}

/// `schema NAME { ... }` around `body`; the default schema needs none unless it has a comment.
std::string InSchema(const NamespaceObject& schema, const Schema& whole, const std::string& body,
                     const LanguageRules& rules, bool with_comment) {
  std::string inner;
  if (with_comment && schema.comment) {
    inner = "comment " + ZdmText(*schema.comment, rules.quoting) + ";\n";
    if (!body.empty()) inner += "\n";
  }
  if (IsDefault(schema, whole, rules) && inner.empty()) return body;
  if (inner.empty() && body.empty()) return "schema " + ZdmName(schema.name, rules) + " {\n}\n";
  return fmt::format("schema {} {{\n{}}}\n", ZdmName(schema.name, rules),
                     Indented(inner + body, rules.quoting));
}

/// Where a family finishes tables by itself, each finds its default names whatever others have.
std::set<std::string> SpokenNames(const Schema& schema, const std::string& name,
                                  const LanguageRules& rules) {
  return rules.finish == nullptr ? SharedNames(schema, name) : std::set<std::string>();
}

std::string TablesOf(const Schema& schema, const std::string& name, const LanguageRules& rules) {
  std::string text = WriteObjects(schema, name, rules);
  const std::set<std::string> shared = SpokenNames(schema, name, rules);
  for (const Table& table : schema.tables) {
    if (table.name.schema != name) continue;
    text += (text.empty() ? "" : "\n") + WriteZdm(table, rules, shared, &schema.sequences);
  }
  return text;
}

/// A file name that every file system takes and that no other table gets.
std::string FileName(const std::string& name, std::set<std::string>& taken) {
  std::string file;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    const bool upper = c >= 'A' && c <= 'Z';
    if (plain) {
      file += c;
    } else if (upper) {
      file += static_cast<char>(c - 'A' + 'a');
    } else if (file.empty() || file.back() != '-') {
      file += '-';
    }
  }
  std::string unique = file;
  for (int number = 2; !taken.insert(unique).second; ++number) {
    unique = fmt::format("{}-{}", file, number);
  }
  return unique;
}

}  // namespace

std::string WriteZdm(const Schema& schema, const std::vector<Ignore>& ignores,
                     const LanguageRules& rules) {
  std::string text = Header(schema) + Remarks(schema, ignores, rules);
  for (const NamespaceObject& space : schema.schemas) {
    const std::string part =
        InSchema(space, schema, TablesOf(schema, space.name, rules), rules, true);
    if (!part.empty()) text += "\n" + part;
  }
  return text;
}

std::vector<ZdmFile> WriteZdmFiles(const Schema& schema, const std::vector<Ignore>& ignores,
                                   const LanguageRules& rules) {
  std::string main = Header(schema) + Remarks(schema, ignores, rules);
  for (const NamespaceObject& space : schema.schemas) {
    const std::string part =
        InSchema(space, schema, WriteObjects(schema, space.name, rules), rules, true);
    if (!part.empty()) main += "\n" + part;
  }
  std::vector<ZdmFile> files = {{"schema.zdm", main}};
  std::map<std::string, std::set<std::string>> taken;
  std::set<std::string> folders = {"schema"};
  for (const NamespaceObject& space : schema.schemas) {
    const bool top = IsDefault(space, schema, rules);
    const std::string folder = top ? "" : FileName(space.name, folders) + "/";
    std::set<std::string> names;
    const std::set<std::string> shared = SpokenNames(schema, space.name, rules);
    if (top) names.insert("schema");
    for (const Table& table : schema.tables) {
      if (table.name.schema != space.name) continue;
      const std::string text = WriteZdm(table, rules, shared, &schema.sequences);
      files.push_back({folder + FileName(table.name.name, names) + ".zdm",
                       InSchema(space, schema, text, rules, false)});
    }
  }
  return files;
}

}  // namespace zdm
