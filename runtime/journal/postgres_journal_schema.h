// SPDX-License-Identifier: Apache-2.0
// The tables and functions of schema zdm. What other versions of zdm find in a database is written
// here: a new format is a new entry of the list, never a change of an old one.
#pragma once

#include <span>
#include <string_view>

namespace zdm {

/// The format that this version writes; kept in zdm.setting as `format`.
inline constexpr int kJournalFormat = 1;

/// The statements that bring a journal of format `from` (0: none) to `from` + 1; `from` below
/// kJournalFormat.
std::span<const std::string_view> JournalUpgrade(int from);

}  // namespace zdm
