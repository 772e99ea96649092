// SPDX-License-Identifier: Apache-2.0
// What readers leave out: objects that an `ignore` names, and those that zdm's journal lists.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/catalog/catalog.h"

namespace zdm {

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters.
bool MatchesPattern(const std::string& pattern, const std::string& text);

class ObjectFilter {
 public:
  ObjectFilter(const CatalogOptions& options, std::string default_schema);

  /// `kind` is one word as `ignore` spells it ("table", "materialized_view"); `path` the name's
  /// parts, from the schema on where there is one.
  bool Hides(const std::string& kind, const std::vector<std::string>& path) const;
  bool Ignores(const std::string& kind, const std::vector<std::string>& path) const;
  /// Whether the journal lists the object `shown`, as "public.f(integer)" for a function.
  bool Owns(const std::string& kind, const std::string& shown) const;
  /// Those that none of the questions so far was about.
  std::vector<Ignore> Unused() const;

 private:
  std::vector<Ignore> ignores_;
  mutable std::vector<bool> used_;  ///< one for each ignore
  std::set<std::string> owned_;     ///< "column public.t.c"
  std::string default_schema_;
};

}  // namespace zdm
