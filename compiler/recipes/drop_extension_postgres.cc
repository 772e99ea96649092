// SPDX-License-Identifier: Apache-2.0
// An extension that goes, when nothing outside the plan uses it.
//
//   contract  1  nothing depends on its types, functions and operators
//   contract  2  DROP EXTENSION e                          no lock on what others use
//   revert       CREATE EXTENSION e SCHEMA s VERSION 'v'
#include "compiler/recipes/postgres_dependents.h"
#include "compiler/recipes/postgres_extensions.h"

namespace zdm {

using namespace postgres;

Recipe PostgresRecipes::operator()(const DropExtension& change) const {
  const Extension& extension = change.extension;
  const std::string name = Display(extension.name);
  const Question question = AskExtension(extension.name);
  DraftStep look = NewStep(
      *this, Phase::kContract, "nothing-uses-extension-" + name,
      "nothing depends on extension " + name,
      NothingDepends("depends on extension " + name, DependentsOfExtension(extension.name)));
  look.stage = Stage::kLast;
  look.step.provides = {"unused:extension:" + name};
  DraftStep step = NewStep(*this, Phase::kContract, "drop-extension-" + name,
                           "drop extension " + name, DropExtensionOperation(extension));
  step.stage = Stage::kLast;
  step.step.needs = {"unused:extension:" + name};
  step.step.removes = {ExtensionResource(extension.name)};
  step.step.revert = {CreateExtensionOperation(extension)};
  const std::string text = "extension " + name + " is dropped with all that is in it";
  step.step.hazards = {origin.valid() ? Buried(codes::kDropExtension, name, text)
                                      : Needs(codes::kDropExtension, name, text)};
  step.effects = {{question.object, ""}};
  Recipe recipe;
  recipe.questions = {Asked(question, AnswerExtension(extension))};
  recipe.steps = {std::move(look), std::move(step)};
  return recipe;
}

}  // namespace zdm
