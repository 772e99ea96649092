// SPDX-License-Identifier: Apache-2.0
// An extension. Since version 13 the owner of a database may create those that the server trusts;
// for others the server wants a superuser, who can create them before.
//
//   expand    1  CREATE EXTENSION e SCHEMA s VERSION 'v'   no lock on what is there
//   revert       DROP EXTENSION e                          fails while somebody uses it
#include "compiler/recipes/postgres_extensions.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const CreateExtension& change) const {
  const Extension& extension = change.extension;
  const std::string name = Display(extension.name);
  const Question question = AskExtension(extension.name);
  DraftStep look = NewStep(*this, Phase::kExpand, "server-has-extension-" + name,
                           "the server has extension " + name,
                           NothingDepends("is not installed on the server: its package, or a build "
                                          "of it, has to be installed there first",
                                          MissingExtension(extension.name)));
  look.stage = Stage::kFirst;
  DraftStep step = NewStep(*this, Phase::kExpand, "create-extension-" + name,
                           "create extension " + name, CreateExtensionOperation(extension));
  step.stage = Stage::kFirst;
  step.step.provides = {ExtensionResource(extension.name)};
  if (extension.schema) step.step.needs = {SchemaResource(*extension.schema)};
  step.step.revert = {DropExtensionOperation(extension)};
  step.effects = {{question.object, AnswerExtension(extension)}};
  Recipe recipe;
  recipe.questions = {question};
  recipe.steps = {std::move(look), std::move(step)};
  return recipe;
}

}  // namespace zdm
