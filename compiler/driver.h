// SPDX-License-Identifier: Apache-2.0
// The whole pipeline on one screen, and the one table of what each family of servers brings to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/catalog/catalog.h"
#include "compiler/catalog/judge.h"
#include "compiler/recipes/recipe.h"
#include "compiler/schema/language_rules.h"
#include "runtime/journal/server_family.h"

namespace zdm {

/// A family of servers, as far as the compiler goes: free functions, one row of the table in
/// driver.cc.
struct CompilerFamily {
  Dialect dialect;
  const LanguageRules* language = nullptr;
  CatalogReader read_catalog = nullptr;
  Recipe (*recipe)(const Change& change, const RecipeContext& context) = nullptr;
  void (*ask)(Database& database, JudgePlace place, const JudgeWorld& world,
              std::vector<JudgeTask>& tasks) = nullptr;
  ServerFamily (*server)() = nullptr;
  /// What makes an object of the text that the server printed of it, and is printed so again.
  std::string (*replayable)(std::string_view printed) = nullptr;
  /// What divides a version's number into that of its release, when each prints expressions in its
  /// own way; 0: all print alike.
  int release = 0;
};

/// Null for a dialect that this build does not compile for.
const CompilerFamily* FindFamily(Dialect dialect);
/// That of the server behind `url` ("" : by environment and conventions). Throws
/// DatabaseError(kUsage) for one that this build does not know.
const CompilerFamily& FamilyOfUrl(const std::string& url);

/// Beside the two schemas, what a plan hangs on.
struct CompileContext {
  std::vector<Judgement> memory;    ///< of the snapshot
  ScratchJudge scratch;             ///< for what neither parser nor memory knows
  std::vector<OwnedObject> parked;  ///< what earlier plans parked, from journal or snapshot
  std::vector<Allow> allows;        ///< of the command line, beside those of the files
};

struct Compiled {
  DesiredSchema desired;  ///< completed and judged
  std::vector<Change> changes;
  std::vector<Judgement> judgements;
  Plan plan;                         ///< without an id, which writing it gives
  std::vector<Hazard> open_hazards;  ///< that nobody allowed: then the plan must not be written
};

/// Current x desired -> plan. Needs no server when everything is judged. Nothing when
/// `diagnostics` got an error.
std::optional<Compiled> CompileSchemas(const Schema& current, DesiredSchema desired,
                                       const SourceFiles& files, const CompileContext& context,
                                       Diagnostics& diagnostics);

/// How the dialect that the files name quotes; as the first family where they name none.
Quoting QuotingOf(const SourceFiles& files);

/// Parses and resolves; nothing when a file is wrong.
std::optional<DesiredSchema> ReadDesired(const SourceFiles& files, Diagnostics& diagnostics);

}  // namespace zdm
