// SPDX-License-Identifier: Apache-2.0
// What changes in place: columns property by property, the order of columns, options of tables.
#include <algorithm>
#include <optional>

#include "compiler/diff/table_pair.h"
#include "compiler/schema/names.h"

namespace zdm {
namespace {

/// The column as each change leaves it, handed from one to the next.
class ColumnChanges {
 public:
  ColumnChanges(TablePair& pair, const Column& old_column, const Column& column)
      : pair_(pair), now_(old_column), wanted_(column) {}

  void Run() {
    ChangeType();
    Change<ChangeGenerated>(
        now_.generated != wanted_.generated || now_.generated_virtual != wanted_.generated_virtual,
        [&](Column& column) {
          column.generated = wanted_.generated;
          column.generated_virtual = wanted_.generated_virtual;
        });
    Change<ChangeOnUpdate>(now_.on_update != wanted_.on_update,
                           [&](Column& column) { column.on_update = wanted_.on_update; });
    Change<ChangeAutoIncrement>(now_.auto_increment != wanted_.auto_increment, [&](Column& column) {
      column.auto_increment = wanted_.auto_increment;
    });
    Change<ChangeInvisible>(now_.invisible != wanted_.invisible,
                            [&](Column& column) { column.invisible = wanted_.invisible; });
    Change<ChangeColumnComment>(now_.comment != wanted_.comment,
                                [&](Column& column) { column.comment = wanted_.comment; });
  }

 private:
  template <typename Kind, typename Apply>
  void Change(bool differs, Apply apply) {
    if (!differs) return;
    Column next = now_;
    apply(next);
    pair_.changes.push_back({Kind{pair_.old_table, now_, next}, wanted_.origin});
    now_ = std::move(next);
  }

  void ChangeType() {
    const std::string was = pair_.language.text_of(pair_.current, pair_.old_table, now_);
    const std::string is = pair_.language.text_of(pair_.desired, pair_.new_table, wanted_);
    if (now_.type == wanted_.type && was == is) return;
    Column next = now_;
    next.type = wanted_.type;
    next.charset = wanted_.charset;
    next.collation = wanted_.collation;
    // What the new table inherits the old one may not: then the column says all of it.
    if (pair_.language.text_of(pair_.current, pair_.old_table, next) != is) {
      const std::size_t blank = is.find(' ');
      next.charset = is.substr(0, blank);
      next.collation = QualifiedName{"", is.substr(blank + 1)};
    }
    pair_.changes.push_back(
        {ChangeColumnType{pair_.old_table, pair_.new_table, now_, next}, wanted_.origin});
    now_ = std::move(next);
  }

  TablePair& pair_;
  Column now_;
  const Column& wanted_;
};

/// Of `places` (each kept column's place in the old table, in the new order) the longest run that
/// rises: those need not move.
std::vector<bool> LongestRise(const std::vector<std::size_t>& places) {
  std::vector<std::size_t> length(places.size(), 1), before(places.size(), places.size());
  std::size_t last = places.size();
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (places[k] < places[i] && length[k] + 1 > length[i]) {
        length[i] = length[k] + 1;
        before[i] = k;
      }
    }
    if (last == places.size() || length[i] > length[last]) last = i;
  }
  std::vector<bool> stays(places.size(), false);
  for (; last < places.size(); last = before[last]) stays[last] = true;
  return stays;
}

}  // namespace

void DiffInPlace(TablePair& pair, const Column& old_column, const Column& column) {
  ColumnChanges(pair, old_column, column).Run();
}

void DiffTableInPlace(TablePair& pair) {
  const Table& was = pair.old_table;
  const Table& is = pair.new_table;
  if (was.options != is.options) {
    pair.changes.push_back({ChangeTableOptions{was, is}, is.origin});
  }
  if (was.charset != is.charset || was.collation != is.collation) {
    pair.changes.push_back({ChangeTableCharset{was, is}, is.origin});
  }
}

void OrderColumns(TablePair& pair) {
  std::vector<std::size_t> places;
  std::vector<const Column*> kept;
  for (const Column& column : pair.new_table.columns) {
    const auto old_name = pair.old_names.find(column.name);
    if (old_name == pair.old_names.end() || old_name->second != column.name) continue;
    const std::vector<Column>& old = pair.old_table.columns;
    const auto at = std::find_if(old.begin(), old.end(),
                                 [&](const Column& c) { return c.name == column.name; });
    places.push_back(static_cast<std::size_t>(at - old.begin()));
    kept.push_back(&column);
  }
  const std::vector<bool> stays = LongestRise(places);
  std::string before;        // of all columns
  std::string fixed_before;  // of those that do not move
  std::set<std::string> last;
  for (std::size_t i = pair.new_table.columns.size(); i-- > 0;) {
    const Column& column = pair.new_table.columns[i];
    if (std::find(kept.begin(), kept.end(), &column) != kept.end()) break;
    last.insert(column.name);
  }
  for (const Column& column : pair.new_table.columns) {
    const auto at = std::find(kept.begin(), kept.end(), &column);
    if (at == kept.end()) {
      if (!last.contains(column.name)) pair.places[column.name] = fixed_before;
      fixed_before = column.name;
    } else if (stays[static_cast<std::size_t>(at - kept.begin())]) {
      fixed_before = column.name;
    } else {
      pair.moves.push_back({pair.old_table, column, before});
    }
    before = column.name;
  }
}

}  // namespace zdm
