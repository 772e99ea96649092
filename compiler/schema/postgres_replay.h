// SPDX-License-Identifier: Apache-2.0
// What the server prints is not always what it would read the same way again: (a AND b) AND c loses
// its inner pair, (ARRAY['x'::varchar])::text[] casts each element instead. Whoever makes an object
// again from the catalog's text, and compares afterwards, needs the words that keep the tree.
#pragma once

#include <string>
#include <string_view>

namespace zdm {

/// SQL that the server reads as the tree which it printed as `printed`, so that it prints the same
/// again. Most texts come back as they are; so does what has been through here.
std::string Replayable(std::string_view printed);

}  // namespace zdm
