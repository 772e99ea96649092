// SPDX-License-Identifier: Apache-2.0
// Stable text of a schema, one property a line: for --print=schema, goldens, and hashes. Everything
// that `==` compares is in it; places in files are not.
#pragma once

#include <string>

#include "compiler/schema/schema.h"

namespace zdm {

std::string PrintSchema(const Schema& schema);
std::string PrintTable(const Table& table);

/// The schema and the words about the way there.
std::string PrintDesired(const DesiredSchema& desired);

}  // namespace zdm
