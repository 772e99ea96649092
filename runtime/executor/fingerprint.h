// SPDX-License-Identifier: Apache-2.0
// Whether the live catalog is the one that the plan expects, object by object.
#pragma once

#include <string>
#include <vector>

#include "runtime/database/database.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// A moment for which a plan says what each object answers.
enum class Moment { kStart, kExpanded, kMigrated, kContracted };

Moment EndOf(Phase phase);
const std::string& Expected(const Question& question, Moment moment);

struct ObjectDifference {
  std::string object;
  std::vector<std::string> lines;  ///< "- expected line", "+ found line"
  friend bool operator==(const ObjectDifference&, const ObjectDifference&) = default;
};

/// The objects whose answer is not the expected one, in the plan's order.
std::vector<ObjectDifference> CompareWithPlan(Database& database, const Plan& plan, Moment moment);

/// Throws Refusal (exit 4) with the lines that differ; `what` begins the sentence.
void RequireFingerprint(Database& database, const Plan& plan, Moment moment,
                        const std::string& what, const std::string& next);

/// As above, for tests and for callers that go on.
std::vector<std::string> Render(const std::vector<ObjectDifference>& differences);

/// Lines of `expected` and `found` that the other lacks; "(absent)" for an empty text.
std::vector<std::string> DifferingLines(const std::string& expected, const std::string& found);

}  // namespace zdm
