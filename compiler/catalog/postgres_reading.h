// SPDX-License-Identifier: Apache-2.0
// One reading of a PostgreSQL catalog while it goes on: the model as far as it is, and which
// catalog rows were understood. Shared by the files that read one kind each, and by the walk that
// names what none of them took.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/catalog/object_filter.h"

namespace zdm::postgres {

using Oid = std::uint32_t;

// The catalogs' own OIDs: the same in every version.
inline constexpr Oid kTypes = 1247, kFunctions = 1255, kRelations = 1259, kDefaults = 2604,
                     kConstraints = 2606, kNamespaces = 2615, kTriggers = 2620, kExtensions = 3079;

/// A catalog row: of catalog `classid` the one numbered `objid`; `part` is a column's number or 0.
struct Address {
  Oid classid = 0;
  Oid objid = 0;
  std::int32_t part = 0;
  friend bool operator==(const Address&, const Address&) = default;
};

struct AddressHash {
  std::size_t operator()(const Address& address) const {
    const std::uint64_t key = (std::uint64_t{address.classid} << 32U) | address.objid;
    return std::hash<std::uint64_t>()(key * 31U + static_cast<std::uint32_t>(address.part));
  }
};

using Addresses = std::unordered_set<Address, AddressHash>;

/// A column by its number, also one that is hidden.
struct ColumnPlace {
  std::string name;
  bool hidden = false;
  Oid type = 0;
  Oid collation = 0;
};

struct Reading {
  Database& database;
  const CatalogOptions& options;
  Diagnostics& diagnostics;
  ObjectFilter filter;
  int version = 0;
  Schema schema = {};
  std::map<Oid, std::string> namespaces = {};        ///< the managed ones
  std::string namespace_oids = {};                   ///< "2200, 16384", for IN (...)
  std::unordered_map<Oid, std::size_t> tables = {};  ///< place in schema.tables
  std::unordered_map<Oid, std::unordered_map<int, ColumnPlace>> columns = {};

  Addresses consumed = {};  ///< understood, and in the model
  Addresses excused = {};   ///< left out on purpose, with all that belongs to it
  Addresses comments = {};  ///< objects whose comment is in the model

  /// Takes a comment that came with an object.
  std::optional<std::string> Comment(const Address& address, const Value& text) {
    if (text) comments.insert(address);
    return text;
  }
  /// Errors for properties off their defaults that the model does not carry; `unusual` is a list
  /// in words, absent when all is well.
  void RefuseProperties(const std::string& kind, const std::vector<std::string>& path,
                        const Value& unusual);
};

// Readers of the values that Query returns.
Oid ToOid(const Value& value);
int ToInt(const Value& value);
bool ToBool(const Value& value);
/// "{1,2}" or "1 2"
std::vector<int> ToNumbers(const Value& value);
/// A JSON array of texts; NULL is the empty list.
std::vector<std::string> ToTexts(const Value& value);
/// Such an array of a column's options, sorted by bytes; not those that the server sets by itself.
std::vector<std::string> ToColumnOptions(const Value& value);

/// `to_json` of an array column's texts, sorted by bytes.
std::string SortedTexts(const std::string& array);

void ReadNamespaces(Reading& reading);
void ReadExtensions(Reading& reading);
void ReadTables(Reading& reading);
void ReadColumns(Reading& reading);
void ReadConstraints(Reading& reading);
void ReadIndexes(Reading& reading);
/// Enums, domains and sequences; the tables and columns are there by then.
void ReadObjects(Reading& reading);
/// Errors for all that nobody consumed (postgres_walk.cc).
void WalkCatalog(Reading& reading);

}  // namespace zdm::postgres
