// SPDX-License-Identifier: Apache-2.0
// Creating and dropping extensions.
#pragma once

#include "compiler/recipes/postgres_steps.h"

namespace zdm::postgres {

Operation CreateExtensionOperation(const Extension& extension);
Operation DropExtensionOperation(const Extension& extension);
/// Returns the extension's name when the server cannot create it.
std::string MissingExtension(const std::string& extension);

}  // namespace zdm::postgres
