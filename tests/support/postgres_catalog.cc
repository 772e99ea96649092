// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_catalog.h"

#include <array>
#include <stdexcept>

namespace zdm::test {
namespace {

/// Each gives one statement a row, in an order that names decide.
constexpr std::array<const char*, 9> kQueries = {
    "SELECT format('CREATE SCHEMA %I; -- %s %s', nspname, nspowner::regrole, nspacl::text)"
    " FROM pg_namespace n WHERE $OURS ORDER BY nspname",
    "SELECT format('CREATE EXTENSION %I SCHEMA %I;', e.extname, n.nspname) FROM pg_extension e"
    " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname <> 'plpgsql' ORDER BY extname",
    "SELECT format(E'CREATE TABLE %I.%I (\\n%s\\n);\\nALTER TABLE %I.%I OWNER TO %s ACL %s OPTIONS "
    "%s"
    " PERSISTENCE %s;', n.nspname, c.relname, (SELECT string_agg(format('    %I %s%s%s%s%s%s "
    "stats=%s"
    " storage=%s options=%s acl=%s', a.attname, format_type(a.atttypid, a.atttypmod),"
    " CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || "
    "a.attcollation::regcollation::text"
    " END, CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' DEFAULT ' || pg_get_expr(d.adbin, "
    "d.adrelid),"
    " ' IDENTITY ' || nullif(a.attidentity::text, ''), ' GENERATED ' || "
    "nullif(a.attgenerated::text, ''),"
    " coalesce(nullif(a.attstattarget, -1)::text, '-'), a.attstorage, a.attoptions, a.attacl), "
    "E',\\n'"
    " ORDER BY a.attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN "
    "pg_attrdef d"
    " ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = c.oid AND a.attnum > 0 "
    "AND NOT"
    " a.attisdropped), n.nspname, c.relname, c.relowner::regrole, c.relacl, c.reloptions,"
    " c.relpersistence) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
    "c.relkind"
    " IN ('r', 'p') AND $OURS ORDER BY n.nspname, c.relname",
    "SELECT format('SEQUENCE %I.%I %s %s OWNED BY %s ACL %s;', n.nspname, c.relname, "
    "s.seqtypid::regtype,"
    " (s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle), (SELECT"
    " d.refobjid::regclass::text || '.' || d.refobjsubid::text FROM pg_depend d WHERE d.objid = "
    "c.oid AND"
    " d.deptype IN ('a', 'i') AND d.refobjsubid > 0 AND false), c.relacl) FROM pg_sequence s JOIN"
    " pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE $OURS"
    " ORDER BY n.nspname, c.relname",
    "SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s; -- %s', k.conrelid::regclass, k.conname,"
    " pg_get_constraintdef(k.oid), k.convalidated) FROM pg_constraint k JOIN pg_namespace n ON "
    "n.oid ="
    " k.connamespace WHERE k.conrelid <> 0 AND k.contype <> 'n' AND $OURS ORDER BY "
    "k.conrelid::regclass::text, k.conname",
    "SELECT pg_get_indexdef(i.indexrelid) || '; -- ' || i.indisvalid::text || "
    "i.indisclustered::text || "
    "i.indisreplident"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid ="
    " c.relnamespace WHERE $OURS ORDER BY c.relname, i.indrelid::regclass::text",
    "SELECT pg_get_triggerdef(g.oid) || '; -- ' || g.tgenabled::text FROM pg_trigger g JOIN "
    "pg_class c "
    "ON c.oid ="
    " g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT g.tgisinternal AND $OURS"
    " ORDER BY 1",
    "SELECT pg_get_functiondef(p.oid) || '; -- ' || p.proowner::regrole::text || "
    "coalesce(p.proacl::text, '')"
    " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind = 'f' AND $OURS "
    "AND NOT"
    " EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND"
    " d.deptype = 'e') ORDER BY 1",
    "SELECT format('COMMENT ON %s %s IS %L;', o.type, o.identity, d.description) FROM "
    "pg_description d,"
    " pg_identify_object(d.classoid, d.objoid, d.objsubid) o WHERE o.schema IN (SELECT n.nspname "
    "FROM"
    " pg_namespace n WHERE $OURS) AND o.identity NOT LIKE '%pg_catalog%' AND NOT EXISTS (SELECT "
    "FROM"
    " pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e') ORDER "
    "BY 1"};

}  // namespace

std::string CatalogText(Session& session) {
  const std::string ours =
      "(n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'zdm', "
      "'zdm_trash'))";
  std::string text;
  for (std::string query : kQueries) {
    for (auto at = query.find("$OURS"); at != std::string::npos; at = query.find("$OURS")) {
      query.replace(at, 5, ours);
    }
    const Answer answer = session.Run(query);
    if (!answer.ok()) throw std::runtime_error(answer.error + " in " + query);
    text += answer.Text();
  }
  return text;
}

}  // namespace zdm::test
