// SPDX-License-Identifier: Apache-2.0
#include "migrations-examples/traffic/workload.h"

#include <fmt/format.h>

#include <fstream>
#include <regex>
#include <stdexcept>

namespace zdm::traffic {
namespace {

Statement ParseStatement(const std::string& line) {
  static const std::regex parameter(R"(:int\((-?\d+),(-?\d+)\)|:text\b)");
  Statement statement;
  auto from = line.cbegin();
  for (std::sregex_iterator it(line.begin(), line.end(), parameter), end; it != end; ++it) {
    const std::smatch& match = *it;
    statement.pieces.emplace_back(from, match[0].first);
    from = match[0].second;
    Parameter found;
    if (match[1].matched) {
      found.kind = Parameter::Kind::kInteger;
      found.low = std::stoll(match[1].str());
      found.high = std::stoll(match[2].str());
    }
    statement.parameters.push_back(found);
  }
  statement.pieces.emplace_back(from, line.cend());
  return statement;
}

}  // namespace

std::vector<Statement> ReadWorkload(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(fmt::format("cannot read {}", path));
  std::vector<Statement> statements;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.rfind("--", 0) == 0) continue;
    statements.push_back(ParseStatement(line));
  }
  if (statements.empty()) throw std::runtime_error(fmt::format("no statement in {}", path));
  return statements;
}

std::string RandomValue(const Parameter& parameter, std::mt19937_64& random) {
  if (parameter.kind == Parameter::Kind::kInteger) {
    return std::to_string(
        std::uniform_int_distribution<std::int64_t>(parameter.low, parameter.high)(random));
  }
  return fmt::format("w{:016x}", random());
}

}  // namespace zdm::traffic
