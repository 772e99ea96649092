// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "runtime/command_table.h"
#include "runtime/shell_pages.h"

namespace zdm {

/// The page in man(7).
std::string ManualPage(const std::string& program, const std::vector<CommandEntry>& table,
                       const ManualTexts& texts);

}  // namespace zdm
