// SPDX-License-Identifier: Apache-2.0
// Random changes of a schema, each with what zdmc must say about it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/live/evolution/model.h"

namespace zdm::test::evolution {

struct Evolution {
  Schema before;
  Schema after;
  Way way;
  /// Changes as zdmc prints them, up to the object's name.
  std::multiset<std::string> expected;
  /// Those of tables with a transition, which may carry them.
  std::multiset<std::string> carried;
  std::set<int> transformed;      ///< tables with a transition, rename or fill
  std::set<int> filled;           ///< columns whose values change on the way
  std::set<int> loosened;         ///< columns in which a NULL would stand in the way of a rollback
  std::vector<std::string> told;  ///< what was done, in words
};

/// A schema of three tables.
Schema FirstSchema(Random& random);
/// `count` mutations of `schema` that can go in one plan.
Evolution Evolve(const Schema& schema, int count, Random& random);

}  // namespace zdm::test::evolution
