// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/preflight.h"

namespace zdm {

void RequireNoObstacles(const std::vector<Obstacle>& obstacles) {
  if (obstacles.empty()) return;
  std::string sentences;
  for (const Obstacle& obstacle : obstacles) {
    if (!sentences.empty()) sentences += "\n";
    sentences += obstacle.sentence;
  }
  throw DatabaseError(obstacles.front().kind, {}, sentences);
}

}  // namespace zdm
