// SPDX-License-Identifier: Apache-2.0
#include "compiler/syntax/syntax_problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/syntax/words.h"

namespace zdm {
namespace {

struct Form {
  std::string_view rule;
  std::string_view noun;
  std::string_view text;
};

/// How each rule of the grammar is written; the innermost that is listed counts.
constexpr std::array kForms = {
    Form{"dialectStatement", "the dialect", "dialect NAME;"},
    Form{"extension", "an extension", "extension NAME [schema NAME] [version 'TEXT'];"},
    Form{"tombstone", "a tombstone", "drop table|schema|extension NAME;"},
    Form{"allow", "`allow`", "allow CODE OBJECT \"why\";"},
    Form{"ignore", "`ignore`", "ignore KIND PATTERN;"},
    Form{"inlineReferences", "`references`",
         "references TABLE [(COLUMN)] [on delete ACTION] [on update ACTION]"},
    Form{"identity", "an identity", "generated always|by default as identity [(OPTIONS)]"},
    Form{"generated", "a generated column", "generated always as (EXPRESSION) stored"},
    Form{"column", "a column", "NAME TYPE [not null] [default EXPRESSION] ...;"},
    Form{"primaryKey", "a primary key", "primary key [NAME] (COLUMN, ...);"},
    Form{"unique", "a unique constraint", "unique [NAME] (COLUMN, ...);"},
    Form{"foreignKey", "a foreign key",
         "foreign key [NAME] (COLUMN, ...) references TABLE (COLUMN, ...);"},
    Form{"check", "a check", "check [NAME] (CONDITION);"},
    Form{"index", "an index",
         "[unique] index [NAME] on (COLUMN, ...) [using METHOD] [where (CONDITION)];"},
    Form{"transition", "a transition",
         "transition { from NAME TYPE; up NAME = EXPRESSION; down NAME = EXPRESSION; }"},
    Form{"drop", "a tombstone", "drop column|index|constraint NAME;"},
    Form{"tableComment", "a comment", "comment 'TEXT';"},
    Form{"schemaOpen", "a schema", "schema NAME { ... }"},
    Form{"table", "a table", "table NAME { ... }"},
};

struct Foreign {
  std::string_view word;
  std::string_view text;
  std::string_view note;
  bool later = false;
};

constexpr std::string_view kDeclare = "files say what shall be there: `table NAME { ... }`";

constexpr std::array kForeign = {
    Foreign{"create", "`create` is not a statement of this language", kDeclare},
    Foreign{"alter", "`alter` is not a statement of this language",
            "change the declaration; the way there is for the compiler to find"},
    Foreign{"insert", "`insert` is not a statement of this language", kDeclare},
    Foreign{"update", "`update` is not a statement of this language", kDeclare},
    Foreign{"delete", "`delete` is not a statement of this language", kDeclare},
    Foreign{"select", "`select` is not a statement of this language", kDeclare},
    Foreign{"grant", "`grant` is not a statement of this language",
            "grants are kept as they are found"},
    Foreign{"enum", "enums are not in the language yet", "", true},
    Foreign{"type", "types are not in the language yet", "", true},
    Foreign{"domain", "domains are not in the language yet", "", true},
    Foreign{"view", "views are not in the language yet", "", true},
    Foreign{"materialized", "materialized views are not in the language yet", "", true},
    Foreign{"sequence", "sequences are not in the language yet", "", true},
    Foreign{"function", "functions are not in the language yet", "", true},
    Foreign{"procedure", "procedures are not in the language yet", "", true},
    Foreign{"trigger", "triggers are not in the language yet", "", true},
    Foreign{"policy", "policies are not in the language yet", "", true},
    Foreign{"statement", "`statement` is not in the language yet", "", true},
    Foreign{"versions", "version schemas are not in the language yet", "", true},
};

const Form* FindForm(const SyntaxProblem& problem) {
  for (const std::string& rule : problem.rules) {
    for (const Form& form : kForms) {
      if (form.rule == rule) return &form;
    }
  }
  const std::string first = FoldName(problem.first);
  for (const Form& form : kForms) {
    const bool by_word = (first == "index" && form.rule == "index") ||
                         (first == "unique" && form.rule == "unique") ||
                         (first == "primary" && form.rule == "primaryKey") ||
                         (first == "foreign" && form.rule == "foreignKey") ||
                         (first == "check" && form.rule == "check") ||
                         (first == "drop" && form.rule == "drop");
    if (problem.in_table && by_word) return &form;
  }
  return nullptr;
}

std::string List(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

/// Where a name may stand nearly every word may: then only the name is told.
std::vector<std::string> Expected(const SyntaxProblem& problem) {
  constexpr std::size_t kMost = 4;
  const bool name = std::find(problem.expected.begin(), problem.expected.end(), "a name") !=
                    problem.expected.end();
  std::vector<std::string> out;
  for (const std::string& word : problem.expected) {
    const bool is_word = word.size() > 2 && word[0] == '`' && word[1] >= 'a' && word[1] <= 'z';
    if (word.find("quoted") != std::string::npos || word.find("unknown") != std::string::npos)
      continue;
    if (!(name && is_word)) out.push_back(word);
  }
  if (out.size() > kMost) out.clear();
  return out;
}

/// The word of the language that was probably meant, or "".
std::string Meant(const SyntaxProblem& problem, const Form* form) {
  static const std::vector<std::string> statements = {"dialect", "schema", "extension", "table",
                                                      "drop",    "allow",  "ignore"};
  static const std::vector<std::string> clauses = {
      "not null", "default",    "collate", "generated", "primary key",
      "unique",   "references", "check",   "comment",   "renamed from"};
  static const std::vector<std::string> more = {
      "include", "comment", "on", "using", "where", "with", "deferrable", "nulls", "initially"};
  const std::string found = FoldName(problem.found);
  if (found.size() < 3) return "";
  if (problem.rules.empty() && !problem.in_table) return NearestName(found, statements);
  if (form == nullptr) return "";
  const std::string_view rule = form->rule;
  const bool rest = rule == "index" || rule == "unique" || rule == "primaryKey" ||
                    rule == "foreignKey" || rule == "check" || rule == "inlineReferences";
  if (rule == "drop") return NearestName(found, {"column", "index", "constraint"});
  return rest ? NearestName(found, more) : rule == "column" ? NearestName(found, clauses) : "";
}

void AddHints(const SyntaxProblem& problem, const Form* form, Diagnostic& diagnostic) {
  const auto note = [&diagnostic](std::string text) {
    diagnostic.notes.push_back({{}, std::move(text)});
  };
  const std::string first = FoldName(problem.first);
  const std::string meant = Meant(problem, form);
  if (!meant.empty()) note(fmt::format("did you mean `{}`?", meant));
  if (problem.found == "," && problem.in_table) note("items of a table end with `;`, not with `,`");
  if (first == "constraint") {
    note("the name stands behind the kind: `check NAME (...)`, `unique NAME (...)`");
  }
  const bool bare_on = problem.expected == std::vector<std::string>{"`on`"};
  if (first == "index" && bare_on && problem.found != "(") {
    note(fmt::format("a column of that name is written `\"{}\"`", first));
  } else if (problem.reserved && std::find(problem.expected.begin(), problem.expected.end(),
                                           "a name") != problem.expected.end()) {
    note(fmt::format("`{0}` is a word of the language; as a name it is written `\"{0}\"`",
                     FoldName(problem.found)));
  }
}

}  // namespace

void DescribeSyntaxProblem(const SyntaxProblem& problem, Diagnostic& diagnostic) {
  if (problem.missing_semicolon) {
    diagnostic.text = "`;` is missing here";
    return;
  }
  const Form* form = FindForm(problem);
  const std::vector<std::string> expected = Expected(problem);
  const std::string found = problem.found.empty() ? "the end" : fmt::format("`{}`", problem.found);
  if (problem.found.empty() && FoldName(problem.opened) == "table" &&
      (form == nullptr || form->rule == "table")) {
    diagnostic.code = codes::kUnclosed;
    diagnostic.text = "the braces of this table are not closed";
    return;
  }
  if (expected.empty()) {
    diagnostic.text = fmt::format("{} is not understood here", found);
  } else {
    diagnostic.text = fmt::format("expected {}, found {}", List(expected), found);
  }
  if (form == nullptr && !problem.in_table && problem.rules.empty()) {
    diagnostic.notes.push_back(
        {{},
         "a statement begins with `dialect`, `schema`, `extension`, `table`, `drop`, `allow` or "
         "`ignore`"});
  }
  AddHints(problem, form, diagnostic);
  if (form != nullptr) {
    diagnostic.notes.push_back({{}, fmt::format("{} is written `{}`", form->noun, form->text)});
  }
}

bool ReportForeignStatement(const std::string& word, const SourceSpan& span,
                            Diagnostics& diagnostics) {
  const auto* const foreign = std::find_if(
      kForeign.begin(), kForeign.end(), [&](const Foreign& known) { return known.word == word; });
  if (foreign == kForeign.end()) return false;
  const Code code = foreign->later ? codes::kNotYet : codes::kSyntaxError;
  const std::string_view later =
      "until a later version knows them, leave those of the database alone with `ignore`";
  diagnostics.Error(code, span, std::string(foreign->text))
      .notes.push_back({{}, std::string(foreign->later ? later : foreign->note)});
  return true;
}

}  // namespace zdm
