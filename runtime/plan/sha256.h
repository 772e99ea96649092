// SPDX-License-Identifier: Apache-2.0
// The one hash of zdm: plan ids, and the names of helper objects.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

/// 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::string_view data);

}  // namespace zdm
