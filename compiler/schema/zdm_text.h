// SPDX-License-Identifier: Apache-2.0
// A schema as the text of .zdm files: what `zdmc import` writes. Reading the text gives the same
// schema, but for what the language does not name and a plan keeps as found (owners, grants,
// table options, storage, statistics targets); the same schema always gives the same text.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/schema/language_rules.h"
#include "compiler/schema/schema.h"

namespace zdm {

struct ZdmFile {
  std::string path;  ///< relative: "schema.zdm", "customer.zdm", "sales/invoice.zdm"
  std::string text;
};

/// One text. `schema` must be as ReadCatalog gives it.
std::string WriteZdm(const Schema& schema, const std::vector<Ignore>& ignores,
                     const LanguageRules& rules);

/// A folder: "schema.zdm" with the dialect, extensions, schemas, types, sequences and ignores, and
/// a file a table.
std::vector<ZdmFile> WriteZdmFiles(const Schema& schema, const std::vector<Ignore>& ignores,
                                   const LanguageRules& rules);

/// Names of constraints that more than one table of the schema has: left out, the server would
/// choose others.
std::set<std::string> SharedNames(const Schema& schema, const std::string& name);

/// `table NAME { ... }`, without its schema. What has one of the names `spoken` says so. Columns
/// whose sequence is among `sequences` are written as `serial` where that says it all.
std::string WriteZdm(const Table& table, const LanguageRules& rules,
                     const std::set<std::string>& spoken = {},
                     const std::vector<Sequence>* sequences = nullptr);

}  // namespace zdm
