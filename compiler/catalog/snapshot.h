// SPDX-License-Identifier: Apache-2.0
// A catalog as a value with all that compiling from it needs, and the file it is kept in. Compiling
// live takes a snapshot first and goes the same way, so both give the same plan.
//
// The file is JSON: the same snapshot always gives the same bytes, and fields at their defaults are
// left out, so that a committed snapshot makes readable differences. Its last field is a hash of
// the rest. Do not rename fields; a new one that older versions must not ignore raises kFormat.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/catalog/catalog.h"
#include "compiler/catalog/judge.h"

namespace zdm {

struct Snapshot {
  static constexpr int kFormat = 1;
  std::string compiler;              ///< version of zdmc
  std::vector<std::string> managed;  ///< schemas that were asked for, sorted
  std::vector<Ignore> ignores;       ///< under which the catalog was read, in their order
  Schema schema;
  std::vector<Judgement> judgements;
  std::vector<OwnedObject> owned;  ///< zdm's own and parked things, which `schema` does not show
};

std::string WriteSnapshot(const Snapshot& snapshot);

/// Nothing, and an error that names `path`, when the text is damaged, edited or of another format.
std::optional<Snapshot> ReadSnapshot(std::string_view text, const std::string& path,
                                     Diagnostics& diagnostics);

/// Reads the catalog. `managed` and `ignores` come from the files (or the command line), `owned`
/// from the journal. Throws DatabaseError.
std::optional<Snapshot> TakeSnapshot(Database& database, CatalogReader read,
                                     const CatalogOptions& options, Diagnostics& diagnostics);

/// An error unless the snapshot was taken for what the files manage and ignore.
void RequireScope(const Snapshot& snapshot, const CatalogOptions& options,
                  Diagnostics& diagnostics);

/// What a schema is, one line a property ("column public.t.c: type: integer"), sorted: for showing
/// differences object by object.
std::vector<std::string> DescribeSchema(const Schema& schema);

/// Lines that only one of two catalogs has: "- line" of `expected`, "+ line" of `found`.
std::vector<std::string> CatalogDifferences(const Schema& expected, const Schema& found);

}  // namespace zdm
