// SPDX-License-Identifier: Apache-2.0
// How a default behaves when a column with it is added to a table that has rows.
#pragma once

#include <string>

#include "compiler/schema/schema.h"

namespace zdm::postgres {

enum class DefaultKind {
  kNone,
  kConstant,  ///< the same for every row and at every time
  kStable,    ///< the same for all rows of one statement: now()
  kVolatile,  ///< another one for each row, or nobody knows: functions of the user's own
};

DefaultKind ClassifyDefault(const std::string& sql);
DefaultKind ClassifyDefault(const Column& column);

}  // namespace zdm::postgres
