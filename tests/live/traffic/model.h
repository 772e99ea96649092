// SPDX-License-Identifier: Apache-2.0
// What the two applications must see, by rules R1 to R9 of the data, written down a second time and
// knowing nothing of zdm. One table, `person`, in up to four transitions at once:
//   rename  name -> full_name
//   split   contact -> email, phone    (up: split_part at the first space; down: email || ' ' ||
//   phone) fill    nick gets NOT NULL         (up: coalesce(nick, 'none'); down: nick) drop legacy
//   goes                (down: 'n/a')
// Until contract the name `nick` means the old column to both applications, afterwards the new one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace zdm::test {

using Value = std::optional<std::string>;

struct Shape {
  bool rename = false;
  bool split = false;
  bool fill = false;
  bool drop = false;
  bool key = false;  ///< id: integer -> bigint, the key and its identity

  std::string BeforeZdm(const std::string& family) const;
  std::string AfterZdm(const std::string& family) const;
  std::vector<std::string> OldColumns() const;
  std::vector<std::string> NewColumns() const;
};

/// Column -> value, as an application writes or reads them.
using Values = std::map<std::string, Value>;

/// One row as both applications see it.
struct ModelRow {
  Values old_side;  ///< name, contact, nick, legacy, note
  Values new_side;  ///< full_name or name, email and phone or contact, nick, legacy, note
  /// The new side is known to be there: inserted, or a source changed, after expand was done.
  bool filled = false;
  std::vector<std::string> history;  ///< what was written, oldest first
};

enum class Version { kOld, kNew };

class Model {
 public:
  explicit Model(Shape shape) : shape_(shape) {}

  const Shape& shape() const { return shape_; }
  /// The row that an INSERT of `values` through `version` makes; `contracted`: after contract.
  ModelRow Insert(Version version, const Values& values, bool contracted) const;
  /// An UPDATE that sets `values`.
  void Update(ModelRow& row, Version version, const Values& values, bool contracted) const;
  /// What a SELECT through `version` gives.
  Values Seen(const ModelRow& row, Version version, bool contracted) const;
  /// After a rollback to the start the new side is what expand will make of the old.
  void Forget(ModelRow& row) const;

 private:
  bool WritesOldColumn(Version version, const std::string& column, bool contracted) const;
  void SetOld(ModelRow& row, const std::string& column, const Value& value) const;
  void SetNew(ModelRow& row, const std::string& column, const Value& value) const;
  Shape shape_;
};

std::string Shown(const Values& values);

}  // namespace zdm::test
