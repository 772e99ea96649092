// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/checkpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace zdm {

using nlohmann::json;

std::string WriteCheckpoint(const Checkpoint& checkpoint) {
  return json{{"pass", checkpoint.pass},
              {"after", checkpoint.window.after},
              {"upto", checkpoint.window.upto},
              {"slice", checkpoint.slice.index},
              {"slices", checkpoint.slice.count}}
      .dump();
}

Checkpoint ReadCheckpoint(std::string_view text) {
  Checkpoint checkpoint;
  try {
    const json document = json::parse(text);
    checkpoint.pass = document.at("pass").get<int>();
    checkpoint.window.after = document.at("after").get<Key>();
    checkpoint.window.upto = document.at("upto").get<Key>();
    checkpoint.slice.index = document.at("slice").get<int>();
    checkpoint.slice.count = std::max(1, document.at("slices").get<int>());
  } catch (const json::exception&) {
    return {};
  }
  return checkpoint;
}

}  // namespace zdm
