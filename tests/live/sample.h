// SPDX-License-Identifier: Apache-2.0
// Which part of a long suite one run of the tests takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/case_file.h"

namespace zdm::test {

/// ZDM_TEST_ALL: nothing is left out.
bool Everything();
/// Whether the suites run on the family in ZDM_TEST_FAMILY, not on the first one.
bool OnSecondFamily();

/// One in `every`, walking through all of them from day to day; all of them with ZDM_TEST_ALL=1
/// or where the caller has chosen some by ZDM_TEST_CASES.
std::vector<CaseFile> TodaysShare(std::vector<CaseFile> files, std::size_t every);

/// Seeds of a random suite, from 1; options of the program `--seed FIRST` and `--seeds HOW_MANY`
/// instead.
struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count;
};
Seeds ChosenSeeds(int argc, char** argv, std::uint64_t count);

}  // namespace zdm::test
