// SPDX-License-Identifier: Apache-2.0
// An identity moves from one column to another within the switch, NOT NULL with it. The server
// cannot hand its sequence over: a new one takes the state, the name, the grants and the comment of
// the old.
#include <fmt/format.h>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/recipes/transform_table_postgres.h"

namespace zdm::postgres {
namespace {

/// IdentityClause, whose options begin with the name of the sequence: `%s` of format().
std::string NamedClause(const Identity& identity) {
  const std::string clause = IdentityClause(identity);
  const std::size_t open = clause.find('(');
  if (open == std::string::npos) return clause + " (SEQUENCE NAME %s)";
  return clause.substr(0, open + 1) + "SEQUENCE NAME %s " + clause.substr(open + 1);
}

}  // namespace

std::string MoveIdentity(const TransformShape& shape, const std::string& source,
                         const std::string& target, const Identity& identity, bool same_name) {
  const std::string alter = AlterTable(shape) + "ALTER COLUMN ";
  const std::string add = alter + Quote(target) + " ADD ";
  // The sequence is locked before its state is read: CACHE is what it was.
  const std::string body = fmt::format(
      R"(DECLARE
  was regclass := pg_get_serial_sequence({table}, {source});
  now regclass;
  name text := was::text;
  acl aclitem[];
  note text := obj_description(was, 'pg_class');
  size bigint;
  last bigint;
  called boolean;
  least_value bigint;
  most_value bigint;
  given record;
BEGIN
  SELECT seqcache INTO size FROM pg_sequence WHERE seqrelid = was;
  EXECUTE format('ALTER SEQUENCE %s CACHE %s', was, size);
  EXECUTE format('SELECT last_value, is_called FROM %s', was) INTO last, called;
  SELECT relacl INTO acl FROM pg_class WHERE oid = was;
  {drop};
  {add};
  now := pg_get_serial_sequence({table}, {target});
  SELECT seqmin, seqmax INTO least_value, most_value FROM pg_sequence WHERE seqrelid = now;
  PERFORM setval(now, LEAST(GREATEST(last, least_value), most_value),
                 called OR last NOT BETWEEN least_value AND most_value);
  IF note IS NOT NULL THEN
    EXECUTE format('COMMENT ON SEQUENCE %s IS %L', now, note);
  END IF;
  FOR given IN SELECT g.* FROM aclexplode(acl) AS g, pg_class AS c
               WHERE c.oid = now AND g.grantee <> c.relowner LOOP
    EXECUTE format('GRANT %s ON SEQUENCE %s TO %s%s', given.privilege_type, now,
                   CASE WHEN given.grantee = 0 THEN 'PUBLIC'
                        ELSE quote_ident(pg_get_userbyid(given.grantee)) END,
                   CASE WHEN given.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
  END LOOP;
END)",
      fmt::arg("table", Literal(Quote(shape.table))), fmt::arg("source", Literal(source)),
      fmt::arg("target", Literal(target)),
      fmt::arg("drop", fmt::format("{0} DROP IDENTITY;\n  {0} DROP NOT NULL;\n  {1} SET NOT NULL",
                                   alter + Quote(source), alter + Quote(target))),
      fmt::arg("add", same_name
                          ? "EXECUTE format(" + Literal(add + NamedClause(identity)) + ", name)"
                          : add + IdentityClause(identity)));
  return "DO " + Literal(body);
}

}  // namespace zdm::postgres
