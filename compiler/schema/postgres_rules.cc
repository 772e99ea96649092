// SPDX-License-Identifier: Apache-2.0
#include "compiler/schema/postgres_rules.h"

#include <algorithm>
#include <array>

#include "compiler/schema/postgres_expression.h"
#include "compiler/schema/postgres_sequence.h"
#include "compiler/schema/postgres_type_changes.h"
#include "compiler/schema/postgres_types.h"
#include "compiler/schema/schema.h"

namespace zdm {
namespace {

constexpr std::size_t kLongest = 63;

/// Operator classes of pg_catalog are named after its types.
constexpr std::array<std::string_view, 20> kOtherOpclasses = {
    "array_ops",           "bpchar_pattern_ops", "enum_ops",
    "jsonb_path_ops",      "kd_point_ops",       "multirange_ops",
    "network_ops",         "poly_ops",           "quad_point_ops",
    "range_inclusion_ops", "range_ops",          "record_image_ops",
    "record_ops",          "text_pattern_ops",   "varchar_pattern_ops",
    "box_inclusion_ops",   "inet_inclusion_ops", "bpchar_ops",
    "varbit_ops",          "varchar_ops"};
constexpr std::array<std::string_view, 43> kOpclassTypes = {
    "aclitem",     "bit",       "bool",    "box",      "bpchar",   "bytea",  "char",    "cid",
    "cidr",        "circle",    "date",    "float4",   "float8",   "inet",   "int2",    "int4",
    "int8",        "interval",  "jsonb",   "macaddr",  "macaddr8", "money",  "name",    "numeric",
    "oid",         "oidvector", "pg_lsn",  "point",    "text",     "tid",    "time",    "timestamp",
    "timestamptz", "timetz",    "tsquery", "tsvector", "uuid",     "varbit", "varchar", "xid",
    "xid8",        "polygon",   "bytea"};
constexpr std::array<std::string_view, 4> kOpclassSuffixes = {"_minmax_multi_ops", "_minmax_ops",
                                                              "_bloom_ops", "_ops"};

std::string SchemaOfOpclass(std::string_view name) {
  if (std::find(kOtherOpclasses.begin(), kOtherOpclasses.end(), name) != kOtherOpclasses.end()) {
    return "pg_catalog";
  }
  for (const std::string_view suffix : kOpclassSuffixes) {
    if (!name.ends_with(suffix)) continue;
    const std::string_view type = name.substr(0, name.size() - suffix.size());
    if (std::find(kOpclassTypes.begin(), kOpclassTypes.end(), type) != kOpclassTypes.end()) {
      return "pg_catalog";
    }
  }
  return "";
}

std::string SchemaOfCollation(std::string_view name) {
  constexpr std::array<std::string_view, 8> kKnown = {
      "C", "POSIX", "default", "ucs_basic", "unicode", "pg_c_utf8", "pg_unicode_fast", "C.utf8"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end() ||
                     name.ends_with("-x-icu") || name.ends_with(".utf8");
  return known ? "pg_catalog" : "";
}

/// The longest prefix of at most `bytes` that cuts no character.
std::string_view Clip(std::string_view name, std::size_t bytes) {
  if (bytes >= name.size()) return name;
  while (bytes > 0 && (static_cast<unsigned char>(name[bytes]) & 0xC0U) == 0x80U) --bytes;
  return name.substr(0, bytes);
}

/// makeObjectName() of the server.
std::string MakeName(std::string_view table, std::string_view columns, std::string_view label) {
  const std::size_t room = kLongest - label.size() - 1 - (columns.empty() ? 0 : 1);
  std::size_t first = table.size();
  std::size_t second = columns.size();
  while (first + second > room) {
    if (first > second) {
      --first;
    } else {
      --second;
    }
  }
  std::string name(Clip(table, first));
  if (!columns.empty()) name.append("_").append(Clip(columns, second));
  return name.append("_").append(label);
}

/// ChooseIndexNameAddition() of the server.
std::string JoinColumns(const std::vector<std::string>& columns) {
  std::string joined;
  for (const std::string& column : columns) {
    if (!joined.empty()) joined += '_';
    joined += Clip(column, kLongest);
    if (joined.size() > kLongest) break;
  }
  return joined;
}

std::string_view Label(NamedPart part) {
  switch (part) {
    case NamedPart::kPrimaryKey:
      return "pkey";
    case NamedPart::kUnique:
      return "key";
    case NamedPart::kForeignKey:
      return "fkey";
    case NamedPart::kCheck:
      return "check";
    case NamedPart::kIndex:
      return "idx";
    case NamedPart::kSequence:
      return "seq";
  }
  return "";
}

/// What only other dialects have and the parser takes all the same.
std::optional<std::string> Lacks(Construct construct) {
  if (construct == Construct::kTableOptions) {
    return "options of tables are kept as they are found";
  }
  return std::nullopt;
}

}  // namespace

std::string DefaultPostgresName(NamedPart part, const std::string& table,
                                const std::vector<std::string>& columns,
                                const std::function<bool(const std::string&)>& taken) {
  // A check is named after its column when it reads just one.
  std::string addition = JoinColumns(columns);
  if (part == NamedPart::kPrimaryKey) addition.clear();
  if (part == NamedPart::kCheck && columns.size() != 1) addition.clear();
  std::string label(Label(part));
  for (int pass = 1;; ++pass) {
    std::string name = MakeName(table, addition, label);
    if (!taken(name)) return name;
    label = std::string(Label(part)) + std::to_string(pass);
  }
}

namespace {

std::string NextOf(const QualifiedName& sequence) {
  const std::string name = QuoteIdentifier(sequence.schema) + "." + QuoteIdentifier(sequence.name);
  std::string literal;
  for (const char c : name) literal.append(c == '\'' ? 2 : 1, c);
  return "nextval('" + literal + "'::regclass)";
}

SequenceOptions OwnOptions(const SequenceOptions& options, const std::string& type) {
  return ReduceSequence(ResolveSequence(options, type), type);
}

/// Before version 15 the sequence of an unlogged table's column is logged.
void Bind(const Schema& current, DesiredSchema& desired) {
  if (current.server_version == 0 || current.server_version >= 150000) return;
  for (Sequence& sequence : desired.schema.sequences) {
    if (sequence.owned_by) sequence.unlogged = false;
  }
}

}  // namespace

const LanguageRules& PostgresRules() {
  static constexpr LanguageRules kRules{Dialect::kPostgresql,
                                        &kPostgresExpressionRules,
                                        "public",
                                        kLongest,
                                        SchemaOfCollation,
                                        SchemaOfOpclass,
                                        CanonicalPostgresType,
                                        DefaultPostgresName,
                                        PostgresElementName,
                                        Quoting::kStandard,
                                        Lacks,
                                        {false, WidensPostgresType, PostgresTypeCasts},
                                        nullptr,
                                        Bind,
                                        nullptr,
                                        NextOf,
                                        OwnOptions};
  return kRules;
}

}  // namespace zdm
