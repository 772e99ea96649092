// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_type_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace zdm {
namespace {

/// What the modifiers must do for the change to touch no row.
enum class Modifiers {
  kAny,      ///< the new type has none
  kGrows,    ///< one, that grows or goes
  kNumeric,  ///< precision grows under the same scale, or both go
};

struct Widening {
  std::string_view from, to;
  Modifiers modifiers;
};

constexpr std::string_view kVarchar = "character varying";

/// ATColumnChangeRequiresRewrite() of the server and the support functions of the casts. Not here,
/// though no row is rewritten: bit -> bit varying, text -> citext and int -> oid build indexes
/// anew; timestamp -> timestamptz depends on the session's zone; elements of arrays are cast one by
/// one.
constexpr std::array kWidenings = {
    Widening{kVarchar, kVarchar, Modifiers::kGrows},
    Widening{kVarchar, "text", Modifiers::kAny},
    Widening{"text", kVarchar, Modifiers::kAny},
    Widening{"numeric", "numeric", Modifiers::kNumeric},
    Widening{"time without time zone", "time without time zone", Modifiers::kGrows},
    Widening{"time with time zone", "time with time zone", Modifiers::kGrows},
    Widening{"timestamp without time zone", "timestamp without time zone", Modifiers::kGrows},
    Widening{"timestamp with time zone", "timestamp with time zone", Modifiers::kGrows},
    Widening{"interval", "interval", Modifiers::kGrows},
    Widening{"bit varying", "bit varying", Modifiers::kGrows},
    Widening{"cidr", "inet", Modifiers::kAny},
};

bool Allows(Modifiers rule, const std::vector<int>& from, const std::vector<int>& to) {
  if (to.empty()) return rule == Modifiers::kAny || !from.empty();
  if (rule == Modifiers::kAny || from.size() != to.size()) return false;
  if (rule == Modifiers::kNumeric && from.size() == 2 && from[1] != to[1]) return false;
  return from[0] < to[0];
}

std::string Rounded(const std::string& column, std::string_view type) {
  return fmt::format("(({0})::{1} = {0})", column, type);
}

/// `numeric(p,s)` takes what has at most p - s digits before the point once it is rounded.
PostgresNarrowing NarrowNumeric(const PostgresTypeParts& wide, const PostgresTypeParts& narrow,
                                const std::string& column) {
  const int scale = narrow.modifiers.size() > 1 ? narrow.modifiers[1] : 0;
  PostgresNarrowing narrowing;
  narrowing.fits = fmt::format("({0} = 'NaN'::numeric OR abs(round({0}, {1})) < '1e{2}'::numeric)",
                               column, scale, narrow.modifiers[0] - scale);
  if (wide.modifiers.empty()) {
    narrowing.rounded = fmt::format("(round({0}, {1}) = {0})", column, scale);
  }
  return narrowing;
}

/// Digits that every value of an integer type fits in; 0: no integer type.
int Digits(std::string_view type) {
  if (type == "smallint") return 5;
  if (type == "integer") return 10;
  return type == "bigint" ? 19 : 0;
}

bool IsText(std::string_view name) {
  return name == kVarchar || name == "text";
}

/// citext, wherever its extension stands.
bool IsCitext(std::string_view name) {
  return name == "citext" || name.ends_with(".citext");
}

std::string Cast(const std::string& column, std::string_view type) {
  return fmt::format("({})::{}", column, type);
}

/// A number with a fraction is no integer: it is refused, not rounded.
std::string Whole(const std::string& column, std::string_view type) {
  return fmt::format("CASE WHEN (trunc({0}) = {0}) THEN ({0})::{1} ELSE NULL::{1} END", column,
                     type);
}

/// Whether every integer of so many digits is a number of this type.
bool HoldsDigits(const PostgresTypeParts& numeric, int digits) {
  if (numeric.modifiers.empty()) return true;
  const int scale = numeric.modifiers.size() > 1 ? numeric.modifiers[1] : 0;
  return scale >= 0 && numeric.modifiers[0] - scale >= digits;
}

bool SameScale(const PostgresTypeParts& a, const PostgresTypeParts& b) {
  return a.modifiers.size() == 2 && b.modifiers.size() == 2 && a.modifiers[1] == b.modifiers[1];
}

}  // namespace

TypeCasts PostgresTypeCasts(std::string_view from, std::string_view to, const std::string& column) {
  const PostgresTypeParts was = SplitPostgresType(from);
  const PostgresTypeParts is = SplitPostgresType(to);
  const int was_digits = Digits(from), is_digits = Digits(to);
  TypeCasts casts{Cast(column, to), Cast(column, from), true, false};
  if (was_digits > 0 && is_digits > 0) {
    casts.faithful = was_digits < is_digits;
  } else if (was_digits > 0 && is.name == "numeric") {
    casts.down = Whole(column, from);
    casts.faithful = HoldsDigits(is, was_digits);
  } else if (was.name == "numeric" && is_digits > 0) {
    casts.up = Whole(column, to);
  } else if (was.name == "numeric" && is.name == "numeric") {
    casts.automatic = SameScale(was, is);
    casts.faithful = casts.automatic && was.modifiers[0] < is.modifiers[0];
  } else if ((IsText(was.name) && IsText(is.name)) ||
             (was.name == "bit varying" && is.name == "bit varying")) {
    // An explicit cast would cut what is too long; storing it is refused.
    casts.up = casts.down = column;
    casts.faithful = was.modifiers.empty() && is.modifiers.empty();
  } else if (IsText(was.name) && was.modifiers.empty() && IsCitext(is.name)) {
    casts.faithful = false;
  } else if (IsCitext(was.name) && IsText(is.name) && is.modifiers.empty()) {
    casts.faithful = false;
  } else {
    casts.automatic = false;
    constexpr std::string_view kPlain = "timestamp without time zone";
    constexpr std::string_view kZoned = "timestamp with time zone";
    if ((was.name == kPlain && is.name == kZoned) || (was.name == kZoned && is.name == kPlain)) {
      casts.up = casts.down = column + " AT TIME ZONE 'UTC'";
    }
  }
  return casts;
}

PostgresTypeParts SplitPostgresType(std::string_view type) {
  PostgresTypeParts parts;
  const std::size_t open = type.find('(');
  const std::size_t close = type.find(')', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    parts.name = type;
    return parts;
  }
  parts.name = std::string(type.substr(0, open)) + std::string(type.substr(close + 1));
  const char* at = type.data() + open + 1;
  const char* const end = type.data() + close;
  while (at < end) {
    int value = 0;
    const auto read = std::from_chars(at, end, value);
    if (read.ec != std::errc()) break;
    parts.modifiers.push_back(value);
    at = read.ptr + 1;
  }
  return parts;
}

bool WidensPostgresType(std::string_view from, std::string_view to) {
  const PostgresTypeParts was = SplitPostgresType(from);
  const PostgresTypeParts is = SplitPostgresType(to);
  return std::any_of(kWidenings.begin(), kWidenings.end(), [&](const Widening& known) {
    return known.from == was.name && known.to == is.name &&
           Allows(known.modifiers, was.modifiers, is.modifiers);
  });
}

PostgresNarrowing NarrowPostgresType(std::string_view wide, std::string_view narrow,
                                     const std::string& column) {
  const PostgresTypeParts was = SplitPostgresType(wide);
  const PostgresTypeParts is = SplitPostgresType(narrow);
  if (is.name == "cidr") return {"", fmt::format("(({0})::cidr::inet = {0})", column)};
  if (is.modifiers.empty()) return {};
  if (is.name == "numeric") return NarrowNumeric(was, is, column);
  const int most = is.modifiers[0];
  if (is.name == kVarchar) return {"", fmt::format("(char_length({}) <= {})", column, most)};
  if (is.name == "bit varying") return {"", fmt::format("(length({}) <= {})", column, most)};
  return {"", Rounded(column, narrow)};
}

}  // namespace zdm
