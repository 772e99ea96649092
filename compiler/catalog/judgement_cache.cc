// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/judgement_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

#include "compiler/catalog/snapshot.h"
#include "runtime/plan/sha256.h"

namespace zdm {
namespace {

namespace fs = std::filesystem;

/// More than the largest schemas ask; then it begins anew.
constexpr std::size_t kMostJudgements = 100000;
constexpr std::chrono::hours kForgottenAfter{24 * 60};
constexpr const char* kPrefix = "judgements-";

using Known = std::map<std::string, Judgement>;

fs::path FileOf(const JudgementCache& cache) {
  return cache.directory /
         fmt::format("{}{}.json", kPrefix, Sha256Hex(cache.identity).substr(0, 16));
}

/// The file is a snapshot of nothing: the judgements with a hash over them.
Known Read(const JudgementCache& cache) {
  std::ifstream file(FileOf(cache), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Diagnostics unheard;
  const std::optional<Snapshot> snapshot = ReadSnapshot(text, "", unheard);
  Known known;
  if (!snapshot || snapshot->compiler != cache.identity) return known;
  for (const Judgement& judgement : snapshot->judgements) {
    known.emplace(judgement.question, judgement);
  }
  return known;
}

/// Files of programs that are long gone.
void RemoveForgotten(const fs::path& directory) {
  std::error_code ignored;
  const auto oldest = fs::file_time_type::clock::now() - kForgottenAfter;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, ignored)) {
    const bool ours = entry.path().filename().string().starts_with(kPrefix);
    if (ours && entry.last_write_time(ignored) < oldest) fs::remove(entry.path(), ignored);
  }
}

/// Adds to what others may have written meanwhile; what they write at this moment may be lost, and
/// is asked again. A cache that cannot be written is done without.
void Write(const JudgementCache& cache, Known fresh) {
  Known known = Read(cache);
  if (known.size() + fresh.size() > kMostJudgements) known.clear();
  fresh.merge(known);
  Snapshot snapshot;
  snapshot.compiler = cache.identity;
  for (auto& [question, judgement] : fresh) snapshot.judgements.push_back(std::move(judgement));
  const fs::path whole = FileOf(cache);
  std::error_code failed;
  fs::create_directories(cache.directory, failed);
  RemoveForgotten(cache.directory);
  std::string part = whole.string() + ".part-XXXXXX";
  const int made = mkstemp(part.data());
  if (made < 0) return;
  close(made);
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  file << WriteSnapshot(snapshot);
  file.close();
  if (file) fs::rename(part, whole, failed);
  if (!file || failed) fs::remove(part, failed);
}

}  // namespace

void AskWithCache(const JudgementCache& cache,
                  const std::function<void(std::vector<JudgeTask>&)>& ask,
                  std::vector<JudgeTask>& tasks) {
  if (cache.directory.empty() || cache.identity.empty()) {
    ask(tasks);
    return;
  }
  const Known known = Read(cache);
  std::vector<JudgeTask> open;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < tasks.size(); ++at) {
    const auto found = known.find(QuestionOf(tasks[at]));
    if (found == known.end()) {
      open.push_back(tasks[at]);
      places.push_back(at);
      continue;
    }
    tasks[at].answers = found->second.answers;
    tasks[at].volatility = found->second.volatility;
    tasks[at].outcome = JudgeTask::Outcome::kJudged;
  }
  if (open.empty()) return;
  ask(open);
  Known fresh;
  for (std::size_t at = 0; at < open.size(); ++at) {
    JudgeTask& task = tasks[places[at]] = std::move(open[at]);
    if (task.outcome != JudgeTask::Outcome::kJudged) continue;
    const std::string question = QuestionOf(task);
    fresh[question] = {question, task.answers, task.volatility};
  }
  if (!fresh.empty()) Write(cache, std::move(fresh));
}

}  // namespace zdm
