// SPDX-License-Identifier: Apache-2.0
// The snapshot file: JSON with sorted keys, two spaces a level, and a hash of everything else.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <type_traits>

#include "compiler/catalog/snapshot.h"
#include "compiler/catalog/snapshot_fields.h"
#include "compiler/catalog/snapshot_json.h"
#include "runtime/plan/sha256.h"

namespace zdm {
namespace {

using Json = nlohmann::json;

/// Says where and why; caught in ReadSnapshot.
struct BadField : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Writer {
 public:
  Writer() noexcept(false) = default;

  template <typename T>
  void operator()(const char* name, const T& value) {
    if (value == T{}) return;
    json_[name] = ToJson(value);
  }
  // Kinds whose own default is not that of the field they stand in.
  void operator()(const char* name, const bool& value) {
    const std::string_view word(name);
    const bool usual =
        word == "validated" || word == "valid" || word == "always" || word == "enforced";
    if (value != usual) json_[name] = value;
  }
  void operator()(const char* name, const Dialect& value) {
    json_[name] = std::string(ToString(value));
  }
  template <typename T>
  void operator()(const char* name, const std::vector<T>& values) {
    if (values.empty()) return;
    Json& list = json_[name] = Json::array();
    for (const T& value : values) list.push_back(ToJson(value));
  }
  template <typename T>
  void operator()(const char* name, const std::optional<T>& value) {
    if (value) json_[name] = ToJson(*value);
  }
  void operator()(const char* name, const Schema& value) { json_[name] = ToJson(value); }

  Json Take() { return std::move(json_); }

  template <typename T>
  static Json ToJson(const T& value) {
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, int>) {
      return value;
    } else if constexpr (std::is_same_v<T, Expression>) {
      return value.sql;
    } else if constexpr (std::is_enum_v<T>) {
      for (const auto& [known, name] : snapshot_file::NamesOf(value)) {
        if (known == value) return std::string(name);
      }
      return nullptr;
    } else {
      Writer writer;
      snapshot_file::Fields(writer, const_cast<T&>(value));
      Json json = writer.Take();
      return json.is_null() ? Json::object() : json;
    }
  }

 private:
  Json json_;
};

class Reader {
 public:
  Reader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) throw BadField(path_ + " must be an object");
  }

  template <typename T>
  void operator()(const char* name, T& value) {
    known_.insert(name);
    const auto found = json_.find(name);
    if (found != json_.end()) FromJson(*found, path_ + "/" + name, value);
  }

  void RefuseUnknown() const {
    for (const auto& item : json_.items()) {
      if (!known_.contains(item.key())) {
        throw BadField(fmt::format("{}/{} is not known", path_, item.key()));
      }
    }
  }

  template <typename T>
  static void FromJson(const Json& json, const std::string& path, T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (!json.is_string()) throw BadField(path + " must be a string");
      value = json.get<std::string>();
    } else if constexpr (std::is_same_v<T, bool>) {
      if (!json.is_boolean()) throw BadField(path + " must be true or false");
      value = json.get<bool>();
    } else if constexpr (std::is_same_v<T, int>) {
      if (!json.is_number_integer()) throw BadField(path + " must be a whole number");
      value = json.get<int>();
    } else if constexpr (std::is_same_v<T, Expression>) {
      FromJson(json, path, value.sql);
      value.judged = true;
    } else if constexpr (std::is_same_v<T, Dialect>) {
      const auto dialect = DialectFromName(json.is_string() ? json.get<std::string>() : "");
      if (!dialect) throw BadField(path + " is no dialect");
      value = *dialect;
    } else if constexpr (std::is_enum_v<T>) {
      for (const auto& [known, name] : snapshot_file::NamesOf(value)) {
        if (json == std::string(name)) {
          value = known;
          return;
        }
      }
      throw BadField(path + " is not one of its words");
    } else {
      Reader reader(json, path);
      snapshot_file::Fields(reader, value);
      reader.RefuseUnknown();
    }
  }
  template <typename T>
  static void FromJson(const Json& json, const std::string& path, std::vector<T>& values) {
    if (!json.is_array()) throw BadField(path + " must be an array");
    for (const Json& item : json) {
      FromJson(item, fmt::format("{}/{}", path, values.size()), values.emplace_back());
    }
  }
  template <typename T>
  static void FromJson(const Json& json, const std::string& path, std::optional<T>& value) {
    FromJson(json, path, value.emplace());
  }

 private:
  const Json& json_;
  std::string path_;
  std::set<std::string> known_;
};

std::string HashOf(const Json& body) {
  return Sha256Hex(body.dump());
}

void Refuse(Code code, const std::string& path, const std::string& reason,
            Diagnostics& diagnostics) {
  diagnostics.Error(code, {}, fmt::format("the snapshot `{}` cannot be used: {}", path, reason))
      .notes.push_back({{}, "take it again with `zdmc snapshot`"});
}

}  // namespace

Json TableJson(const Table& table) {
  return Writer::ToJson(table);
}
Json SchemaJson(const Schema& schema) {
  return Writer::ToJson(schema);
}

std::string WriteSnapshot(const Snapshot& snapshot) {
  Json body = Writer::ToJson(snapshot);
  body["format"] = Snapshot::kFormat;
  // "zdm_" sorts it behind everything else.
  body["zdm_hash"] = HashOf(body);
  return body.dump(2) + "\n";
}

std::optional<Snapshot> ReadSnapshot(std::string_view text, const std::string& path,
                                     Diagnostics& diagnostics) {
  Json body = Json::parse(text, nullptr, false);
  if (!body.is_object()) {
    Refuse(codes::kSnapshotDamaged, path, "it is not JSON, or it is cut off", diagnostics);
    return std::nullopt;
  }
  if (body.value("format", Json()) != Snapshot::kFormat) {
    Refuse(codes::kSnapshotFormat, path,
           fmt::format("it is of format {}, this zdmc reads format {}",
                       body.value("format", Json()).dump(), Snapshot::kFormat),
           diagnostics);
    return std::nullopt;
  }
  const Json hash = body.value("zdm_hash", Json());
  body.erase("zdm_hash");
  if (hash != HashOf(body)) {
    Refuse(codes::kSnapshotDamaged, path, "it was changed after it was taken", diagnostics);
    return std::nullopt;
  }
  body.erase("format");
  Snapshot snapshot;
  try {
    Reader::FromJson(body, "", snapshot);
  } catch (const BadField& reason) {
    Refuse(codes::kSnapshotDamaged, path, reason.what(), diagnostics);
    return std::nullopt;
  }
  return snapshot;
}

}  // namespace zdm
