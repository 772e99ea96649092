// SPDX-License-Identifier: Apache-2.0
// The queries. The mirrors are in postgres_answers.cc; the two change together.
#include "compiler/recipes/postgres_questions.h"

#include <fmt/format.h>

#include "compiler/recipes/postgres_sql.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

using postgres::Literal;

/// Always quoted, whatever the server's list of keywords.
std::string Quoted(const std::string& sql) {
  return fmt::format("'\"' || replace({}, '\"', '\"\"') || '\"'", sql);
}

/// An expression's or comment's text on lines that no property's line can be mistaken for.
std::string Folded(const std::string& sql) {
  return fmt::format("replace({}, chr(10), chr(10) || '  ')", sql);
}

/// The quoted names of the columns of `relation` whose numbers stand in `numbers`, in that order.
std::string ColumnList(const std::string& numbers, const std::string& relation) {
  return fmt::format(
      "(SELECT string_agg({}, ', ' ORDER BY k.i) FROM unnest({}) WITH ORDINALITY k(n, i) "
      "JOIN pg_attribute ka ON ka.attrelid = {} AND ka.attnum = k.n)",
      Quoted("ka.attname"), numbers, relation);
}

std::string SortedList(const std::string& array) {
  return fmt::format("(SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest({}) o)",
                     array);
}

/// Of a column or index element. Some minor releases (15.20) keep a mark of their own among them,
/// which pg_dump does not show either.
std::string AttributeOptions(const std::string& array) {
  return fmt::format(
      "(SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest({}) o "
      "WHERE left(o, 10) <> 'pg_attver=')",
      array);
}

std::string RelationIs(const QualifiedName& name) {
  return fmt::format("n.nspname = {} AND c.relname = {}", Literal(name.schema), Literal(name.name));
}

Question Ask(const std::string& object, const std::string& query) {
  Question question;
  question.object = object;
  question.query = query;
  return question;
}

/// A query over one column `a` of type `t` with default `d`.
Question AskOfColumn(const std::string& object, const QualifiedName& table,
                     const std::string& column, const std::string& answer) {
  return Ask(object,
             fmt::format("SELECT {} FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                         "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
                         "a.attisdropped JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef "
                         "d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE {} AND "
                         "a.attname = {}",
                         answer, RelationIs(table), Literal(column)));
}

const char* const kIdentity =
    "'identity: ' || CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END || "
    "(SELECT format(' start %s increment %s minvalue %s maxvalue %s cache %s%s', s.seqstart, "
    "s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' cycle' END) "
    "FROM pg_depend sd JOIN pg_sequence s ON s.seqrelid = sd.objid WHERE sd.classid = "
    "'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = a.attrelid "
    "AND sd.refobjsubid = a.attnum AND sd.deptype = 'i')";

const char* const kStorage =
    "'storage: ' || CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN "
    "'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END";

const char* const kCompression =
    "'compression: ' || CASE to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN 'pglz' WHEN 'l' THEN "
    "'lz4' END";

const char* const kKind =
    "'kind: ' || CASE x.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN "
    "'foreign key' WHEN 'c' THEN 'check' WHEN 'n' THEN 'not null' WHEN 'x' THEN 'exclusion' WHEN "
    "'t' THEN 'trigger' ELSE x.contype::text END";

std::string ActionLine(const std::string& title, const std::string& column) {
  return fmt::format(
      "'{}: ' || CASE {} WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' "
      "WHEN 'd' THEN 'set default' END",
      title, column);
}

/// Element k of index `i` with key column number `attnum`.
std::string IndexElements() {
  const std::string text =
      "CASE WHEN i.indkey[k - 1] = 0 THEN pg_get_indexdef(i.indexrelid, k, false) ELSE "
      "quote_ident(ea.attname) END";
  const std::string collation = fmt::format(
      "CASE WHEN i.indkey[k - 1] = 0 THEN strpos(w.definition, w.text || ' COLLATE ' || CASE "
      "WHEN en.nspname = 'pg_catalog' THEN '' ELSE quote_ident(en.nspname) || '.' END || "
      "quote_ident(eo.collname)) > 0 ELSE eo.oid <> ea.attcollation END");
  const std::string opclass =
      "strpos(translate(w.definition, '(),', '   '), translate(' ' || w.text || CASE WHEN "
      "v.collated THEN ' COLLATE ' || CASE WHEN en.nspname = 'pg_catalog' THEN '' ELSE "
      "quote_ident(en.nspname) || '.' END || quote_ident(eo.collname) ELSE '' END || ' ' || CASE "
      "WHEN pn.nspname = 'pg_catalog' THEN '' ELSE quote_ident(pn.nspname) || '.' END || "
      "quote_ident(p.opcname) || ' ', '(),', '   ')) > 0";
  return fmt::format(
      "(SELECT string_agg('element: ' || CASE WHEN i.indkey[k - 1] = 0 THEN {0} ELSE {1} END || "
      "CASE WHEN v.collated THEN ' collation ' || {2} || '.' || {3} ELSE '' END || CASE WHEN {4} "
      "THEN ' operator class ' || {5} || '.' || {6} ELSE '' END || coalesce(' (' || {9} || ')', "
      "'') || CASE WHEN i.indoption[k - 1] & 1 = 1 "
      "THEN ' descending' ELSE '' END || CASE WHEN i.indoption[k - 1] & 2 = 2 THEN ' nulls first' "
      "ELSE '' END, chr(10) ORDER BY k) FROM generate_series(1, i.indnkeyatts) k JOIN "
      "pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k LEFT JOIN pg_attribute ea "
      "ON ea.attrelid = i.indrelid AND ea.attnum = i.indkey[k - 1] JOIN pg_opclass p ON p.oid = "
      "i.indclass[k - 1] JOIN pg_namespace pn ON pn.oid = p.opcnamespace LEFT JOIN pg_collation "
      "eo ON eo.oid = i.indcollation[k - 1] LEFT JOIN pg_namespace en ON en.oid = "
      "eo.collnamespace, LATERAL (SELECT pg_get_indexdef(i.indexrelid) AS definition, {7} AS "
      "text) w, LATERAL (SELECT coalesce({8}, false) AS collated) v)",
      Folded("w.text"), Quoted("ea.attname"), Quoted("en.nspname"), Quoted("eo.collname"), opclass,
      Quoted("pn.nspname"), Quoted("p.opcname"), text, collation,
      AttributeOptions("ia.attoptions"));
}

std::string Kind(Commented kind) {
  switch (kind) {
    case Commented::kSchema:
      return "schema ";
    case Commented::kExtension:
      return "extension ";
    case Commented::kEnum:
      return "enum ";
    case Commented::kDomain:
      return "domain ";
    case Commented::kSequence:
      return "sequence ";
    case Commented::kTable:
      return "table ";
    case Commented::kColumn:
      return "column ";
    case Commented::kConstraint:
      return "constraint ";
    case Commented::kIndex:
      return "index ";
  }
  return "";
}

}  // namespace

Leftover MayStay(const Question& question, std::string left, std::string same) {
  Question lenient = question;
  lenient.query = fmt::format(
      "SELECT CASE asked.answer WHEN {} THEN {} ELSE asked.answer END FROM ({}) AS asked (answer)",
      Literal(left), Literal(same), question.query);
  return {std::move(lenient), std::move(left), std::move(same)};
}

Question AskSchema(const std::string& schema) {
  return Ask(
      "schema " + Display(schema),
      fmt::format("SELECT 'kind: schema' FROM pg_namespace WHERE nspname = {}", Literal(schema)));
}

Question AskExtension(const std::string& extension) {
  return Ask("extension " + Display(extension),
             fmt::format("SELECT 'kind: extension' FROM pg_extension WHERE extname = {}",
                         Literal(extension)));
}

Question AskTable(const QualifiedName& table) {
  return Ask(
      "table " + Display(table),
      fmt::format(
          "SELECT concat_ws(chr(10), 'kind: ' || CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' "
          "THEN 'partitioned table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN "
          "'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'i' THEN 'index' WHEN 'c' THEN "
          "'composite type' ELSE c.relkind::text END, 'options: ' || {}, 'persistence: ' || CASE "
          "c.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END, 'partition: ' "
          "|| pg_get_expr(c.relpartbound, c.oid), 'inherits: ' || (SELECT string_agg(i.inhparent::"
          "regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid), "
          "CASE WHEN c.relrowsecurity THEN 'row security: yes' END, CASE WHEN "
          "c.relforcerowsecurity "
          "THEN 'row security forced: yes' END, 'replica identity: ' || CASE c.relreplident WHEN "
          "'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END, 'rules: ' || (SELECT "
          "string_agg(w.rulename, ', ' ORDER BY w.rulename) FROM pg_rewrite w WHERE w.ev_class = "
          "c.oid AND w.rulename <> '_RETURN')) FROM pg_class c JOIN pg_namespace n ON n.oid = "
          "c.relnamespace WHERE {}",
          SortedList("(c.reloptions || (SELECT array_agg('toast.' || o) FROM pg_class s, "
                     "unnest(s.reloptions) o WHERE s.oid = c.reltoastrelid))"),
          RelationIs(table)));
}

Question AskColumnNames(const QualifiedName& table) {
  return Ask("columns of " + Display(table),
             fmt::format("SELECT (SELECT string_agg('column: ' || {}, chr(10) ORDER BY a.attname "
                         "COLLATE \"C\") FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum "
                         "> 0 AND NOT a.attisdropped) FROM pg_class c JOIN pg_namespace n ON n.oid "
                         "= c.relnamespace WHERE {}",
                         Quoted("a.attname"), RelationIs(table)));
}

Question AskColumn(const QualifiedName& table, const std::string& column) {
  const std::string collation = fmt::format(
      "'collation: ' || (SELECT {} || '.' || {} FROM pg_collation o JOIN pg_namespace m ON m.oid = "
      "o.collnamespace WHERE o.oid = a.attcollation AND a.attcollation <> t.typcollation)",
      Quoted("m.nspname"), Quoted("o.collname"));
  const std::string generated = fmt::format(
      "CASE a.attgenerated WHEN 's' THEN 'generated: ' WHEN 'v' THEN 'generated virtual: ' END || "
      "{}",
      Folded("pg_get_expr(d.adbin, d.adrelid)"));
  return AskOfColumn(
      "column " + Display(table, column), table, column,
      fmt::format("concat_ws(chr(10), 'type: ' || format_type(a.atttypid, a.atttypmod), {}, {}, "
                  "{}, {}, {}, 'statistics target: ' || CASE WHEN a.attstattarget >= 0 THEN "
                  "a.attstattarget END, 'options: ' || {})",
                  collation, kIdentity, generated, kStorage, kCompression,
                  AttributeOptions("a.attoptions")));
}

Question AskDefault(const QualifiedName& table, const std::string& column) {
  return AskOfColumn("default of " + Display(table, column), table, column,
                     fmt::format("'default: ' || CASE WHEN a.attgenerated = '' AND d.oid IS NOT "
                                 "NULL THEN {} ELSE 'none' END",
                                 Folded("pg_get_expr(d.adbin, d.adrelid)")));
}

Question AskNotNull(const QualifiedName& table, const std::string& column) {
  // From 18 on a NOT NULL that is not validated has a constraint of its own and counts as none.
  return AskOfColumn("not null of " + Display(table, column), table, column,
                     "CASE WHEN a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint x WHERE "
                     "x.conrelid = a.attrelid AND x.contype = 'n' AND x.conkey = "
                     "ARRAY[a.attnum] AND NOT x.convalidated) THEN 'not null: yes' ELSE 'not null: "
                     "no' END");
}

Question AskConstraint(const QualifiedName& table, const std::string& constraint) {
  const std::string include = fmt::format(
      "(SELECT string_agg({}, ', ' ORDER BY k.i) FROM unnest(i.indkey::int2[]) WITH "
      "ORDINALITY k(n, i) JOIN pg_attribute ka ON ka.attrelid = i.indrelid AND "
      "ka.attnum = k.n WHERE k.i > i.indnkeyatts)",
      Quoted("ka.attname"));
  const std::string set_columns = ColumnList(
      "(SELECT array_agg(e::int2) FROM jsonb_array_elements_text(CASE jsonb_typeof(to_jsonb(x) -> "
      "'confdelsetcols') WHEN 'array' THEN to_jsonb(x) -> 'confdelsetcols' END) e)",
      "x.conrelid");
  return Ask(
      "constraint " + Display(table, constraint),
      fmt::format(
          "SELECT concat_ws(chr(10), {0}, 'columns: ' || CASE WHEN x.contype <> 'c' THEN {1} END, "
          "'include: ' || CASE WHEN x.contype IN ('p', 'u') THEN {2} END, 'definition: ' || CASE "
          "WHEN x.contype NOT IN ('p', 'u', 'f', 'c', 'n') OR to_jsonb(x) ->> 'conperiod' = 'true' "
          "THEN {3} END, CASE WHEN x.contype IN ('p', 'u') AND to_jsonb(i) ->> "
          "'indnullsnotdistinct' = 'true' THEN 'nulls distinct: no' END, 'references: ' || CASE "
          "WHEN x.contype = 'f' THEN {4} || '.' || {5} || ' (' || {6} || ')' END, {7}, {8}, 'on "
          "delete columns: ' || {9}, CASE x.confmatchtype WHEN 'f' THEN 'match: full' WHEN 'p' "
          "THEN 'match: partial' END, 'expression: ' || CASE WHEN x.contype = 'c' THEN {10} END, "
          "CASE WHEN x.contype IN ('c', 'n') AND x.connoinherit THEN 'inherit: no' END, CASE WHEN "
          "x.condeferrable THEN 'deferrable: ' || CASE WHEN x.condeferred THEN 'initially "
          "deferred' ELSE 'initially immediate' END END, 'options: ' || CASE WHEN x.contype IN "
          "('p', 'u') THEN {11} END, CASE WHEN NOT x.convalidated THEN 'validated: no' END, CASE "
          "WHEN to_jsonb(x) ->> 'conenforced' = 'false' THEN 'enforced: no' END) FROM pg_class c "
          "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_constraint x ON x.conrelid = "
          "c.oid LEFT JOIN pg_index i ON i.indexrelid = x.conindid LEFT JOIN pg_class ic ON ic.oid "
          "= x.conindid LEFT JOIN pg_class f ON f.oid = x.confrelid LEFT JOIN pg_namespace m ON "
          "m.oid = f.relnamespace WHERE {12} AND x.conname = {13}",
          kKind, ColumnList("x.conkey", "x.conrelid"), include,
          Folded("pg_get_constraintdef(x.oid)"), Quoted("m.nspname"), Quoted("f.relname"),
          ColumnList("x.confkey", "x.confrelid"), ActionLine("on update", "x.confupdtype"),
          ActionLine("on delete", "x.confdeltype"), set_columns,
          Folded("pg_get_expr(x.conbin, x.conrelid)"), SortedList("ic.reloptions"),
          RelationIs(table), Literal(constraint)));
}

Question AskIndex(const QualifiedName& index) {
  const std::string include = fmt::format(
      "(SELECT string_agg({}, ', ' ORDER BY k.i) FROM unnest(i.indkey::int2[]) WITH "
      "ORDINALITY k(n, i) JOIN pg_attribute ka ON ka.attrelid = i.indrelid AND "
      "ka.attnum = k.n WHERE k.i > i.indnkeyatts)",
      Quoted("ka.attname"));
  return Ask(
      "index " + Display(index),
      fmt::format(
          "SELECT concat_ws(chr(10), 'table: ' || {0} || '.' || {1}, 'method: ' || m.amname, CASE "
          "WHEN i.indisunique THEN 'unique: yes' END, {2}, 'include: ' || {3}, 'where: ' || {4}, "
          "CASE WHEN to_jsonb(i) ->> 'indnullsnotdistinct' = 'true' THEN 'nulls distinct: no' END, "
          "'options: ' || {5}, CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN "
          "'valid: no' END, CASE WHEN NOT i.indimmediate THEN 'deferrable: yes' END, CASE WHEN "
          "i.indisreplident THEN 'replica identity: yes' END, 'constraint: ' || (SELECT {6} FROM "
          "pg_constraint x WHERE x.conindid = c.oid AND x.contype IN ('p', 'u', 'x') LIMIT 1)) "
          "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON "
          "i.indexrelid = c.oid JOIN pg_am m ON m.oid = c.relam JOIN pg_class r ON r.oid = "
          "i.indrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace WHERE {7}",
          Quoted("rn.nspname"), Quoted("r.relname"), IndexElements(), include,
          Folded("pg_get_expr(i.indpred, i.indrelid)"), SortedList("c.reloptions"),
          Quoted("x.conname"), RelationIs(index)));
}

Question AskComment(Commented kind, const QualifiedName& object, const std::string& part) {
  const std::string relation =
      "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_description d ON "
      "d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = ";
  std::string from;
  std::string shown = Display(object);
  switch (kind) {
    case Commented::kSchema:
    case Commented::kExtension: {
      const bool schema = kind == Commented::kSchema;
      shown = Display(object.name);
      // The comment that came with it is no comment.
      from = fmt::format(
          "FROM {0} c JOIN pg_description d ON d.objoid = c.oid AND d.classoid = "
          "'{0}'::regclass WHERE c.{1} = {2} AND {3}",
          schema ? "pg_namespace" : "pg_extension", schema ? "nspname" : "extname",
          Literal(object.name),
          schema ? "(c.nspname <> 'public' OR d.description <> 'standard public schema')"
                 : "d.description IS DISTINCT FROM (SELECT a.comment FROM pg_available_extensions "
                   "a WHERE a.name = c.extname)");
      break;
    }
    case Commented::kEnum:
    case Commented::kDomain:
      from = fmt::format(
          "FROM pg_type c JOIN pg_namespace n ON n.oid = c.typnamespace JOIN pg_description d ON "
          "d.objoid = c.oid AND d.classoid = 'pg_type'::regclass WHERE n.nspname = {} AND "
          "c.typname = {}",
          Literal(object.schema), Literal(object.name));
      break;
    case Commented::kSequence:
    case Commented::kTable:
    case Commented::kIndex:
      from = relation + "0 WHERE " + RelationIs(object);
      break;
    case Commented::kColumn:
      shown = Display(object, part);
      from = fmt::format(
          "{}(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT "
          "a.attisdropped AND a.attname = {}) WHERE {}",
          relation, Literal(part), RelationIs(object));
      break;
    case Commented::kConstraint:
      shown = Display(object, part);
      from = fmt::format(
          "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN "
          "pg_constraint x ON x.conrelid = c.oid AND x.conname = {} JOIN "
          "pg_description d ON d.objoid = x.oid AND d.classoid = "
          "'pg_constraint'::regclass WHERE {}",
          Literal(part), RelationIs(object));
      break;
  }
  return Ask("comment on " + Kind(kind) + shown,
             fmt::format("SELECT 'comment: ' || {} {}", Folded("d.description"), from));
}

Question AskTrigger(const QualifiedName& table, const std::string& trigger) {
  return Ask(
      "trigger " + Display(table, trigger),
      fmt::format(
          "SELECT concat_ws(chr(10), 'fires: ' || CASE WHEN g.tgtype & 64 = 64 THEN 'instead of' "
          "WHEN g.tgtype & 2 = 2 THEN 'before' ELSE 'after' END || CASE WHEN g.tgtype & 4 = 4 THEN "
          "' insert' ELSE '' END || CASE WHEN g.tgtype & 16 = 16 THEN ' update' ELSE '' END || "
          "CASE WHEN g.tgtype & 8 = 8 THEN ' delete' ELSE '' END || CASE WHEN g.tgtype & 32 = 32 "
          "THEN ' truncate' ELSE '' END || CASE WHEN g.tgtype & 1 = 1 THEN ' each row' ELSE ' each "
          "statement' END, 'columns: ' || {}, CASE WHEN g.tgqual IS NOT NULL THEN 'condition: yes' "
          "END, 'function: ' || {} || '.' || {}, CASE WHEN g.tgnargs > 0 THEN 'arguments: ' || "
          "encode(g.tgargs, 'hex') END, CASE WHEN g.tgconstraint <> 0 THEN 'constraint: yes' END, "
          "'enabled: ' || CASE g.tgenabled WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' WHEN 'A' "
          "THEN 'always' END) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN "
          "pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal JOIN pg_proc p ON p.oid = "
          "g.tgfoid JOIN pg_namespace m ON m.oid = p.pronamespace WHERE {} AND g.tgname = {}",
          ColumnList("g.tgattr::int2[]", "g.tgrelid"), Quoted("m.nspname"), Quoted("p.proname"),
          RelationIs(table), Literal(trigger)));
}

Question AskFunction(const QualifiedName& function,
                     const std::vector<std::string>& argument_types) {
  const std::string arguments = fmt::format("{}", fmt::join(argument_types, ", "));
  return Ask(
      fmt::format("function {}({})", Display(function), arguments),
      fmt::format(
          "SELECT concat_ws(chr(10), CASE p.prokind WHEN 'p' THEN 'kind: procedure' WHEN 'a' THEN "
          "'kind: aggregate' WHEN 'w' THEN 'kind: window' END, 'returns: ' || CASE WHEN "
          "p.proretset "
          "THEN 'set of ' ELSE '' END || format_type(p.prorettype, NULL), 'language: ' || "
          "l.lanname, 'volatility: ' || CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN "
          "'stable' ELSE 'volatile' END, CASE WHEN p.proisstrict THEN 'strict: yes' END, CASE WHEN "
          "p.prosecdef THEN 'security definer: yes' END, 'settings: ' || {}, 'source: ' || "
          "encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex')) FROM pg_proc p JOIN pg_namespace n "
          "ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang WHERE n.nspname = {} "
          "AND p.proname = {} AND {} = coalesce((SELECT string_agg(format_type(y.t, NULL), ', ' "
          "ORDER BY y.i) FROM unnest(p.proargtypes) WITH ORDINALITY y(t, i)), '')",
          SortedList("p.proconfig"), Literal(function.schema), Literal(function.name),
          Literal(arguments)));
}

Question AskOwner(const QualifiedName& table) {
  return Ask("owner of " + Display(table),
             fmt::format("SELECT 'owner: ' || {} FROM pg_class c JOIN pg_namespace n ON n.oid = "
                         "c.relnamespace JOIN pg_roles r ON r.oid = c.relowner WHERE {}",
                         Quoted("r.rolname"), RelationIs(table)));
}

Question AskGrants(const QualifiedName& table, const std::string& column) {
  const std::string lines =
      "SELECT coalesce((SELECT string_agg('grant: ' || g::text, chr(10) ORDER BY g::text COLLATE "
      "\"C\") FROM unnest({}) g), 'grants: default') ";
  if (column.empty()) {
    return Ask("grants on " + Display(table),
               fmt::format(fmt::runtime(lines), "c.relacl") +
                   "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " +
                   RelationIs(table));
  }
  return Ask("grants on " + Display(table, column),
             fmt::format(fmt::runtime(lines), "a.attacl") +
                 fmt::format("FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN "
                             "pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped WHERE {} "
                             "AND a.attname = {}",
                             RelationIs(table), Literal(column)));
}

}  // namespace zdm
