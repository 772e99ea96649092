// SPDX-License-Identifier: Apache-2.0
// A new schema.
//
//   expand    1  CREATE SCHEMA s; COMMENT ON SCHEMA s      no lock on what is there
//   revert       DROP SCHEMA s                             fails while somebody keeps things in it
#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/postgres_steps.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const CreateSchema& change) const {
  const NamespaceObject& schema = change.schema;
  const Question question = AskSchema(schema.name);
  Statements create{"CREATE SCHEMA " + Quote(schema.name)};
  if (schema.comment) {
    create.push_back(CommentOn("SCHEMA " + Quote(schema.name), schema.comment));
  }
  DraftStep step = NewStep(*this, Phase::kExpand, "create-schema-" + Display(schema.name),
                           "create schema " + Display(schema.name),
                           Short({}, std::move(create), Answers(question, AnswerSchema(schema))));
  step.stage = Stage::kFirst;
  step.step.provides = {SchemaResource(schema.name)};
  step.step.revert = {Short({}, {"DROP SCHEMA " + Quote(schema.name)}, Absent(question))};
  step.effects = {{question.object, AnswerSchema(schema)}};
  Recipe recipe;
  recipe.questions = {question};
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
