// SPDX-License-Identifier: Apache-2.0
// A new database.
//
//   expand    1  CREATE DATABASE s CHARACTER SET ..         nobody waits
//   revert       DROP DATABASE s, once it is empty
#include <fmt/format.h>

#include "compiler/recipes/mysql_sql.h"
#include "compiler/recipes/mysql_steps.h"

namespace zdm {

using namespace mysql;

Recipe MysqlRecipes::operator()(const CreateSchema& change) const {
  const NamespaceObject& schema = change.schema;
  const Question question = AskSchema(schema.name);
  std::string sql = "CREATE DATABASE " + Quote(schema.name);
  if (schema.charset) sql += " CHARACTER SET " + *schema.charset;
  if (schema.collation) sql += " COLLATE " + *schema.collation;
  const Probe there{fmt::format("SELECT COUNT(*) FROM information_schema.schemata WHERE "
                                "schema_name = {}",
                                Literal(schema.name)),
                    "1"};
  DraftStep step = NewStep(*this, Phase::kExpand, "create-schema-" + Display(schema.name),
                           "create database " + Display(schema.name), Short({}, {sql}, there));
  step.step.provides = {SchemaResource(schema.name)};
  step.step.revert = {
      NothingDepends("is in database " + Display(schema.name),
                     fmt::format("SELECT CONCAT('table ', table_name) FROM "
                                 "information_schema.tables WHERE table_schema = {}",
                                 Literal(schema.name))),
      Short({}, {"DROP DATABASE " + Quote(schema.name)}, {there.query, "0"})};
  Recipe recipe;
  recipe.steps.push_back(std::move(step));
  return recipe;
}

}  // namespace zdm
