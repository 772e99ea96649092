// SPDX-License-Identifier: Apache-2.0
#include "tests/live/sample.h"

#include <cstdlib>
#include <ctime>
#include <string>

namespace zdm::test {
namespace {

std::string Setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool Everything() {
  return !Setting("ZDM_TEST_ALL").empty();
}

bool OnSecondFamily() {
  const std::string family = Setting("ZDM_TEST_FAMILY");
  return !family.empty() && family != "postgresql";
}

std::vector<CaseFile> TodaysShare(std::vector<CaseFile> files, std::size_t every) {
  if (Everything() || !Setting("ZDM_TEST_CASES").empty()) return files;
  const auto day = static_cast<std::size_t>(std::time(nullptr) / (24 * 60 * 60));
  std::vector<CaseFile> share;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if ((i + day) % every == 0) share.push_back(std::move(files[i]));
  }
  return share;
}

Seeds ChosenSeeds(int argc, char** argv, std::uint64_t count) {
  Seeds seeds{1, count};
  for (int i = 1; i + 1 < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--seeds") seeds.count = std::stoull(argv[i + 1]);
    if (option == "--seed") seeds.first = std::stoull(argv[i + 1]);
  }
  return seeds;
}

}  // namespace zdm::test
