// SPDX-License-Identifier: Apache-2.0
// The fields of a snapshot file, once for writer and reader: `archive(name, value)` for each. A
// field whose value is that of an empty object is left out.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "compiler/catalog/snapshot.h"

namespace zdm::snapshot_file {

inline constexpr std::array<std::pair<ForeignKeyAction, std::string_view>, 5> kActions = {{
    {ForeignKeyAction::kNoAction, "no action"},
    {ForeignKeyAction::kRestrict, "restrict"},
    {ForeignKeyAction::kCascade, "cascade"},
    {ForeignKeyAction::kSetNull, "set null"},
    {ForeignKeyAction::kSetDefault, "set default"},
}};
inline constexpr std::array<std::pair<ForeignKeyMatch, std::string_view>, 2> kMatches = {{
    {ForeignKeyMatch::kSimple, "simple"},
    {ForeignKeyMatch::kFull, "full"},
}};
inline constexpr std::array<std::pair<Volatility, std::string_view>, 4> kVolatilities = {{
    {Volatility::kUnknown, "unknown"},
    {Volatility::kConstant, "constant"},
    {Volatility::kStable, "stable"},
    {Volatility::kVolatile, "volatile"},
}};

constexpr const auto& NamesOf(ForeignKeyAction) {
  return kActions;
}
constexpr const auto& NamesOf(ForeignKeyMatch) {
  return kMatches;
}
constexpr const auto& NamesOf(Volatility) {
  return kVolatilities;
}

template <typename Archive>
void Fields(Archive& archive, QualifiedName& value) {
  archive("schema", value.schema);
  archive("name", value.name);
}

template <typename Archive>
void Fields(Archive& archive, SequenceOptions& value) {
  archive("start", value.start);
  archive("increment", value.increment);
  archive("min_value", value.min_value);
  archive("max_value", value.max_value);
  archive("cache", value.cache);
  archive("cycle", value.cycle);
}

template <typename Archive>
void Fields(Archive& archive, Identity& value) {
  archive("always", value.always);
  archive("sequence", value.sequence);
}

template <typename Archive>
void Fields(Archive& archive, Column& value) {
  archive("name", value.name);
  archive("type", value.type.sql);
  archive("charset", value.charset);
  archive("collation", value.collation);
  archive("not_null", value.not_null);
  archive("default", value.default_value);
  archive("on_update", value.on_update);
  archive("auto_increment", value.auto_increment);
  archive("identity", value.identity);
  archive("generated", value.generated);
  archive("generated_virtual", value.generated_virtual);
  archive("invisible", value.invisible);
  archive("comment", value.comment);
  archive("statistics_target", value.statistics_target);
  archive("storage", value.storage);
  archive("compression", value.compression);
  archive("options", value.options);
  archive("grants", value.grants);
}

template <typename Archive>
void Fields(Archive& archive, Key& value) {
  archive("name", value.name);
  archive("columns", value.columns);
  archive("include", value.include);
  archive("deferrable", value.deferrable);
  archive("initially_deferred", value.initially_deferred);
  archive("nulls_not_distinct", value.nulls_not_distinct);
  archive("storage_parameters", value.storage_parameters);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, ForeignKey& value) {
  archive("name", value.name);
  archive("columns", value.columns);
  archive("references", value.references);
  archive("referenced_columns", value.referenced_columns);
  archive("on_update", value.on_update);
  archive("on_delete", value.on_delete);
  archive("on_delete_columns", value.on_delete_columns);
  archive("match", value.match);
  archive("deferrable", value.deferrable);
  archive("initially_deferred", value.initially_deferred);
  archive("validated", value.validated);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, Check& value) {
  archive("name", value.name);
  archive("expression", value.expression);
  archive("no_inherit", value.no_inherit);
  archive("validated", value.validated);
  archive("enforced", value.enforced);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, IndexElement& value) {
  archive("column", value.column);
  archive("expression", value.expression);
  archive("prefix_length", value.prefix_length);
  archive("collation", value.collation);
  archive("opclass", value.opclass);
  archive("opclass_parameters", value.opclass_parameters);
  archive("descending", value.descending);
  archive("nulls_first", value.nulls_first);
}

template <typename Archive>
void Fields(Archive& archive, Index& value) {
  archive("name", value.name);
  archive("unique", value.unique);
  archive("method", value.method);
  archive("elements", value.elements);
  archive("include", value.include);
  archive("where", value.where);
  archive("nulls_not_distinct", value.nulls_not_distinct);
  archive("storage_parameters", value.storage_parameters);
  archive("valid", value.valid);
  archive("invisible", value.invisible);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, EnumLabel& value) {
  archive("text", value.text);
}

template <typename Archive>
void Fields(Archive& archive, EnumType& value) {
  archive("schema", value.name.schema);
  archive("name", value.name.name);
  archive("labels", value.labels);
  archive("comment", value.comment);
  archive("owner", value.owner);
  archive("grants", value.grants);
}

template <typename Archive>
void Fields(Archive& archive, Sequence::Owner& value) {
  archive("schema", value.table.schema);
  archive("table", value.table.name);
  archive("column", value.column);
}

template <typename Archive>
void Fields(Archive& archive, Sequence& value) {
  archive("schema", value.name.schema);
  archive("name", value.name.name);
  archive("type", value.type);
  archive("options", value.options);
  archive("unlogged", value.unlogged);
  archive("owned_by", value.owned_by);
  archive("comment", value.comment);
  archive("owner", value.owner);
  archive("grants", value.grants);
}

template <typename Archive>
void Fields(Archive& archive, Domain::Rule& value) {
  archive("name", value.name);
  archive("expression", value.expression);
  archive("validated", value.validated);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, Domain& value) {
  archive("schema", value.name.schema);
  archive("name", value.name.name);
  archive("type", value.type.sql);
  archive("collation", value.collation);
  archive("not_null", value.not_null);
  archive("default", value.default_value);
  archive("checks", value.checks);
  archive("comment", value.comment);
  archive("owner", value.owner);
  archive("grants", value.grants);
}

template <typename Archive>
void Fields(Archive& archive, Table& value) {
  archive("schema", value.name.schema);
  archive("name", value.name.name);
  archive("unlogged", value.unlogged);
  archive("columns", value.columns);
  archive("primary_key", value.primary_key);
  archive("uniques", value.uniques);
  archive("foreign_keys", value.foreign_keys);
  archive("checks", value.checks);
  archive("indexes", value.indexes);
  archive("charset", value.charset);
  archive("collation", value.collation);
  archive("comment", value.comment);
  archive("owner", value.owner);
  archive("grants", value.grants);
  archive("options", value.options);
}

template <typename Archive>
void Fields(Archive& archive, Extension& value) {
  archive("name", value.name);
  archive("schema", value.schema);
  archive("version", value.version);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, NamespaceObject& value) {
  archive("name", value.name);
  archive("owner", value.owner);
  archive("grants", value.grants);
  archive("charset", value.charset);
  archive("collation", value.collation);
  archive("comment", value.comment);
}

template <typename Archive>
void Fields(Archive& archive, Schema& value) {
  archive("dialect", value.dialect);
  archive("server_version", value.server_version);
  archive("default_schema", value.default_schema);
  archive("schemas", value.schemas);
  archive("extensions", value.extensions);
  archive("enums", value.enums);
  archive("sequences", value.sequences);
  archive("domains", value.domains);
  archive("tables", value.tables);
}

template <typename Archive>
void Fields(Archive& archive, Ignore& value) {
  archive("kind", value.kind);
  archive("pattern", value.pattern);
}

template <typename Archive>
void Fields(Archive& archive, Judgement& value) {
  archive("question", value.question);
  archive("answers", value.answers);
  archive("volatility", value.volatility);
}

template <typename Archive>
void Fields(Archive& archive, OwnedObject& value) {
  archive("kind", value.kind);
  archive("name", value.name);
  archive("parked", value.parked);
}

template <typename Archive>
void Fields(Archive& archive, Snapshot& value) {
  archive("compiler", value.compiler);
  archive("managed", value.managed);
  archive("ignores", value.ignores);
  archive("catalog", value.schema);
  archive("judgements", value.judgements);
  archive("owned", value.owned);
}

}  // namespace zdm::snapshot_file
