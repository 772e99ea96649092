// SPDX-License-Identifier: Apache-2.0
// The pipeline: files -> syntax trees -> desired schema, and on from there.
#pragma once

#include <optional>

#include "compiler/schema/schema.h"
#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"

namespace zdm {

/// Parses and resolves; nothing when a file is wrong.
std::optional<DesiredSchema> ReadDesired(const SourceFiles& files, Diagnostics& diagnostics);

}  // namespace zdm
