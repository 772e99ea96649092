// SPDX-License-Identifier: Apache-2.0
// What a PostgreSQL server of a version can do, named by feature. No recipe compares numbers.
#pragma once

#include "compiler/recipes/recipe.h"

namespace zdm::postgres {

class Features {
 public:
  /// `version` as server_version_num: 150020.
  explicit Features(int version) : version_(version) {}
  explicit Features(const RecipeContext& context) : version_(context.current.server_version) {}

  /// ALTER TABLE .. ADD CONSTRAINT .. NOT NULL c NOT VALID, validated later.
  bool HasNotNullNotValid() const { return AtLeast(18); }
  /// CREATE OR REPLACE TRIGGER.
  bool HasReplaceTrigger() const { return AtLeast(14); }
  /// UNIQUE NULLS NOT DISTINCT.
  bool HasNullsNotDistinct() const { return AtLeast(15); }
  /// ON DELETE SET NULL (columns).
  bool HasForeignKeySetColumns() const { return AtLeast(15); }
  /// ALTER COLUMN .. SET COMPRESSION.
  bool HasColumnCompression() const { return AtLeast(14); }

 private:
  bool AtLeast(int major) const { return version_ / 10000 >= major; }

  int version_;
};

}  // namespace zdm::postgres
