// SPDX-License-Identifier: Apache-2.0
// Where a backfill goes on: the window of keys at work and the slice of it that comes next.
#pragma once

#include <string>
#include <string_view>

#include "runtime/executor/engine.h"

namespace zdm {

struct Checkpoint {
  int pass = 1;
  KeyRange window;  ///< upto empty: no window chosen yet
  Slice slice;      ///< the next one
  friend bool operator==(const Checkpoint& a, const Checkpoint& b) {
    return a.pass == b.pass && a.window == b.window && a.slice.index == b.slice.index &&
           a.slice.count == b.slice.count;
  }
};

std::string WriteCheckpoint(const Checkpoint& checkpoint);
/// A text that cannot be read is a fresh start: rows already filled are passed over.
Checkpoint ReadCheckpoint(std::string_view text);

}  // namespace zdm
