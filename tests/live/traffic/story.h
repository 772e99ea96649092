// SPDX-License-Identifier: Apache-2.0
// One seed: a shape, some rows, clients, and a random walk forward and back through the phases.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/live/traffic/client.h"
#include "tests/live/traffic/model.h"
#include "tests/support/process.h"
#include "tests/support/test_server.h"

namespace zdm::test {

class Story {
 public:
  explicit Story(std::uint64_t seed);
  ~Story();
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  /// Runs it; what went wrong, "" when nothing did.
  std::string Tell();
  std::string Summary() const;

 private:
  void Prepare();
  void Fill();
  void Forward();
  void BackFromExpand();
  void BackFromMigrate();
  void Contract();
  void BackFromContract();
  void Finish();

  std::size_t RowsToLose();
  void RollBackToStart();
  void Zdm(std::vector<std::string> arguments);
  void Pause(Version version);
  void Resume(Version version);
  void Traffic();
  void Check(const std::string& when);
  void Fail(const std::string& what);

  std::uint64_t seed_;
  std::mt19937_64 random_;
  Shape shape_;
  SharedRows rows_;
  ScratchFolder folder_;
  TestDatabase database_;
  std::string plan_;
  std::string before_dump_;
  std::vector<std::unique_ptr<Client>> old_clients_;
  std::vector<std::unique_ptr<Client>> new_clients_;
  bool old_works_ = false;
  bool new_works_ = false;
  std::string done_;  ///< commands so far
};

}  // namespace zdm::test
