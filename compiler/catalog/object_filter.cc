// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/object_filter.h"

#include <utility>

#include "compiler/schema/names.h"

namespace zdm {
namespace {

std::string Joined(const std::vector<std::string>& path, std::size_t from, bool quoted) {
  std::string joined;
  for (std::size_t i = from; i < path.size(); ++i) {
    joined += (i == from ? "" : ".") + (quoted ? Display(path[i]) : path[i]);
  }
  return joined;
}

bool SameKind(const std::string& asked, const std::string& kind) {
  if (asked == "*" || asked == kind) return true;
  if (asked == "statistics" && kind == "statistics_object") return true;
  return asked == "type" && (kind == "enum" || kind == "domain" || kind == "range" ||
                             kind == "composite_type" || kind == "multirange");
}

}  // namespace

bool MatchesPattern(const std::string& pattern, const std::string& text) {
  std::size_t at = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string::npos;
  std::size_t resume = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = in_text;
    } else if (at < pattern.size() && pattern[at] == text[in_text]) {
      ++at;
      ++in_text;
    } else if (star != std::string::npos) {
      at = star + 1;
      in_text = ++resume;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

ObjectFilter::ObjectFilter(const CatalogOptions& options, std::string default_schema)
    : ignores_(options.ignores),
      used_(options.ignores.size()),
      default_schema_(std::move(default_schema)) {
  for (const OwnedObject& object : options.owned) owned_.insert(object.kind + " " + object.name);
}

bool ObjectFilter::Ignores(const std::string& kind, const std::vector<std::string>& path) const {
  bool ignored = false;
  for (std::size_t i = 0; i < ignores_.size(); ++i) {
    const Ignore& ignore = ignores_[i];
    if (!SameKind(ignore.kind, kind)) continue;
    const auto matches = [&](bool quoted) {
      return MatchesPattern(ignore.pattern, Joined(path, 0, quoted)) ||
             (path.size() > 1 && path[0] == default_schema_ &&
              MatchesPattern(ignore.pattern, Joined(path, 1, quoted)));
    };
    if (!matches(true) && !matches(false)) continue;
    ignored = true;
    used_[i] = true;
  }
  return ignored;
}

std::vector<Ignore> ObjectFilter::Unused() const {
  std::vector<Ignore> unused;
  for (std::size_t i = 0; i < ignores_.size(); ++i) {
    if (!used_[i]) unused.push_back(ignores_[i]);
  }
  return unused;
}

bool ObjectFilter::Hides(const std::string& kind, const std::vector<std::string>& path) const {
  return Owns(kind, Joined(path, 0, true)) || Ignores(kind, path);
}

bool ObjectFilter::Owns(const std::string& kind, const std::string& shown) const {
  return owned_.contains(kind + " " + shown);
}

}  // namespace zdm
