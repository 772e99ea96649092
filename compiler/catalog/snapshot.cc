// SPDX-License-Identifier: Apache-2.0
#include "compiler/catalog/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "compiler/catalog/snapshot_json.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

std::vector<std::string> Sorted(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  return values;
}

std::string Shown(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.size() == 1) return Shown(value.front());
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const Json& item : value) list += (list.empty() ? "" : ", ") + Shown(item);
  return list;
}

/// The singular of a list's field, as messages name its items.
std::string KindOf(const std::string& list) {
  if (list == "primary_key") return "primary key";
  if (list == "uniques") return "unique";
  if (list == "foreign_keys") return "foreign key";
  if (list == "indexes") return "index";
  std::string kind = list;
  if (!kind.empty() && kind.back() == 's') kind.pop_back();
  return kind;
}

/// A line for each property of the object `where`; parts that have a name are objects of their own.
void Describe(const std::string& where, const Json& object, std::vector<std::string>& lines) {
  lines.push_back(where);
  for (const auto& [name, value] : object.items()) {
    if (name == "name" || name == "schema") continue;
    const bool parts = value.is_array() && !value.empty() && value[0].is_object();
    if (name == "primary_key") {
      Describe(where + " primary key " + Display(value["name"].get<std::string>()), value, lines);
    } else if (parts && value[0].contains("name")) {
      for (const Json& part : value) {
        Describe(
            fmt::format("{} {} {}", where, KindOf(name), Display(part["name"].get<std::string>())),
            part, lines);
      }
    } else {
      lines.push_back(fmt::format("{}: {}: {}", where, name, Shown(value)));
    }
  }
}

}  // namespace

std::optional<Snapshot> TakeSnapshot(Database& database, CatalogReader read,
                                     const CatalogOptions& options, Diagnostics& diagnostics) {
  std::optional<Schema> schema = read(database, options, diagnostics);
  if (!schema) return std::nullopt;
  Snapshot snapshot;
  snapshot.compiler = ZDM_VERSION;
  snapshot.managed = Sorted(options.schemas);
  snapshot.ignores = options.ignores;
  snapshot.schema = std::move(*schema);
  for (const OwnedObject& object : options.owned) {
    snapshot.owned.push_back({object.kind, object.name, {}, object.parked});
  }
  std::sort(snapshot.owned.begin(), snapshot.owned.end(),
            [](const OwnedObject& a, const OwnedObject& b) {
              return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
            });
  return snapshot;
}

void RequireScope(const Snapshot& snapshot, const CatalogOptions& options,
                  Diagnostics& diagnostics) {
  const auto differ = [&](const std::string& what) {
    diagnostics.Error(codes::kSnapshotScope, {}, "the snapshot was taken with other " + what)
        .notes.push_back({{}, "take it again: `zdmc snapshot PATH... -o FILE` with these files"});
  };
  if (snapshot.managed != Sorted(options.schemas)) {
    differ(fmt::format("schemas: it has {}, the files manage {}", fmt::join(snapshot.managed, ", "),
                       fmt::join(Sorted(options.schemas), ", ")));
  }
  const auto same = [](const Ignore& a, const Ignore& b) {
    return a.kind == b.kind && a.pattern == b.pattern;
  };
  if (!std::equal(snapshot.ignores.begin(), snapshot.ignores.end(), options.ignores.begin(),
                  options.ignores.end(), same)) {
    differ("`ignore` rules than the files have");
  }
}

std::vector<std::string> DescribeSchema(const Schema& schema) {
  std::vector<std::string> lines;
  for (const Table& table : schema.tables) {
    Describe("table " + Display(table.name), TableJson(table), lines);
  }
  Json rest = SchemaJson(schema);
  for (const char* list : {"schemas", "extensions"}) {
    for (const Json& object : rest.value(list, Json::array())) {
      Describe(KindOf(list) + " " + Display(object["name"].get<std::string>()), object, lines);
    }
  }
  for (const char* list : {"enums", "sequences", "domains"}) {
    for (const Json& object : rest.value(list, Json::array())) {
      const QualifiedName name{object["schema"].get<std::string>(),
                               object["name"].get<std::string>()};
      Describe(KindOf(list) + " " + Display(name), object, lines);
    }
  }
  return Sorted(std::move(lines));
}

std::vector<std::string> CatalogDifferences(const Schema& expected, const Schema& found) {
  const std::vector<std::string> before = DescribeSchema(expected);
  const std::vector<std::string> after = DescribeSchema(found);
  std::vector<std::string> gone, added, lines;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(gone));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(added));
  for (const std::string& line : gone) lines.push_back("- " + line);
  for (const std::string& line : added) lines.push_back("+ " + line);
  std::stable_sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
    return std::string_view{a}.substr(2) < std::string_view{b}.substr(2);
  });
  return lines;
}

}  // namespace zdm
