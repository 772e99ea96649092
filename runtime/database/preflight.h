// SPDX-License-Identifier: Apache-2.0
// Looks at a fresh session before anything is asked of it: what is in the way, and the way out.
#pragma once

#include <string>
#include <vector>

#include "runtime/database/database.h"

namespace zdm {

struct Obstacle {
  ErrorKind kind = ErrorKind::kOther;
  std::string sentence;  ///< what is in the way and the way out
  friend bool operator==(const Obstacle&, const Obstacle&) = default;
};

/// What the coming command needs of the database.
struct PreflightNeeds {
  bool write = true;    ///< not a replica, not read-only
  bool journal = true;  ///< schemas zdm and zdm_trash there and ours, or to be made
  /// Tables ("quoted, qualified") that the role must own, itself or through a role.
  std::vector<std::string> owned_tables;
  /// What will be made, as steps say what they provide ("schema:shop", "extension:citext",
  /// "table:public.item", "index:public.item_name"); other kinds need no right of their own.
  std::vector<std::string> created;
};

/// Throws the first obstacle as a DatabaseError; the sentence names all of them.
void RequireNoObstacles(const std::vector<Obstacle>& obstacles);

}  // namespace zdm
