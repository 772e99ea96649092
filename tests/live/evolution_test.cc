// SPDX-License-Identifier: Apache-2.0
// Schemas that change at random, plan after plan, there and back, with rows in their tables; judged
// by the dump of what plain SQL makes of the same schema.
//   zdm_evolution_tests --seeds 20 --seed 1     seeds 1 to 20
#include <gtest/gtest.h>

#include <exception>
#include <iostream>
#include <string>

#include "tests/live/evolution/story.h"
#include "tests/live/sample.h"

namespace zdm::test::evolution {
namespace {

constexpr int kPlans = 12;

class EvolutionTest : public testing::Test {
 public:
  explicit EvolutionTest(std::uint64_t seed) : seed_(seed) {}

 private:
  void TestBody() override {
    Story story(seed_, kPlans);
    try {
      story.Tell();
    } catch (const std::exception& error) {
      FAIL() << error.what()
             << "\nagain: .build/debug/tests/live/zdm_evolution_tests --seeds 1 --seed " << seed_;
    }
    std::cout << "seed " << seed_ << ": " << story.mutations() << " mutations, " << story.kills()
              << " kills\n";
  }
  std::uint64_t seed_;
};

}  // namespace
}  // namespace zdm::test::evolution

int main(int argc, char** argv) {
  const auto [first, count] = zdm::test::ChosenSeeds(argc, argv, zdm::test::Everything() ? 100 : 2);
  testing::InitGoogleTest(&argc, argv);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    testing::RegisterTest(
        "Evolution", ("Seed" + std::to_string(seed)).c_str(), nullptr, nullptr, __FILE__, __LINE__,
        [seed]() -> testing::Test* { return new zdm::test::evolution::EvolutionTest(seed); });
  }
  return RUN_ALL_TESTS();
}
