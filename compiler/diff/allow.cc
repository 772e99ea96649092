// SPDX-License-Identifier: Apache-2.0
#include "compiler/diff/allow.h"

namespace zdm {

Allow AllowFromCommandLine(const std::string& text) {
  const std::size_t colon = text.find(':');
  Allow allow;
  allow.code = text.substr(0, colon);
  if (colon != std::string::npos) allow.object = text.substr(colon + 1);
  allow.why = "--allow";
  return allow;
}

const Allow* FindAllow(const std::vector<Allow>& allows, const std::string& code,
                       const std::string& object) {
  for (const Allow& allow : allows) {
    if (allow.code != code && !(allow.code == "all" && !allow.origin.valid())) continue;
    if (allow.object.empty() || allow.object == object || "public." + allow.object == object) {
      return &allow;
    }
  }
  return nullptr;
}

}  // namespace zdm
