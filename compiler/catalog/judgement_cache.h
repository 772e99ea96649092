// SPDX-License-Identifier: Apache-2.0
// What private scratch servers said on this machine, kept in the user's cache, so that compiling an
// unchanged text again starts no server. A file holds the answers of one make of server; it is
// written whole or not at all, and one that is damaged, or of other programs, is as good as none.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "compiler/catalog/judge.h"

namespace zdm {

struct JudgementCache {
  std::filesystem::path directory;  ///< empty: there is no place for it, everything is asked
  /// Names the programs that answer, and those that ask: others share no answers. Empty: unknown.
  std::string identity;
};

/// Answers from the cache what it knows, lets `ask` answer the others, and keeps what was judged.
void AskWithCache(const JudgementCache& cache,
                  const std::function<void(std::vector<JudgeTask>&)>& ask,
                  std::vector<JudgeTask>& tasks);

}  // namespace zdm
