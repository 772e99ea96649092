// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/snapshot.h"

#include <gtest/gtest.h>

namespace zdm {
namespace {

Snapshot Sample() {
  Table table;
  table.name = {"public", "Odd \"name\""};
  Column id;
  id.name = "id";
  id.type.sql = "bigint";
  id.not_null = true;
  id.identity = Identity{false, {}};
  id.identity->sequence.start = "5";
  Column text;
  text.name = "ä";
  text.type.sql = "text";
  text.collation = QualifiedName{"pg_catalog", "C"};
  text.default_value = Expression{"'a\nb'::text", true, {}};
  text.comment = "";
  text.charset = "latin1";
  text.on_update = Expression{"current_timestamp()", true, {}};
  text.auto_increment = true;
  text.generated_virtual = true;
  text.invisible = true;
  text.statistics_target = 0;
  text.grants = {"=r/owner"};
  table.columns = {id, text};
  Key primary;
  primary.name = "pk";
  primary.columns = {"id"};
  table.primary_key = primary;
  ForeignKey key;
  key.name = "fk";
  key.columns = {"id"};
  key.references = table.name;
  key.referenced_columns = {"id"};
  key.on_delete = ForeignKeyAction::kSetNull;
  key.match = ForeignKeyMatch::kFull;
  key.validated = false;
  table.foreign_keys = {key};
  Check check;
  check.name = "c";
  check.expression = {"(id > 0)", true, {}};
  check.no_inherit = true;
  check.enforced = false;
  table.checks = {check};
  Index index;
  index.name = "i";
  index.method = "gin";
  index.valid = false;
  IndexElement element;
  element.expression = Expression{"lower(\"ä\")", true, {}};
  element.descending = true;
  element.prefix_length = 10;
  index.elements = {element};
  index.where = Expression{"(id > 1)", true, {}};
  index.invisible = true;
  table.indexes = {index};
  table.charset = "latin1";
  table.collation = "latin1_bin";
  table.owner = "owner";

  Snapshot snapshot;
  snapshot.compiler = "0.1.0";
  snapshot.managed = {"public"};
  snapshot.ignores = {{"view", "public.*", {}}};
  snapshot.schema.server_version = 150020;
  snapshot.schema.default_schema = "public";
  snapshot.schema.schemas.push_back(
      {"public", "owner", {}, "utf8mb4", "utf8mb4_bin", std::nullopt, {}});
  Extension extension;
  extension.name = "citext";
  extension.version = "1.6";
  snapshot.schema.extensions = {extension};
  EnumType type;
  type.name = {"public", "mood"};
  type.labels.emplace_back().text = "it's";
  type.comment = "e";
  type.grants = {"=U/owner"};
  snapshot.schema.enums = {type};
  Sequence sequence;
  sequence.name = {"public", "s"};
  sequence.type = "smallint";
  sequence.options.cache = "7";
  sequence.unlogged = true;
  sequence.owned_by = Sequence::Owner{table.name, "id"};
  snapshot.schema.sequences = {sequence};
  Domain domain;
  domain.name = {"public", "d"};
  domain.type.sql = "text";
  domain.collation = QualifiedName{"pg_catalog", "C"};
  domain.not_null = true;
  domain.default_value = Expression{"'x'::text", true, {}};
  Domain::Rule rule;
  rule.name = "d_check";
  rule.expression = {"(VALUE <> ''::text)", true, {}};
  rule.validated = false;
  domain.checks = {rule};
  snapshot.schema.domains = {domain};
  table.unlogged = true;
  snapshot.schema.tables = {table};
  snapshot.judgements = {{"default: integer: 1 + 1", {"(1 + 1)"}, Volatility::kConstant}};
  snapshot.owned = {{"column", "public.t.zdm_1", {}, true}};
  return snapshot;
}

TEST(Snapshot, ReadsWhatItWrote) {
  const std::string text = WriteSnapshot(Sample());
  Diagnostics diagnostics;
  const auto read = ReadSnapshot(text, "s.json", diagnostics);
  ASSERT_TRUE(read) << diagnostics.all().at(0).text;
  EXPECT_EQ(WriteSnapshot(*read), text);
  const Table& table = read->schema.tables.at(0);
  const Table expected = Sample().schema.tables.at(0);
  EXPECT_EQ(table.columns, expected.columns);
  EXPECT_EQ(table.primary_key, expected.primary_key);
  EXPECT_EQ(table.foreign_keys, expected.foreign_keys);
  EXPECT_EQ(table.checks, expected.checks);
  EXPECT_EQ(table.indexes, expected.indexes);
  EXPECT_EQ(table.charset, expected.charset);
  EXPECT_EQ(table.collation, expected.collation);
  EXPECT_EQ(read->schema.default_schema, "public");
  EXPECT_EQ(read->schema.schemas.at(0).charset, "utf8mb4");
  EXPECT_EQ(read->schema.schemas.at(0).collation, "utf8mb4_bin");
  EXPECT_TRUE(table.columns[1].default_value->judged);
  EXPECT_EQ(read->judgements, Sample().judgements);
  EXPECT_EQ(read->owned, Sample().owned);
  EXPECT_EQ(read->ignores.at(0).pattern, "public.*");
}

std::string Refusal(const std::string& text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(ReadSnapshot(text, "s.json", diagnostics));
  return diagnostics.all().empty() ? "" : ToString(diagnostics.all()[0].code);
}

TEST(Snapshot, RefusesWhatIsNotWhole) {
  const std::string text = WriteSnapshot(Sample());
  EXPECT_EQ(Refusal(""), "ZDM3010");
  EXPECT_EQ(Refusal("[]"), "ZDM3010");
  for (std::size_t size = 0; size + 2 < text.size(); size += 97) {
    EXPECT_EQ(Refusal(text.substr(0, size)), "ZDM3010") << size;
  }
}

TEST(Snapshot, RefusesWhatWasEdited) {
  std::string text = WriteSnapshot(Sample());
  text.replace(text.find("bigint"), 6, "xigint");
  EXPECT_EQ(Refusal(text), "ZDM3010");
}

TEST(Snapshot, RefusesAnotherFormat) {
  std::string text = WriteSnapshot(Sample());
  const std::string format = "\"format\": 1";
  text.replace(text.find(format), format.size(), "\"format\": 2");
  EXPECT_EQ(Refusal(text), "ZDM3011");
  EXPECT_EQ(Refusal("{}"), "ZDM3011");
}

TEST(Snapshot, IsGoodForTheFilesThatItWasTakenForOnly) {
  const Snapshot snapshot = Sample();
  CatalogOptions options;
  options.schemas = {"public"};
  options.ignores = {{"view", "public.*", {}}};
  Diagnostics same;
  RequireScope(snapshot, options, same);
  EXPECT_FALSE(same.HasErrors());
  options.schemas = {"public", "sales"};
  options.ignores.clear();
  Diagnostics other;
  RequireScope(snapshot, options, other);
  ASSERT_EQ(other.all().size(), 2U);
  EXPECT_EQ(other.all()[0].code, codes::kSnapshotScope);
}

TEST(Snapshot, DifferencesNameTheObject) {
  const Snapshot before = Sample();
  Snapshot after = before;
  after.schema.tables[0].columns[0].type.sql = "integer";
  after.schema.tables[0].indexes.clear();
  const std::vector<std::string> expected = {
      "- table public.\"Odd \"\"name\"\"\" column id: type: bigint",
      "+ table public.\"Odd \"\"name\"\"\" column id: type: integer",
      "- table public.\"Odd \"\"name\"\"\" index i",
  };
  const std::vector<std::string> lines = CatalogDifferences(before.schema, after.schema);
  for (const std::string& line : expected) {
    EXPECT_NE(std::find(lines.begin(), lines.end(), line), lines.end()) << line;
  }
  EXPECT_TRUE(CatalogDifferences(before.schema, before.schema).empty());
}

}  // namespace
}  // namespace zdm
