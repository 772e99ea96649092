// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/engine.h"

#include <fmt/format.h>

#include "runtime/executor/reporter.h"

namespace zdm {

std::string Describe(const OtherSession& session) {
  if (session.id == 0) {
    return "a prepared transaction";
  }
  if (session.id < 0) {
    return session.application;  // one that we may not see
  }
  std::string text = session.maintenance ? fmt::format("the server's own process {}", session.id)
                                         : fmt::format("process {}", session.id);
  std::string facts;
  const auto add = [&](const std::string& fact) { facts += (facts.empty() ? "" : ", ") + fact; };
  if (!session.application.empty()) {
    add(session.application);
  }
  if (!session.user.empty()) {
    add("user " + session.user);
  }
  if (!session.state.empty()) {
    add(session.state);
  }
  if (session.age_seconds >= 0) {
    add("for " +
        Span(std::chrono::milliseconds(static_cast<std::int64_t>(session.age_seconds * 1000))));
  }
  if (!facts.empty()) {
    text += " (" + facts + ")";
  }
  if (!session.query.empty()) {
    text += ": " + session.query;
  }
  return text;
}

}  // namespace zdm
