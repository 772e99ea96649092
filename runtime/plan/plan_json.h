// SPDX-License-Identifier: Apache-2.0
// The plan file: Plan <-> canonical JSON. FORMAT.md beside this header describes it on one page,
// plan.schema.json for machines.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/plan/code.h"
#include "runtime/plan/plan.h"

namespace zdm {

/// Why a plan file was refused: one sentence with the way out, and the code of its kind.
class PlanError : public std::runtime_error {
 public:
  PlanError(Code code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  const Code& code() const { return code_; }

 private:
  Code code_;
};

/// The canonical file: the same plan gives the same bytes, ending in a line feed. `plan.id` is not
/// looked at: the id in the file is that of the content.
std::string WritePlan(const Plan& plan);

/// The id that WritePlan gives the plan.
std::string PlanId(const Plan& plan);

/// The plan in `text`. Strict: throws PlanError when the text is truncated, was changed after it
/// was compiled (its id differs), is of another format version, or has a field that is unknown,
/// missing or ill-formed. WritePlan(ReadPlan(text)) == text.
Plan ReadPlan(std::string_view text);

/// Throws PlanError unless the plan is for servers of `dialect`.
void RequireDialect(const Plan& plan, Dialect dialect);

/// "expand", "migrate", "contract"
std::string_view ToString(Phase phase);
std::optional<Phase> PhaseFromName(std::string_view name);

}  // namespace zdm
