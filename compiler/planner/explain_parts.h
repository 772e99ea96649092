// SPDX-License-Identifier: Apache-2.0
// What the forms of `zdmc explain` share: the words for phases, locks, work and the way back. Each
// form lays them out and escapes them for itself.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/plan.h"

namespace zdm {

struct PhaseWords {
  Phase phase;
  std::string_view name;     ///< "expand"
  std::string_view does;     ///< "adds and loosens"
  std::string_view who;      ///< which applications work while it runs
  std::string_view command;  ///< what takes the database through it
};
/// In the order in which they run.
const std::array<PhaseWords, 3>& AllPhases();

inline constexpr std::string_view kDeployHere =
    "deploy the new application here: it reads every row";
inline constexpr std::string_view kUndoUntilPurge =
    "its own command; until then everything can be undone with `zdm rollback`";

std::size_t CountSteps(const Plan& plan, Phase phase);

/// "ACCESS EXCLUSIVE on public.t; short, tried again with pauses"
std::string LocksText(const Step& step);
/// How the locks meet other sessions: "short, tried again with pauses"; "" without a lock.
std::string_view WaitText(const Step& step);
/// "changes the catalog only"
std::string_view WorkText(const Step& step);
/// The first statement of the way back, and how many more there are.
std::string UndoText(const Step& step);
/// What makes a rollback of the step refuse, each once.
std::vector<std::string> LossesText(const Step& step);

/// An operation as SQL to be read: batches, guards and checks are comments.
std::string SqlOf(const Operation& operation);
/// The whole way back of a step; "" when there is nothing to undo.
std::string SqlOfRevert(const Step& step);

/// A hazard with the step that it belongs to.
struct StepHazard {
  const Step* step;
  const Hazard* hazard;
};
/// In the order of the steps.
std::vector<StepHazard> AllHazards(const Plan& plan);

/// `text` with control characters and those that turn the direction of writing made visible, as
/// "\u{202E}"; line feeds and tabs stay.
std::string Visible(std::string_view text);

}  // namespace zdm
