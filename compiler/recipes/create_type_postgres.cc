// SPDX-License-Identifier: Apache-2.0
// A type of the user's own: nobody uses it yet.
//
//   expand    1  CREATE TYPE t AS ENUM (..); or CREATE DOMAIN t AS ..     no lock on what is there
//   revert       DROP TYPE t
#include "compiler/recipes/postgres_objects.h"
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const CreateType& change) const {
  const QualifiedName& name = NameOf(change.type);
  const std::string kind = KindOf(change.type);
  const std::string shown = Display(name);
  const Question question = AskType(name);
  DraftStep step = NewStep(
      *this, Phase::kExpand, "create-" + kind + "-" + shown, "create " + kind + " " + shown,
      Short({}, CreateTypeStatements(change.type), Answers(question, AnswerType(change.type))));
  step.stage = Stage::kFirst;
  step.step.needs = {SchemaResource(name.schema)};
  if (const auto* domain = std::get_if<Domain>(&change.type)) {
    for (const EnumType& type : context.target.enums) {
      if (domain->type.sql.starts_with(Quote(type.name))) {
        step.step.needs.push_back(TypeResource(type.name));
      }
    }
    for (const Extension& extension : context.target.extensions) {
      step.step.needs.push_back(ExtensionResource(extension.name));
    }
  }
  step.step.provides = {TypeResource(name)};
  step.step.revert = {Short({}, {(kind == "enum" ? "DROP TYPE " : "DROP DOMAIN ") + Quote(name)},
                            Absent(question))};
  step.effects = {{question.object, AnswerType(change.type)}};
  Recipe recipe;
  recipe.questions = {question};
  recipe.steps = {std::move(step)};
  return recipe;
}

}  // namespace zdm
