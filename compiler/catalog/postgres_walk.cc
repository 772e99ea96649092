// SPDX-License-Identifier: Apache-2.0
// Promise 8: every object of the managed schemas, and every object of the whole database that
// belongs to no schema, must have been understood, or be excused (ignored, zdm's own, part of an
// extension, or the inside of one of these). It stands on pg_depend, which knows every kind of
// object, also those of servers to come: kinds are not listed here, only where they hang.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/catalog/postgres_reading.h"
#include "compiler/schema/names.h"

namespace zdm::postgres {
namespace {

/// `object` belongs to `owner` (kind 'a', 'i', 'P', 'S', 'e', 'x'), or stands in the schema `owner`
/// (kind 'n').
struct Edge {
  Oid classid = 0, objid = 0;
  Address owner;
  char kind = 'n';
};

struct Walk {
  explicit Walk(Reading& whole) : reading(whole) {}

  Reading& reading;
  std::vector<Edge> edges;
  std::unordered_map<Address, std::vector<const Edge*>, AddressHash> owners_of;
  std::unordered_map<Address, std::vector<const Edge*>, AddressHash> children_of;  ///< part = 0
  Addresses candidates;
  Addresses inside;    ///< the inside of something consumed: row types, key indexes, RI triggers
  Addresses leftover;  ///< nobody took it
};

/// One text of numbers instead of a row an edge: a large database has hundreds of thousands.
void ReadEdges(Walk& walk) {
  const Value text = QueryValue(
      walk.reading.database,
      fmt::format("SELECT string_agg(concat_ws(' ', classid, objid, refclassid, refobjid, "
                  "refobjsubid, ascii(deptype)), ' ') FROM pg_depend WHERE (deptype IN ('a', 'i', "
                  "'P', 'S', 'e', 'x') AND refclassid <> 0 AND objsubid = 0 AND objid >= 16384) OR "
                  "(deptype = "
                  "'n' AND refclassid = {} AND refobjid IN ({}))",
                  kNamespaces, walk.reading.namespace_oids));
  const char* at = text ? text->c_str() : "";
  const auto next = [&at] {
    char* end = nullptr;
    const std::uint64_t number = std::strtoull(at, &end, 10);
    at = end;
    return static_cast<std::uint32_t>(number);
  };
  while (*at != '\0') {
    Edge edge;
    edge.classid = next();
    edge.objid = next();
    edge.owner.classid = next();
    edge.owner.objid = next();
    edge.owner.part = static_cast<std::int32_t>(next());
    edge.kind = static_cast<char>(next());
    walk.edges.push_back(edge);
  }
  for (const Edge& edge : walk.edges) {
    walk.owners_of[{edge.classid, edge.objid, 0}].push_back(&edge);
    walk.children_of[{edge.owner.classid, edge.owner.objid, 0}].push_back(&edge);
  }
}

/// What belongs to no schema. A global default privilege speaks of every schema.
std::string DatabaseWideQuery() {
  struct Kind {
    const char* catalog;
    const char* condition;
  };
  constexpr Kind kKinds[] = {{"pg_event_trigger", "true"},
                             {"pg_publication", "true"},
                             {"pg_foreign_data_wrapper", "true"},
                             {"pg_foreign_server", "true"},
                             {"pg_language", "true"},
                             {"pg_cast", "true"},
                             {"pg_transform", "true"},
                             {"pg_am", "true"},
                             {"pg_default_acl", "defaclnamespace = 0"}};
  std::string query;
  for (const Kind& kind : kKinds) {
    query +=
        fmt::format("{}SELECT '{}'::regclass::oid, oid FROM {} WHERE oid >= 16384 AND {}",
                    query.empty() ? "" : " UNION ALL ", kind.catalog, kind.catalog, kind.condition);
  }
  // The list of all user mappings is the superuser's; this view shows everybody their names. Kinds
  // that this list has never heard of hang in pg_depend somewhere.
  return query +
         " UNION ALL SELECT 'pg_user_mapping'::regclass::oid, umid FROM pg_user_mappings"
         " UNION ALL SELECT DISTINCT d.classid, d.objid FROM pg_depend d WHERE d.objid >= 16384 "
         "AND "
         "d.classid NOT IN (SELECT r.oid FROM pg_class r WHERE r.relnamespace = "
         "'pg_catalog'::regnamespace AND r.relname IN ('pg_class', 'pg_type', 'pg_proc', "
         "'pg_attrdef', 'pg_constraint', 'pg_namespace', 'pg_trigger', 'pg_extension', "
         "'pg_rewrite', 'pg_policy', 'pg_operator', 'pg_opclass', 'pg_opfamily', 'pg_amop', "
         "'pg_amproc', 'pg_cast', 'pg_collation', 'pg_conversion', 'pg_language', 'pg_transform', "
         "'pg_am', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', "
         "'pg_statistic_ext', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_user_mapping', "
         "'pg_default_acl', 'pg_event_trigger', 'pg_publication', 'pg_publication_rel', "
         "'pg_publication_namespace', 'pg_subscription', 'pg_largeobject_metadata'))";
}

/// Candidates: what stands in a managed schema, what belongs to the database, and all that belongs
/// to what was understood.
void FindCandidates(Walk& walk) {
  for (const Row& row : walk.reading.database.Query(DatabaseWideQuery())) {
    walk.candidates.insert({ToOid(row[0]), ToOid(row[1]), 0});
  }
  std::vector<Address> queue(walk.reading.consumed.begin(), walk.reading.consumed.end());
  Addresses seen = walk.reading.consumed;
  while (!queue.empty()) {
    const Address owner = queue.back();
    queue.pop_back();
    const auto children = walk.children_of.find(owner);
    if (children == walk.children_of.end()) continue;
    for (const Edge* edge : children->second) {
      // Members of extensions, and those of an extension's own making, are judged by that edge.
      if (edge->kind == 'e' || edge->kind == 'x') continue;
      const Address child{edge->classid, edge->objid, 0};
      if (seen.insert(child).second) queue.push_back(child);
      walk.candidates.insert(child);
    }
  }
}

enum class Verdict { kLeftover, kConsumed, kInside, kExcused };

Verdict Judge(const Walk& walk, const Address& object) {
  if (walk.reading.consumed.contains(object)) return Verdict::kConsumed;
  if (walk.reading.excused.contains(object)) return Verdict::kExcused;
  if (walk.inside.contains(object)) return Verdict::kInside;
  const auto owners = walk.owners_of.find(object);
  if (owners == walk.owners_of.end()) return Verdict::kLeftover;
  Verdict verdict = Verdict::kLeftover;
  for (const Edge* edge : owners->second) {
    if (edge->kind == 'e') return Verdict::kExcused;
    if (edge->kind == 'n' || edge->kind == 'x') continue;
    const Address whole{edge->owner.classid, edge->owner.objid, 0};
    if (walk.reading.excused.contains(edge->owner) || walk.reading.excused.contains(whole)) {
      return Verdict::kExcused;
    }
    const bool inside = edge->kind == 'i' && walk.reading.consumed.contains(whole);
    if (inside || walk.inside.contains(whole)) verdict = Verdict::kInside;
  }
  return verdict;
}

/// Until nothing changes: whatever hangs on something excused or understood follows it.
void JudgeCandidates(Walk& walk) {
  walk.leftover.clear();
  std::vector<Address> open(walk.candidates.begin(), walk.candidates.end());
  // Also members of extensions outside the candidates: what hangs on them is excused, too.
  for (const Edge& edge : walk.edges) {
    if (edge.kind == 'e') walk.reading.excused.insert({edge.classid, edge.objid, 0});
  }
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<Address> still;
    for (const Address& object : open) {
      const Verdict verdict = Judge(walk, object);
      if (verdict == Verdict::kLeftover) {
        still.push_back(object);
        continue;
      }
      changed = true;
      if (verdict == Verdict::kExcused) walk.reading.excused.insert(object);
      if (verdict == Verdict::kInside) walk.inside.insert(object);
    }
    open = std::move(still);
  }
  walk.leftover.insert(open.begin(), open.end());
}

/// Whether the object belongs to another one that is reported itself.
bool BelongsToLeftover(const Walk& walk, const Address& object) {
  const auto owners = walk.owners_of.find(object);
  if (owners == walk.owners_of.end()) return false;
  return std::any_of(owners->second.begin(), owners->second.end(), [&](const Edge* edge) {
    return edge->kind != 'n' && edge->kind != 'x' &&
           walk.leftover.contains({edge->owner.classid, edge->owner.objid, 0});
  });
}

struct NamedObject {
  Address address;
  std::string kind;               ///< as `ignore` spells it
  std::vector<std::string> path;  ///< name parts; empty when only `identity` names it
  std::string shown;
  std::string pattern;  ///< after `ignore KIND`
};

std::string WithoutSystemSchema(std::string types) {
  constexpr std::string_view kPrefix = "pg_catalog.";
  for (std::size_t at = types.find(kPrefix); at != std::string::npos; at = types.find(kPrefix)) {
    types.erase(at, kPrefix.size());
  }
  return types;
}

NamedObject ToNamed(const Row& row) {
  NamedObject object;
  object.address = {ToOid(row[0]), ToOid(row[1]), ToInt(row[2])};
  object.kind = row[3].value_or("object");
  for (char& c : object.kind) {
    if (c == ' ' || c == '-') c = '_';
  }
  const std::string identity = row[4].value_or(fmt::format("{}", object.address.objid));
  std::vector<std::string> names = ToTexts(row[5]);
  constexpr const char* kByIdentity[] = {"cast",
                                         "user_mapping",
                                         "default_acl",
                                         "transform",
                                         "publication_relation",
                                         "operator_of_access_method",
                                         "function_of_access_method"};
  const bool by_identity =
      names.empty() || std::any_of(std::begin(kByIdentity), std::end(kByIdentity),
                                   [&](const char* kind) { return object.kind == kind; });
  if (object.kind == "table_constraint") object.kind = "constraint";
  if (object.kind == "operator_class" || object.kind == "operator_family") {
    names.erase(names.begin());  // the access method
  }
  for (const std::string& name : names) {
    object.pattern += (object.pattern.empty() ? "" : ".") + Display(name);
  }
  object.path = by_identity ? std::vector<std::string>{identity} : names;
  object.shown = by_identity ? WithoutSystemSchema(identity) : object.pattern;
  if (by_identity) object.pattern = "*";
  const std::size_t arguments = identity.find('(');
  const bool callable = object.kind == "function" || object.kind == "procedure" ||
                        object.kind == "aggregate" || object.kind == "operator";
  if (callable && arguments != std::string::npos) {
    object.shown += WithoutSystemSchema(identity.substr(arguments));
  }
  return object;
}

/// Names of objects, by their kind and name. Types get the word of what they are.
std::vector<NamedObject> NameObjects(Database& database, const std::vector<Address>& addresses) {
  if (addresses.empty()) return {};
  nlohmann::json list = nlohmann::json::array();
  for (const Address& address : addresses) {
    list.push_back({address.classid, address.objid, address.part});
  }
  const Rows rows = database.Query(
      fmt::format(
          "SELECT w.c, w.o, w.s, CASE WHEN w.c = {0} THEN coalesce((SELECT CASE t.typtype WHEN 'e' "
          "THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type' WHEN 'r' THEN 'range' "
          "WHEN 'm' THEN 'multirange' END FROM pg_type t WHERE t.oid = w.o), i.type) ELSE i.type "
          "END, i.identity, CASE WHEN w.c = {0} THEN (SELECT json_build_array(s.nspname, "
          "t.typname) "
          "FROM pg_type t JOIN pg_namespace s ON s.oid = t.typnamespace WHERE t.oid = w.o) ELSE "
          "to_json(n.object_names) END FROM (SELECT (e ->> 0)::oid AS c, (e ->> 1)::oid AS o, (e "
          "->> 2)::int AS s FROM jsonb_array_elements"
          "($1::jsonb) e) w, LATERAL pg_identify_object(w.c, w.o, w.s) i, LATERAL "
          "pg_identify_object_as_address(w.c, w.o, w.s) n",
          kTypes),
      {list.dump()});
  std::vector<NamedObject> named;
  for (const Row& row : rows) named.push_back(ToNamed(row));
  std::sort(named.begin(), named.end(), [](const NamedObject& a, const NamedObject& b) {
    return std::tie(a.kind, a.shown) < std::tie(b.kind, b.shown);
  });
  return named;
}

void Refuse(Reading& reading, const NamedObject& object) {
  reading.diagnostics
      .Error(codes::kNotModelled, {},
             fmt::format("{} `{}` is something that zdm does not model yet", object.kind,
                         object.shown))
      .notes.push_back({{},
                        fmt::format("`ignore {} {};` takes it out of zdm's hands", object.kind,
                                    object.pattern)});
}

/// Nobody but superusers may see all of a subscription, and before 14 not even its number.
void ReportSubscriptions(Reading& reading) {
  for (const Row& row : reading.database.Query(
           "SELECT s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE "
           "d.datname = current_database() ORDER BY s.subname COLLATE \"C\"")) {
    if (reading.filter.Ignores("subscription", {*row[0]})) continue;
    NamedObject object;
    object.kind = "subscription";
    object.shown = object.pattern = Display(*row[0]);
    Refuse(reading, object);
  }
}

void ReportLeftovers(Walk& walk) {
  std::vector<Address> roots;
  for (const Address& object : walk.leftover) {
    if (!BelongsToLeftover(walk, object)) roots.push_back(object);
  }
  for (const NamedObject& object : NameObjects(walk.reading.database, roots)) {
    const ObjectFilter& filter = walk.reading.filter;
    if (filter.Hides(object.kind, object.path) || filter.Owns(object.kind, object.shown)) {
      walk.reading.excused.insert(object.address);
    } else {
      Refuse(walk.reading, object);
    }
  }
}

/// Comments and security labels of what zdm has in its hands, but not in the model.
void ReportRemarks(Walk& walk, const char* catalog, const std::string& kind) {
  const Rows rows = walk.reading.database.Query(fmt::format(
      "SELECT classoid, objoid, objsubid FROM {} WHERE objoid >= 16384 OR classoid = {}", catalog,
      kNamespaces));
  std::vector<Address> remarks;
  for (const Row& row : rows) {
    const Address address{ToOid(row[0]), ToOid(row[1]), ToInt(row[2])};
    const Address whole{address.classid, address.objid, 0};
    const bool ours = walk.reading.consumed.contains(whole) || walk.inside.contains(whole);
    const bool taken = kind == "comment" && walk.reading.comments.contains(address);
    if (ours && !taken && !walk.reading.excused.contains(address)) remarks.push_back(address);
  }
  for (NamedObject& object : NameObjects(walk.reading.database, remarks)) {
    if (walk.reading.filter.Ignores(kind, object.path)) continue;
    object.shown = fmt::format("{} {}", object.kind, object.shown);
    object.kind = kind;
    Refuse(walk.reading, object);
  }
}

}  // namespace

void WalkCatalog(Reading& reading) {
  Walk walk(reading);
  ReadEdges(walk);
  FindCandidates(walk);
  JudgeCandidates(walk);
  ReportLeftovers(walk);
  ReportSubscriptions(reading);
  ReportRemarks(walk, "pg_description", "comment");
  ReportRemarks(walk, "pg_seclabel", "security_label");
}

}  // namespace zdm::postgres
