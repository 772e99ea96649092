// SPDX-License-Identifier: Apache-2.0
// Writes the body of one sync trigger. Private to sync_triggers_mysql and sync_writer_mysql.
#pragma once

#include <string>
#include <vector>

#include "compiler/recipes/code_text.h"
#include "compiler/recipes/transform_shape_mysql.h"

namespace zdm::mysql {

/// "NEW.`name`"
std::string Field(const std::string& row, const std::string& column);
/// `expression` with the columns of `table` as fields of `row` ("NEW.").
std::string OverRow(const std::string& expression, const Table& table, const std::string& row);
std::string UpVariable(const ShapedTransition& transition, std::size_t target);
std::string DownVariable(const ShapedTransition& transition, std::size_t source);
/// The value of the column is the one that stands for "not given".
std::string IsAbsent(const TargetColumn& target, const std::string& field);
std::string JoinedBy(const std::vector<std::string>& terms, const char* word, const char* none);

class SyncWriter {
 public:
  SyncWriter(const TransformShape& shape, const RecipeContext& context)
      : shape_(shape), context_(context) {}

  std::string OnInsert();
  std::string OnUpdate();

 private:
  void Declare(bool insert);
  std::vector<std::string> UpMatches(const ShapedTransition& transition) const;
  std::vector<std::string> DownMatches(const ShapedTransition& transition) const;
  std::string Changed(const std::vector<Column>& columns) const;
  void InsertWay(const ShapedTransition& transition);
  void NewInsert(const ShapedTransition& transition);
  void UpdateWay(const ShapedTransition& transition);
  /// The new application changes a row that the backfill has not reached: what it leaves alone
  /// must have its value before `down` reads it.
  void Prefill(const ShapedTransition& transition);
  /// Both sides are there: kept when they agree.
  void Compare(const ShapedTransition& transition);
  void ComputeUp(const ShapedTransition& transition, const std::string& row);
  void ComputeDown(const ShapedTransition& transition, const std::string& row);
  void GoUp(const ShapedTransition& transition);
  void GoDown(const ShapedTransition& transition, bool insert);
  /// A check of the old shape still binds old writes; what `down` made and it does not take is
  /// noted.
  void OldCheck(const Check& check, bool insert);
  void HandleTrouble();
  void Travel(const ShapedTransition& transition, bool insert);
  void Finish(bool insert);

  const TransformShape& shape_;
  const RecipeContext& context_;
  CodeText text_;
};

}  // namespace zdm::mysql
