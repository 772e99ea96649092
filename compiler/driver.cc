// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/catalog/mysql_catalog.h"
#include "compiler/catalog/mysql_judge.h"
#include "compiler/catalog/postgres_catalog.h"
#include "compiler/catalog/postgres_judge.h"
#include "compiler/diff/diff.h"
#include "compiler/planner/planner.h"
#include "compiler/recipes/mysql_recipes.h"
#include "compiler/recipes/postgres_recipes.h"
#include "compiler/schema/match.h"
#include "compiler/schema/mysql_rules.h"
#include "compiler/schema/names.h"
#include "compiler/schema/postgres_replay.h"
#include "compiler/schema/postgres_rules.h"
#include "compiler/schema/print.h"
#include "compiler/schema/resolve.h"
#include "compiler/syntax/parse.h"
#include "runtime/database/connection_url.h"
#include "runtime/journal/mysql_family.h"
#include "runtime/journal/postgres_family.h"
#include "runtime/plan/sha256.h"

namespace zdm {
namespace {

void AddTable(const Schema& from, const QualifiedName& name, Schema& to) {
  const Table* table = from.FindTable(name);
  if (table != nullptr && (to.tables.empty() || to.tables.back().name != name)) {
    to.tables.push_back(*table);
  }
}

/// Everything that names a helper object hangs on: the touched tables on both sides.
std::string SaltOf(const Schema& current, const Schema& target,
                   const std::vector<Change>& changes) {
  Schema before, after;
  const std::string text = PrintChanges(changes);
  for (const Change& change : changes) {
    for (const QualifiedName& name : TablesOf(change)) {
      AddTable(current, name, before);
      AddTable(target, name, after);
    }
  }
  return Sha256Hex(text + PrintSchema(before) + PrintSchema(after)).substr(0, 16);
}

/// Tables that the plan touches must not hold what an earlier plan parked.
void RefuseParked(const std::vector<Change>& changes, const std::vector<OwnedObject>& parked,
                  Diagnostics& diagnostics) {
  for (const Change& change : changes) {
    for (const QualifiedName& name : TablesOf(change)) {
      const std::string table = Display(name);
      const auto holds = [&](const OwnedObject& object) {
        return object.parked &&
               (object.name == table || object.name.compare(0, table.size() + 1, table + ".") == 0);
      };
      const auto object = std::find_if(parked.begin(), parked.end(), holds);
      if (object == parked.end()) continue;
      diagnostics
          .Error(codes::kParkedInTheWay, change.origin,
                 fmt::format("this changes `{}`, in which an earlier plan parked {} `{}`", table,
                             object->kind, object->name))
          .notes.push_back({SourceSpan(),
                            "destroy what is parked with `zdm purge`, or take the "
                            "earlier plan back with `zdm rollback`; then compile "
                            "again"});
      return;
    }
  }
}

/// These servers take what they printed.
std::string AsPrinted(std::string_view printed) {
  return std::string(printed);
}

/// "10.11" of 101119, "9.7" of 90704
constexpr int kMysqlRelease = 100;

const std::vector<CompilerFamily>& Families() {
  static const std::vector<CompilerFamily> families = {
      {Dialect::kPostgresql, &PostgresRules(), ReadPostgresCatalog, MakePostgresRecipe, AskPostgres,
       PostgresFamily, Replayable},
      {Dialect::kMariadb, &MariadbRules(), ReadMysqlCatalog, MakeMysqlRecipe, AskMysql, MysqlFamily,
       AsPrinted, kMysqlRelease},
      {Dialect::kMysql, &MysqlRules(), ReadMysqlCatalog, MakeMysqlRecipe, AskMysql, MysqlFamily,
       AsPrinted, kMysqlRelease},
  };
  return families;
}

}  // namespace

const CompilerFamily* FindFamily(Dialect dialect) {
  for (const CompilerFamily& family : Families()) {
    if (family.dialect == dialect) return &family;
  }
  return nullptr;
}

const CompilerFamily& FamilyOfUrl(const std::string& url) {
  ServerFamilies servers;
  for (const CompilerFamily& family : Families()) servers.push_back(family.server());
  const std::string resolved = ResolveUrl(url);
  const ServerFamily& server = FamilyOf(servers, resolved);
  return *FindFamily(ParseConnectionUrl(resolved).dialect.value_or(server.dialects.front()));
}

Quoting QuotingOf(const SourceFiles& files) {
  const std::optional<Dialect> dialect = DialectFromName(DialectWord(files));
  const CompilerFamily* family = dialect ? FindFamily(*dialect) : nullptr;
  return family == nullptr ? Quoting::kStandard : family->language->quoting;
}

std::optional<DesiredSchema> ReadDesired(const SourceFiles& files, Diagnostics& diagnostics) {
  std::vector<ast::File> trees;
  const Quoting quoting = QuotingOf(files);
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    trees.push_back(Parse(files, file, quoting, diagnostics));
  }
  const std::optional<Dialect> dialect = DialectOf(trees, diagnostics);
  if (!dialect) return std::nullopt;
  const CompilerFamily* family = FindFamily(*dialect);
  if (family == nullptr) {
    diagnostics.Error(codes::kUnknownDialect, SourceSpan(),
                      fmt::format("this zdmc does not compile for {}", ToString(*dialect)));
    return std::nullopt;
  }
  DesiredSchema desired = Resolve(trees, *family->language, diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  return desired;
}

std::optional<Compiled> CompileSchemas(const Schema& current, DesiredSchema desired,
                                       const SourceFiles& files, const CompileContext& context,
                                       Diagnostics& diagnostics) {
  const CompilerFamily& family = *FindFamily(desired.schema.dialect);
  desired.allows.insert(desired.allows.end(), context.allows.begin(), context.allows.end());
  Compiled out;

  if (family.language->bind != nullptr) family.language->bind(current, desired);
  KeepAsFound(current, desired.schema, family.language->changes);
  out.judgements =
      JudgeSchema(current, desired, *family.language, context.memory, context.scratch, diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  out.changes = Diff(current, desired, *family.language, diagnostics);
  RefuseParked(out.changes, context.parked, diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;

  RecipeContext recipe_context{
      current, desired.schema, files, diagnostics, SaltOf(current, desired.schema, out.changes),
      {}};
  for (const Change& change : out.changes) {
    const auto* transform = std::get_if<TransformTable>(&change.kind);
    if (transform != nullptr) recipe_context.transforms.push_back(transform);
  }
  std::vector<Recipe> recipes;
  for (const Change& change : out.changes) {
    recipes.push_back(family.recipe(change, recipe_context));
  }
  std::optional<Plan> plan = BuildPlan(recipes, recipe_context);
  if (!plan) return std::nullopt;
  out.open_hazards = ApplyAllows(*plan, desired.allows, diagnostics);
  if (diagnostics.HasErrors()) return std::nullopt;
  out.plan = std::move(*plan);
  out.desired = std::move(desired);
  return out;
}

}  // namespace zdm
