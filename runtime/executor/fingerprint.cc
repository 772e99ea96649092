// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/fingerprint.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/executor/refusal.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t end = text.find('\n', begin);
    end = end == std::string::npos ? text.size() : end;
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<std::string> Without(const std::vector<std::string>& lines,
                                 std::vector<std::string> others) {
  std::vector<std::string> rest;
  for (const std::string& line : lines) {
    const auto same = std::find(others.begin(), others.end(), line);
    if (same == others.end()) {
      rest.push_back(line);
    } else {
      others.erase(same);
    }
  }
  return rest;
}

}  // namespace

Moment EndOf(Phase phase) {
  switch (phase) {
    case Phase::kExpand:
      return Moment::kExpanded;
    case Phase::kMigrate:
      return Moment::kMigrated;
    case Phase::kContract:
      break;
  }
  return Moment::kContracted;
}

const std::string& Expected(const Question& question, Moment moment) {
  switch (moment) {
    case Moment::kStart:
      return question.start;
    case Moment::kExpanded:
      return question.expand;
    case Moment::kMigrated:
      return question.migrate;
    case Moment::kContracted:
      break;
  }
  return question.contract;
}

std::vector<std::string> DifferingLines(const std::string& expected, const std::string& found) {
  if (expected.empty() || found.empty()) {
    return {expected.empty() ? "- (absent)" : "- (present)",
            found.empty() ? "+ (absent)" : "+ (present)"};
  }
  std::vector<std::string> lines;
  for (const std::string& line : Without(Lines(expected), Lines(found))) {
    lines.push_back("- " + line);
  }
  for (const std::string& line : Without(Lines(found), Lines(expected))) {
    lines.push_back("+ " + line);
  }
  if (lines.empty()) {
    lines.push_back("+ the same lines in another order");
  }
  return lines;
}

std::vector<ObjectDifference> CompareWithPlan(Database& database, const Plan& plan, Moment moment) {
  std::vector<ObjectDifference> differences;
  for (const Question& question : plan.questions) {
    const std::string found = QueryValue(database, question.query).value_or("");
    const std::string& expected = Expected(question, moment);
    if (found != expected) {
      differences.push_back({question.object, DifferingLines(expected, found)});
    }
  }
  return differences;
}

std::vector<std::string> Render(const std::vector<ObjectDifference>& differences) {
  std::vector<std::string> lines;
  for (const ObjectDifference& difference : differences) {
    lines.push_back(difference.object);
    for (const std::string& line : difference.lines) {
      lines.push_back("  " + line);
    }
  }
  return lines;
}

void RequireFingerprint(Database& database, const Plan& plan, Moment moment,
                        const std::string& what, const std::string& next) {
  const std::vector<ObjectDifference> differences = CompareWithPlan(database, plan, moment);
  if (differences.empty()) {
    return;
  }
  throw Refusal(ExitCode::kStale, codes::kFingerprint,
                fmt::format("{}: {} object{} differ{} from what the plan expects (- expected, + "
                            "found)",
                            what, differences.size(), differences.size() == 1 ? "" : "s",
                            differences.size() == 1 ? "s" : ""),
                Render(differences), next);
}

}  // namespace zdm
