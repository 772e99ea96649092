// SPDX-License-Identifier: Apache-2.0
// Knows the statements of a command again when the command is run anew after a kill: by the last
// statement before that occurs only once, and how far behind that it stands.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace zdm::test {

/// A statement without what changes from run to run: numbers, and so process ids and times.
std::string WithoutNumbers(const std::string& statement);

class Landmarks {
 public:
  /// Of the statements of an undisturbed run.
  explicit Landmarks(const std::vector<std::string>& statements);

  /// At the start of a run.
  void Restart();
  /// The place of the next statement of the run.
  std::string Place(const std::string& statement);

 private:
  std::set<std::string> landmarks_;
  std::string last_;
  int behind_ = 0;
};

}  // namespace zdm::test
