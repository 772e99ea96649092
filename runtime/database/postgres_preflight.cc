// SPDX-License-Identifier: Apache-2.0
// What keeps zdm from working on a PostgreSQL database. A pooler is found earlier, by
// ConnectPostgres itself: nothing may be set through one.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/database/postgres_database.h"

namespace zdm {
namespace {

constexpr int kOldest = 120000;
constexpr int kNewestMajor = 18;

void LookAtVersion(Database& database, std::vector<Obstacle>& obstacles) {
  const ServerInfo& info = database.info();
  if (info.version >= kOldest && info.version / 10000 <= kNewestMajor) return;
  obstacles.push_back({ErrorKind::kServerVersion,
                       fmt::format("the server is PostgreSQL {}, zdm knows 12 to {}; {}",
                                   info.version_text, kNewestMajor,
                                   info.version < kOldest ? "upgrade the server first"
                                                          : "use a version of zdm that knows it")});
}

bool IsTrue(const Value& value) {
  return value == "t";
}

/// Returns whether rights on objects are worth asking about.
bool LookAtWrites(Database& database, std::vector<Obstacle>& obstacles) {
  const Rows rows = database.Query(
      "SELECT pg_catalog.pg_is_in_recovery(),"
      " pg_catalog.current_setting('transaction_read_only') = 'on'");
  if (IsTrue(rows.at(0).at(0))) {
    obstacles.push_back({ErrorKind::kReadOnly,
                         fmt::format("the server at {} is a replica and takes no writes; name the "
                                     "primary in --db (with several hosts add "
                                     "target_session_attrs=read-write)",
                                     database.info().host)});
    return false;
  }
  if (IsTrue(rows.at(0).at(1))) {
    obstacles.push_back(
        {ErrorKind::kReadOnly,
         fmt::format("transactions on database {0} are read-only "
                     "(default_transaction_read_only is on); turn it off for this role: "
                     "ALTER ROLE {1} IN DATABASE {0} SET default_transaction_read_only = off",
                     database.QuoteName(database.info().database),
                     database.QuoteName(database.info().user))});
    return false;
  }
  return true;
}

bool MayCreateInDatabase(Database& database) {
  return IsTrue(QueryValue(database,
                           "SELECT pg_catalog.has_database_privilege("
                           "pg_catalog.current_database(), 'CREATE')"));
}

void LookAtSchemas(Database& database, std::vector<Obstacle>& obstacles) {
  const std::string user = database.QuoteName(database.info().user);
  const std::string name = database.QuoteName(database.info().database);
  const bool may_create = MayCreateInDatabase(database);
  for (const char* schema : {"zdm", "zdm_trash"}) {
    const Rows rows = database.Query(
        "SELECT pg_catalog.has_schema_privilege(oid, 'CREATE')"
        "   AND pg_catalog.has_schema_privilege(oid, 'USAGE')"
        " FROM pg_catalog.pg_namespace WHERE nspname = $1",
        {schema});
    if (rows.empty() && !may_create) {
      obstacles.push_back(
          {ErrorKind::kPermission,
           fmt::format("role {0} may not create schemas in database {1}, and schema {2} is not "
                       "there; let an administrator run: CREATE SCHEMA {2} AUTHORIZATION {0}",
                       user, name, schema)});
    } else if (!rows.empty() && !IsTrue(rows.at(0).at(0))) {
      obstacles.push_back({ErrorKind::kPermission,
                           fmt::format("role {0} may not create in schema {1}; let its owner run: "
                                       "GRANT USAGE, CREATE ON SCHEMA {1} TO {0}",
                                       user, schema)});
    }
  }
}

void LookAtOwners(Database& database, const std::vector<std::string>& tables,
                  std::vector<Obstacle>& obstacles) {
  const std::string user = database.QuoteName(database.info().user);
  for (const std::string& table : tables) {
    const Rows rows = database.Query(
        "SELECT pg_catalog.pg_get_userbyid(c.relowner),"
        " pg_catalog.pg_has_role(c.relowner, 'USAGE')"
        " FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)",
        {table});
    // A table that is not there yet, or no more, is the plan's business.
    if (rows.empty() || IsTrue(rows.at(0).at(1))) continue;
    const std::string owner = database.QuoteName(rows.at(0).at(0).value_or(""));
    obstacles.push_back({ErrorKind::kPermission,
                         fmt::format("table {0} belongs to {1}, and role {2} is not a member of "
                                     "it; run as the owner, or let an administrator run: "
                                     "GRANT {1} TO {2}",
                                     table, owner, user)});
  }
}

void LookAtNewInDatabase(Database& database, const std::string& what,
                         std::vector<Obstacle>& obstacles) {
  if (MayCreateInDatabase(database)) return;
  obstacles.push_back(
      {ErrorKind::kPermission,
       fmt::format("role {0} may not create {2} in database {1}; let an administrator run: "
                   "GRANT CREATE ON DATABASE {1} TO {0}",
                   database.QuoteName(database.info().user),
                   database.QuoteName(database.info().database), what)});
}

/// An extension that is not trusted is a superuser's to create.
void LookAtNewExtension(Database& database, const std::string& name,
                        std::vector<Obstacle>& obstacles) {
  const bool there = !database
                          .Query(
                              "SELECT FROM pg_catalog.pg_extension WHERE extname = "
                              "(pg_catalog.parse_ident($1))[1]",
                              {name})
                          .empty();
  if (there) return;
  const bool trusts = database.info().version >= 130000;
  const bool may = IsTrue(QueryValue(
      database,
      fmt::format("SELECT u.rolsuper OR {} FROM pg_catalog.pg_roles AS u "
                  "WHERE u.rolname = current_user",
                  trusts ? "EXISTS (SELECT FROM pg_catalog.pg_available_extension_versions"
                           " AS e WHERE e.name = (pg_catalog.parse_ident(" +
                               database.QuoteText(name) + "))[1] AND e.trusted)"
                         : "false")));
  const bool available =
      !database
           .Query(
               "SELECT FROM pg_catalog.pg_available_extensions AS e WHERE e.name = "
               "(pg_catalog.parse_ident($1))[1]",
               {name})
           .empty();
  if (!available) return;  // a step of the plan says how to get it
  if (may) return LookAtNewInDatabase(database, "extension " + name, obstacles);
  obstacles.push_back(
      {ErrorKind::kPermission,
       fmt::format("only a superuser may create extension {0}; let an administrator run: "
                   "CREATE EXTENSION {0}, then compile the plan again",
                   name)});
}

/// `object` ("shop.item") in a schema that is there already.
void LookAtNewInSchema(Database& database, const std::string& object,
                       std::vector<std::string>& asked, std::vector<Obstacle>& obstacles) {
  const Rows rows = database.Query(
      "SELECT pg_catalog.quote_ident(nspname), pg_catalog.has_schema_privilege(oid, 'CREATE')"
      "   AND pg_catalog.has_schema_privilege(oid, 'USAGE')"
      " FROM pg_catalog.pg_namespace WHERE nspname = (pg_catalog.parse_ident($1))[1]",
      {object});
  if (rows.empty() || IsTrue(rows.at(0).at(1))) return;
  const std::string schema = rows.at(0).at(0).value_or("");
  if (std::find(asked.begin(), asked.end(), schema) != asked.end()) return;
  asked.push_back(schema);
  obstacles.push_back({ErrorKind::kPermission,
                       fmt::format("role {0} may not create {1} in schema {2}; let the owner of "
                                   "the schema run: GRANT USAGE, CREATE ON SCHEMA {2} TO {0}",
                                   database.QuoteName(database.info().user), object, schema)});
}

/// Whether `name` is there already, as a plan that was begun has it.
bool IsThere(Database& database, const char* lookup, const std::string& name) {
  return IsTrue(QueryValue(database, fmt::format("SELECT pg_catalog.{}({}) IS NOT NULL", lookup,
                                                 database.QuoteText(name))));
}

void LookAtNew(Database& database, const std::vector<std::string>& created,
               std::vector<Obstacle>& obstacles) {
  std::vector<std::string> asked;
  for (const std::string& resource : created) {
    const std::size_t colon = resource.find(':');
    const std::string kind = resource.substr(0, colon);
    const std::string name = colon == std::string::npos ? "" : resource.substr(colon + 1);
    if (kind == "schema") {
      if (IsThere(database, "to_regnamespace", name)) continue;
      LookAtNewInDatabase(database, "schema " + name, obstacles);
    } else if (kind == "extension") {
      LookAtNewExtension(database, name, obstacles);
    } else if ((kind == "table" || kind == "index") && !IsThere(database, "to_regclass", name)) {
      LookAtNewInSchema(database, name, asked, obstacles);
    }
  }
}

}  // namespace

std::vector<Obstacle> PostgresPreflight(Database& database, const PreflightNeeds& needs) {
  std::vector<Obstacle> obstacles;
  LookAtVersion(database, obstacles);
  const bool writable = !needs.write || LookAtWrites(database, obstacles);
  if (needs.journal && writable) LookAtSchemas(database, obstacles);
  LookAtOwners(database, needs.owned_tables, obstacles);
  if (writable) LookAtNew(database, needs.created, obstacles);
  return obstacles;
}

}  // namespace zdm
