// SPDX-License-Identifier: Apache-2.0
// What a recipe gets and gives: one change -> its steps. A recipe is a pure function; it never
// looks at a server and never orders anything but its own steps.
#pragma once

#include <string>
#include <vector>

#include "compiler/diff/change.h"
#include "compiler/source/diagnostic.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// What one step changes in the answer to one fingerprint question: after the step the object
/// answers `answer` ("" : absent).
struct Effect {
  std::string object;  ///< Question::object
  std::string answer;
};

/// Where in its phase a step stands; within a stage needs, provides and removes decide. In
/// contract: proofs, then what tightens, then the short switches. In migrate: fills and builds, and
/// last the counts of violators.
enum class Stage { kFirst, kMain, kLast };

/// A step as a recipe writes it. `step.id` is the words only ("add-column-public.customer.email");
/// the planner numbers it. Windows of losses, verifications and objects name steps by these words.
struct DraftStep {
  Step step;
  Stage stage = Stage::kMain;
  std::vector<Effect> effects;
};

/// What a rollback may leave behind, since taking it back would block others, and nobody misses: an
/// object that answers `left` is then as good as one that answers `same`.
struct Leftover {
  Question question;  ///< gives `same` for either
  std::string left;
  std::string same;
};

struct Recipe {
  std::vector<DraftStep> steps;
  std::vector<DraftStep> purge;
  std::vector<Question> questions;  ///< expected answers: only `start` is set
  std::vector<Verification> verifications;
  std::vector<OwnedObject> objects;
  std::vector<std::string> notices;
  std::vector<Leftover> leftovers;
};

/// What all recipes of one plan see.
struct RecipeContext {
  const Schema& current;
  const Schema& target;
  const SourceFiles& files;
  Diagnostics& diagnostics;
  /// Hex hash of source and target schema; derived names are made of it.
  std::string salt;
  /// Tables that a TransformTable of this plan reshapes; their "filled:TABLE" resource exists.
  std::vector<const TransformTable*> transforms;
};

/// "zdm_" + 10 hex digits of a hash of salt, `purpose` and `object`: the same for the same plan,
/// within every server's limit, never the same for two objects.
std::string DerivedName(const RecipeContext& context, const std::string& purpose,
                        const std::string& object);

/// The physical name that `column` of `table` has before the switch: its own, or that of its shadow
/// when a TransformTable gives a column that keeps its name a new body.
std::string PhysicalColumn(const RecipeContext& context, const QualifiedName& table,
                           const std::string& column);

}  // namespace zdm
