// SPDX-License-Identifier: Apache-2.0
// zdm status: where things stand, read without the lease.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "runtime/executor/context.h"

namespace zdm {

/// The document of `zdm status --format json`, described in runtime/executor/STATUS.md.
nlohmann::ordered_json ReadStatus(const Context& context);

/// The same for people.
std::string RenderStatus(const nlohmann::ordered_json& status);

}  // namespace zdm
