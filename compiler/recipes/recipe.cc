// SPDX-License-Identifier: Apache-2.0
#include "compiler/recipes/recipe.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "compiler/schema/names.h"

namespace zdm {
namespace {

std::string ShortHash(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  std::string hex;
  for (std::size_t i = 0; i < 5; ++i) hex += fmt::format("{:02x}", digest.at(i));
  return hex;
}

bool Replaces(const TransformTable& transform, const std::string& column) {
  if (transform.old_table.FindColumn(column) == nullptr) return false;
  return std::any_of(transform.transitions.begin(), transform.transitions.end(),
                     [&](const ColumnTransition& transition) {
                       return std::any_of(
                           transition.targets.begin(), transition.targets.end(),
                           [&](const Column& target) { return target.name == column; });
                     });
}

}  // namespace

std::string DerivedName(const RecipeContext& context, const std::string& purpose,
                        const std::string& object) {
  return "zdm_" + ShortHash(fmt::format("{}\n{}\n{}", context.salt, purpose, object));
}

std::string PhysicalColumn(const RecipeContext& context, const QualifiedName& table,
                           const std::string& column) {
  for (const TransformTable* transform : context.transforms) {
    if (transform->new_table.name == table && Replaces(*transform, column)) {
      return DerivedName(context, "shadow", Display(table, column));
    }
  }
  return column;
}

}  // namespace zdm
