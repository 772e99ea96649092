// SPDX-License-Identifier: Apache-2.0
// The one case in which it is provable without a server how a default comes back: a bare literal.
#pragma once

#include <string_view>

namespace zdm {

/// Whether a server makes of the default `written`, on a column of `type` (the server's spelling),
/// exactly `printed`. True for two forms, and only where nothing else could come back:
///   'text'  -> 'text'::type   The type's input makes a constant of it, whose output is printed;
///                             where both texts are the same, the constant is, too. Modifiers of
///                             the type are applied by a hidden function and do not show.
///   -12     -> '-12'::integer A negative number that fits an integer, whatever the column's type.
/// False means nothing: a server decides.
bool LiteralPrintsAs(std::string_view written, std::string_view printed, std::string_view type);

}  // namespace zdm
