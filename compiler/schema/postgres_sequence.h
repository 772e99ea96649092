// SPDX-License-Identifier: Apache-2.0
// The defaults of an identity column's sequence, which depend on the column's type and on each
// other. The model keeps only options that differ from them.
#pragma once

#include <string>

#include "compiler/schema/schema.h"

namespace zdm {

/// Every option given, as the server stores them. `type` is the column's: "smallint", "integer" or
/// "bigint".
SequenceOptions ResolveSequence(const SequenceOptions& options, const std::string& type);

/// The inverse: only the options that are not what the server would choose.
SequenceOptions ReduceSequence(const SequenceOptions& full, const std::string& type);

}  // namespace zdm
