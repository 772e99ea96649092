// SPDX-License-Identifier: Apache-2.0
// A plan as people read it before they run it.
#pragma once

#include <string>

#include "runtime/plan/plan.h"

namespace zdm {

/// Phases, steps with lock, work, inverse and the line that asked for them, hazards, what
/// applications must know, when to deploy, and the point of no return.
std::string ExplainText(const Plan& plan);

/// All statements in order, each phase's way back below it; for reading, not for psql: batches,
/// guards and checks are comments.
std::string ExplainSql(const Plan& plan);

/// For a pull request: GitHub's Markdown, without the SQL when it would be longer than a comment
/// may be.
std::string ExplainMarkdown(const Plan& plan);

/// For programs: the document of explain.schema.json.
std::string ExplainJson(const Plan& plan);

/// For people in a browser or on paper: one page that loads nothing and runs no script.
std::string ExplainHtml(const Plan& plan);

/// The short form of the scenario files: phase, step, locks, statements both ways.
std::string PrintPlan(const Plan& plan);

/// Steps and what they need, provide and remove.
std::string PrintGraph(const Plan& plan);

}  // namespace zdm
