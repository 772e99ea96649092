// SPDX-License-Identifier: Apache-2.0
// Old and new clients at work through every phase and every rollback, checked by a model of their
// own.
//   zdm_traffic_tests --seeds 200 --seed 1     seeds 1 to 200
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "tests/live/sample.h"
#include "tests/live/traffic/story.h"

namespace zdm::test {
namespace {

class TrafficTest : public testing::Test {
 public:
  explicit TrafficTest(std::uint64_t seed) : seed_(seed) {}

 private:
  void TestBody() override {
    Story story(seed_);
    const std::string failure = story.Tell();
    std::cout << story.Summary() << "\n";
    EXPECT_EQ(failure, "") << "again: .build/debug/tests/live/zdm_traffic_tests --seed " << seed_
                           << " --seeds 1";
  }
  std::uint64_t seed_;
};

}  // namespace
}  // namespace zdm::test

int main(int argc, char** argv) {
  // The second family is two servers.
  const std::uint64_t all = zdm::test::OnSecondFamily() ? 100 : 200;
  const std::uint64_t few = zdm::test::OnSecondFamily() ? 4 : 6;
  const auto [first, count] =
      zdm::test::ChosenSeeds(argc, argv, zdm::test::Everything() ? all : few);
  testing::InitGoogleTest(&argc, argv);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    testing::RegisterTest("Traffic", ("Seed" + std::to_string(seed)).c_str(), nullptr, nullptr,
                          __FILE__, __LINE__,
                          [seed]() -> testing::Test* { return new zdm::test::TrafficTest(seed); });
  }
  return RUN_ALL_TESTS();
}
