// SPDX-License-Identifier: Apache-2.0
// Small values that the syntax tree and the model share.
#pragma once

#include <optional>
#include <string>

namespace zdm {

/// What an old row that breaks a coming rule means: `keep` lets old writes through and contract
/// refuses while violators stand; `reject` binds from expand.
enum class OnViolation { kKeep, kReject };

enum class ForeignKeyAction { kNoAction, kRestrict, kCascade, kSetNull, kSetDefault };
enum class ForeignKeyMatch { kSimple, kFull };

struct SequenceOptions {
  std::optional<std::string> start, increment, min_value, max_value, cache;  ///< decimal texts
  bool cycle = false;
  friend bool operator==(const SequenceOptions&, const SequenceOptions&) = default;
};

struct Identity {
  bool always = true;  ///< false: BY DEFAULT
  SequenceOptions sequence;
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// Of a default: what the server must do to give it to rows that are there. Constant and stable
/// ones are one value for all rows; volatile ones are computed row by row.
enum class Volatility { kUnknown, kConstant, kStable, kVolatile };

}  // namespace zdm
