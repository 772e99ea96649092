// SPDX-License-Identifier: Apache-2.0
// Writes the sync function of one table for one side of the switch. The parts of one function:
// sync_function_postgres.cc has the frame, sync_way_postgres.cc decides which side gives the other
// its values, sync_travel_postgres.cc carries them over. Private to these three.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/recipes/sync_text_postgres.h"
#include "compiler/recipes/transform_shape_postgres.h"

namespace zdm::postgres {

class SyncWriter {
 public:
  SyncWriter(const TransformShape& shape, Side side)
      : shape_(shape), side_(side), old_(shape.OldNames(side)), new_(shape.NewNames(side)) {}

  std::string Write();

 private:
  bool before() const { return side_ == Side::kBefore; }
  std::string New(const std::string& column) const { return Field("NEW", column); }
  std::string Old(const std::string& column) const { return Field("OLD", column); }
  /// The physical columns of one side of a transition, as fields of `row`.
  std::vector<std::string> Sources(const ShapedTransition& transition,
                                   const std::string& row) const;
  std::vector<std::string> Targets(const ShapedTransition& transition,
                                   const std::string& row) const;
  /// What an expression reads besides the columns of its own transition.
  std::vector<std::string> Reads(const ShapedTransition& transition, const std::string& row) const;
  std::string Up(const TargetColumn& target, const std::string& row) const;
  std::string Down(const SourceColumn& source, const std::string& row) const;
  /// Whether the statement gave one of these columns as NULL to a row that is not filled.
  std::string GivenNull(const std::vector<TargetColumn>& targets) const;
  void Declare();
  /// Where an INSERT came from, what was known about the row of an UPDATE.
  void Origin();
  void InsertOrigin();
  static std::string SaysNew();
  void Transition(const ShapedTransition& transition);
  void OnInsert(const ShapedTransition& transition);
  /// A value of its own in a column that nobody can compute again: rollback asks about it.
  void NewColumnsWithoutSource(const ShapedTransition& transition,
                               const std::vector<std::string>& given);
  /// The same after the switch, when the default is the column's own: what it cannot have given,
  /// and all that a volatile one may have given.
  void GivenAfter(const ShapedTransition& transition);
  /// Whether the INSERT gave an old column beside new ones: what differs from what it would hold
  /// if left out. A default that is not a constant cannot be told from a value given.
  std::string OldGiven(const ShapedTransition& transition) const;
  void OnUpdate(const ShapedTransition& transition);
  /// The new application changes a row that the backfill has not reached: what it leaves alone
  /// must have its value before `down` reads it.
  void Prefill(const ShapedTransition& transition);
  /// UPDATE .. SET new = DEFAULT.
  void NewDefaults(const ShapedTransition& transition);
  /// A value that is the one which the backfill would give is no change (R2): both sides are then
  /// looked at, as those of a filled row are.
  void OnlyFilled(const ShapedTransition& transition);
  /// Both sides are there: kept when they agree.
  void Compare(const ShapedTransition& transition);
  void CompareUp(const ShapedTransition& transition);
  void CompareDown(const ShapedTransition& transition);
  void GoUp(const ShapedTransition& transition);
  /// The old rule binds the old application as before, although the server no longer knows it.
  void OldNotNull(const ShapedTransition& transition);
  void GoDown(const ShapedTransition& transition);
  /// A check of the old shape: it still binds old writes; what `down` made and it does not take is
  /// noted.
  void OldCheck(const Check& check);
  void Finish();

  const TransformShape& shape_;
  Side side_;
  std::map<std::string, std::string> old_, new_;
  CodeText text_;
};

}  // namespace zdm::postgres
