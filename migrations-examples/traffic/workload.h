// SPDX-License-Identifier: Apache-2.0
// What an application sends: one statement a line, with random parameters written `:int(low,high)`
// and `:text`. Lines that begin with `--` and empty ones are left out.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace zdm::traffic {

struct Parameter {
  enum class Kind { kInteger, kText };
  Kind kind = Kind::kText;
  std::int64_t low = 0, high = 0;
};

struct Statement {
  std::vector<std::string> pieces;  ///< text around the parameters: one more than those
  std::vector<Parameter> parameters;
};

/// Throws std::runtime_error naming file and line when one cannot be read.
std::vector<Statement> ReadWorkload(const std::string& path);

std::string RandomValue(const Parameter& parameter, std::mt19937_64& random);

}  // namespace zdm::traffic
