// SPDX-License-Identifier: Apache-2.0
// One seed's evolution: a schema with rows changes again and again, each time by one plan, forward
// and back, with rows of the old and the new application on the way and kills of the runtime.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/live/evolution/mutations.h"
#include "tests/support/process.h"
#include "tests/support/test_server.h"

namespace zdm::test::evolution {

class Story {
 public:
  Story(std::uint64_t seed, int plans);
  /// Throws std::runtime_error with everything that one needs to see.
  void Tell();
  int mutations() const { return mutations_; }
  int kills() const { return kills_; }

 private:
  /// Text of each value: by table and column, then by the row's id.
  using Values = std::map<std::pair<int, int>, std::map<std::string, std::string>>;

  void Begin();
  void Step(const Evolution& evolution);
  void CompilePlan(const Evolution& evolution);
  void CompareChanges(const Evolution& evolution, const std::string& printed) const;
  void Forward(const Evolution& evolution, const std::string& until);
  void Back(const Evolution& evolution, const std::string& from, bool only_old_wrote);
  void CompareValues(const Evolution& evolution, const Values& old_values, const Values& new_values,
                     const std::string& when) const;
  void CompareEnd(const Schema& schema);
  /// Gives the columns of `given` always a value.
  void Insert(const Schema& schema, int rows, const std::string& who,
              const std::set<int>& given = {});
  Values Read(const Schema& schema) const;
  std::string Straight(const Schema& schema) const;
  /// zdm to its end; killed before that now and then, and typed again.
  ProcessResult Killed(std::vector<std::string> arguments);
  void Zdm(const std::vector<std::string>& arguments);
  bool IsNothing(const std::string& file) const;
  [[noreturn]] void Fail(const std::string& what) const;

  Random random_;
  int plans_ = 0;
  int mutations_ = 0;
  int kills_ = 0;
  Schema schema_;
  ScratchFolder folder_;
  TestServer& server_;
  TestDatabase database_;
  TestDatabase scratch_;
  std::unique_ptr<Session> session_;
  std::string before_text_, after_text_, told_;
};

}  // namespace zdm::test::evolution
