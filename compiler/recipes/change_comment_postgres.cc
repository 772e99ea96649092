// SPDX-License-Identifier: Apache-2.0
// A comment. Nobody waits for it.
//
//   expand    1  COMMENT ON object IS 'text'       SHARE UPDATE EXCLUSIVE on the table of a column
//   revert       COMMENT ON object IS 'old text'   the same
#include <fmt/format.h>

#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {
namespace {

using namespace postgres;

/// `column public.t."A b"` -> column, public, t, A b: a display form taken apart.
std::vector<std::string> PartsOf(const std::string& displayed) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t at = 0; at < displayed.size(); ++at) {
    const char c = displayed[at];
    if (c == '"') {
      const bool doubled = quoted && at + 1 < displayed.size() && displayed[at + 1] == '"';
      if (doubled) {
        parts.back() += c;
        ++at;
      } else {
        quoted = !quoted;
      }
    } else if (!quoted && (c == '.' || (c == ' ' && parts.size() == 1))) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Without a comment of its own a schema or extension has the one that came with it.
std::string CommentSql(const std::string& object_sql, const std::optional<std::string>& comment) {
  if (comment) return CommentOn(object_sql, comment);
  if (object_sql == "SCHEMA public") return CommentOn(object_sql, "standard public schema");
  const std::string_view kind = "EXTENSION ";
  if (!object_sql.starts_with(kind)) return CommentOn(object_sql, comment);
  const std::string name = object_sql.substr(kind.size());
  return "DO " + Literal(fmt::format(
                     "BEGIN EXECUTE (SELECT format({}, a.comment) FROM pg_available_extensions a "
                     "WHERE quote_ident(a.name) = {}); END",
                     Literal("COMMENT ON " + object_sql + " IS %L"), Literal(name)));
}

struct CommentedObject {
  Question question;
  std::optional<QualifiedName> table;  ///< the one that is locked: of tables and columns
  std::string resource;
};

CommentedObject Find(const std::string& displayed) {
  std::vector<std::string> parts = PartsOf(displayed);
  const std::string kind = parts[0];
  parts.resize(4);
  const QualifiedName name{parts[1], parts[2]};
  if (kind == "schema") {
    return {AskComment(Commented::kSchema, {"", parts[1]}), {}, SchemaResource(parts[1])};
  }
  if (kind == "extension") {
    return {AskComment(Commented::kExtension, {"", parts[1]}), {}, ExtensionResource(parts[1])};
  }
  if (kind == "enum") return {AskComment(Commented::kEnum, name), {}, TypeResource(name)};
  if (kind == "domain") return {AskComment(Commented::kDomain, name), {}, TypeResource(name)};
  if (kind == "sequence") {
    return {AskComment(Commented::kSequence, name), {}, SequenceResource(name)};
  }
  if (kind == "index") return {AskComment(Commented::kIndex, name), {}, IndexResource(name)};
  if (kind == "column") {
    return {AskComment(Commented::kColumn, name, parts[3]), name, ColumnResource(name, parts[3])};
  }
  if (kind == "constraint") {
    return {
        AskComment(Commented::kConstraint, name, parts[3]), {}, ConstraintResource(name, parts[3])};
  }
  return {AskComment(Commented::kTable, name), name, TableResource(name)};
}

}  // namespace

Recipe PostgresRecipes::operator()(const ChangeComment& change) const {
  const CommentedObject object = Find(change.object);
  const auto set = [&](const std::optional<std::string>& comment) {
    return Patient({CommentSql(change.object_sql, comment)},
                   Answers(object.question, AnswerComment(comment)));
  };
  std::vector<TableLock> locks;
  if (object.table) locks.push_back(Declared(*object.table, kShareUpdateExclusive));
  DraftStep step =
      NewStep(*this, Phase::kExpand, "comment-on-" + change.object,
              "change the comment on " + change.object, set(change.new_comment), std::move(locks));
  step.stage = Stage::kLast;
  step.step.needs = {object.resource};
  step.step.revert = {set(change.old_comment)};
  step.effects = {{object.question.object, AnswerComment(change.new_comment)}};
  Recipe recipe;
  recipe.questions = {Asked(object.question, AnswerComment(change.old_comment))};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
