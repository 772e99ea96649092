// SPDX-License-Identifier: Apache-2.0
// Objects as they stand in a snapshot file.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "compiler/schema/schema.h"

namespace zdm {

nlohmann::json TableJson(const Table& table);
nlohmann::json SchemaJson(const Schema& schema);

}  // namespace zdm
