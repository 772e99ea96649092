// SPDX-License-Identifier: Apache-2.0
// The tables of database `zdm`. One such database serves all databases of a server: each row says
// first which one it belongs to. What other versions of zdm find is written here: a new format is a
// new entry of the list, never a change of an old one.
#pragma once

#include <span>
#include <string_view>

namespace zdm {

/// The format that this version writes; kept in zdm.setting as `format` of database ''.
inline constexpr int kMysqlJournalFormat = 2;

/// The statements that bring a journal of format `from` (0: none) to `from` + 1; `from` below
/// kMysqlJournalFormat. Each commits by itself, so each can be run again.
std::span<const std::string_view> MysqlJournalUpgrade(int from);

}  // namespace zdm
