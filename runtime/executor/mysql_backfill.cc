// SPDX-License-Identifier: Apache-2.0
// The SQL of a backfill on MariaDB and MySQL. Every statement is a range of the key's own index,
// named, so that no statistics can talk the server into reading the whole table. Nobody is waited
// for: a batch that meets a locked row fails at once, or passes it over.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "runtime/executor/mysql_engine.h"

namespace zdm {
namespace {

constexpr std::int64_t kPageBytes = 16384;

std::string Text(const Value& value) {
  return value.value_or("");
}

std::int64_t Number(const Value& value) {
  return value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
}

/// "varchar(20) character set latin1" -> "varchar"
std::string TypeWord(const std::string& type) {
  std::string word;
  for (char c : type) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      break;
    }
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

template <std::size_t kCount>
bool IsOneOf(const std::string& word, const char* const (&words)[kCount]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// How a value of a key travels through the checkpoint's text.
enum class Travel { kText, kNumber, kBytes, kOrdinal };

Travel TravelOf(const std::string& type) {
  static constexpr const char* kNumbers[] = {"tinyint", "smallint", "mediumint", "int",
                                             "integer", "bigint",   "decimal",   "numeric",
                                             "float",   "double",   "year",      "boolean"};
  static constexpr const char* kBytes[] = {"binary", "varbinary",  "tinyblob",
                                           "blob",   "mediumblob", "longblob"};
  static constexpr const char* kOrdinals[] = {"enum", "set", "bit"};
  const std::string word = TypeWord(type);
  if (IsOneOf(word, kNumbers)) return Travel::kNumber;
  if (IsOneOf(word, kBytes)) return Travel::kBytes;
  return IsOneOf(word, kOrdinals) ? Travel::kOrdinal : Travel::kText;
}

/// "`a`" -> "a"
std::string Unquoted(const std::string& quoted) {
  if (quoted.size() < 2 || quoted.front() != '`') {
    return quoted;
  }
  std::string name;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '`') ++i;
    name += quoted[i];
  }
  return name;
}

/// A name of the form "`db`.`t`", as literals.
struct TableName {
  std::string schema = "database()", table;
};

TableName NameOf(const Database& database, const std::string& sql_name) {
  std::size_t dot = std::string::npos;
  bool quoted = false;
  for (std::size_t i = 0; i < sql_name.size() && dot == std::string::npos; ++i) {
    if (sql_name[i] == '`') quoted = !quoted;
    if (sql_name[i] == '.' && !quoted) dot = i;
  }
  TableName name;
  if (dot != std::string::npos) {
    name.schema = database.QuoteText(Unquoted(sql_name.substr(0, dot)));
  }
  name.table =
      database.QuoteText(Unquoted(dot == std::string::npos ? sql_name : sql_name.substr(dot + 1)));
  return name;
}

class MysqlBackfillSql : public BackfillDialect {
 public:
  MysqlBackfillSql(Database& database, const Backfill& backfill)
      : database_(database),
        backfill_(backfill),
        name_(NameOf(database, backfill.sql_table)),
        never_waits_(database.info().dialect == Dialect::kMariadb) {}

  void Prepare(Database& database) const override {
    database.SetLockTimeout(std::chrono::milliseconds(1000));
  }
  void Restore(Database& /*database*/) const override {}

  TableSize Measure(Database& database) const override {
    const Rows rows = database.Query(
        fmt::format("SELECT table_rows, data_length FROM information_schema.tables WHERE "
                    "table_schema = {} AND table_name = {}",
                    name_.schema, name_.table));
    TableSize size;
    size.in_place = true;
    if (!rows.empty()) {
      size.rows = Number(rows[0][0]);
      size.pages = std::max<std::int64_t>(1, Number(rows[0][1]) / kPageBytes);
      size.rows_a_page = static_cast<double>(size.rows) / static_cast<double>(size.pages);
    }
    return size;
  }

  bool AnyUnfilled(Database& database) const override {
    return QueryValue(database, fmt::format("SELECT EXISTS (SELECT 1 FROM {} WHERE {})",
                                            backfill_.sql_table, backfill_.unfilled)) == "1";
  }

 protected:
  /// Where the server cannot be told to fail at once instead of waiting, the rows are locked by a
  /// statement that can.
  std::string WithoutWaiting(const std::string& update, const std::string& rows) const {
    if (never_waits_) {
      return "SET STATEMENT innodb_lock_wait_timeout = 0, lock_wait_timeout = 0 FOR " + update;
    }
    return fmt::format("SELECT count(*) FROM {} WHERE {} FOR UPDATE NOWAIT; {}", Table(), rows,
                       update);
  }

  std::string Table() const { return backfill_.sql_table + force_; }

  Database& database_;
  const Backfill& backfill_;
  TableName name_;
  bool never_waits_;
  std::string force_;  ///< " FORCE INDEX (`PRIMARY`)"
};

class ByKey final : public MysqlBackfillSql {
 public:
  ByKey(Database& database, const Backfill& backfill) : MysqlBackfillSql(database, backfill) {
    std::vector<std::string> names;
    std::vector<std::string> texts;
    std::vector<std::string> descending;
    std::vector<std::string> plain;
    for (const KeyColumn& column : backfill.key) {
      const Travel travel = TravelOf(column.type);
      names.push_back(column.name);
      texts.push_back(travel == Travel::kBytes     ? "hex(" + column.name + ")"
                      : travel == Travel::kOrdinal ? column.name + " + 0"
                                                   : column.name);
      descending.push_back(column.name + " DESC");
      plain.push_back(Unquoted(column.name));
      travels_.push_back(travel);
    }
    names_ = fmt::format("{}", fmt::join(names, ", "));
    texts_ = fmt::format("{}", fmt::join(texts, ", "));
    descending_ = fmt::format("{}", fmt::join(descending, ", "));
    if (const Value index = FindIndex(fmt::format("{}", fmt::join(plain, "\n")))) {
      force_ = " FORCE INDEX (" + database.QuoteName(*index) + ")";
    }
  }

  std::optional<KeyRange> NextWindow(Database& database, const Key& after,
                                     std::int64_t rows) const override {
    const std::string unfilled = fmt::format("FROM {} WHERE {} AND ({}) ORDER BY {}", Table(),
                                             InRange({after, {}}), backfill_.unfilled, names_);
    // Both in the order of the index: nothing is sorted.
    Rows ends = database.Query(
        fmt::format("(SELECT 0 AS zdm_end, {0} {1} LIMIT 1) UNION ALL "
                    "(SELECT 1 AS zdm_end, {0} {1} LIMIT 1 OFFSET {2}) ORDER BY zdm_end",
                    texts_, unfilled, rows - 1));
    if (ends.empty()) return std::nullopt;
    if (ends.size() == 1) ends.push_back(LastOf(database, unfilled, rows).value_or(ends[0]));
    for (Row& end : ends) end.erase(end.begin());
    // The rows between `after` and the first unfilled one would be read, and locked, for nothing.
    return KeyRange{Before(database, ToKey(ends[0]), after), ToKey(ends[1])};
  }

  std::string Update(const std::string& assignments, const KeyRange& range, const Slice& slice,
                     bool skip_locked) const override {
    const std::string rows = Condition(range, slice);
    if (!skip_locked) {
      return WithoutWaiting(fmt::format("UPDATE {} SET {} WHERE {}", Table(), assignments, rows),
                            rows);
    }
    // The limit keeps the server from merging the two into one; the order is not its own choice,
    // which would read, and lock, the whole table first where statistics take it for small.
    std::vector<std::string> keys;
    std::vector<std::string> same;
    for (std::size_t i = 0; i < backfill_.key.size(); ++i) {
      const std::string alias = fmt::format("zdm_key_{}", i);
      keys.push_back(fmt::format("{} AS {}", backfill_.key[i].name, alias));
      same.push_back(fmt::format("zdm_row.{} = zdm_free.{}", backfill_.key[i].name, alias));
    }
    return fmt::format(
        "UPDATE (SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT 18446744073709551615 "
        "FOR UPDATE SKIP LOCKED) AS zdm_free STRAIGHT_JOIN {} AS zdm_row{} ON {} SET {}",
        fmt::join(keys, ", "), Table(), rows, names_, backfill_.sql_table, force_,
        fmt::join(same, " AND "), assignments);
  }

  std::vector<Key> UnfilledKeys(Database& database, const KeyRange& range) const override {
    std::vector<Key> keys;
    for (const Row& row :
         database.Query(fmt::format("SELECT {} FROM (SELECT {} FROM {} WHERE {}) AS w ORDER BY {}",
                                    texts_, names_, Table(), Condition(range, Slice{}), names_))) {
      keys.push_back(ToKey(row));
    }
    return keys;
  }

 private:
  Value FindIndex(const std::string& columns) const {
    return QueryValue(
        database_,
        fmt::format("SELECT index_name FROM information_schema.statistics WHERE table_schema = {} "
                    "AND table_name = {} AND non_unique = 0 GROUP BY index_name HAVING "
                    "group_concat(column_name ORDER BY seq_in_index SEPARATOR '\n') = {} "
                    "ORDER BY index_name = 'PRIMARY' DESC LIMIT 1",
                    name_.schema, name_.table, database_.QuoteText(columns)));
  }

  /// Of fewer rows than were asked for: the last there is, in the form of an end.
  std::optional<Row> LastOf(Database& database, const std::string& unfilled,
                            std::int64_t rows) const {
    const Rows last = database.Query(
        fmt::format("SELECT 1 AS zdm_end, {} FROM (SELECT {} {} LIMIT {}) AS w ORDER BY {} LIMIT 1",
                    texts_, names_, unfilled, rows, descending_));
    return last.empty() ? std::nullopt : std::optional(last[0]);
  }

  /// The key before `key`; `least` when there is none.
  Key Before(Database& database, const Key& key, const Key& least) const {
    const Rows rows = database.Query(
        fmt::format("SELECT {} FROM (SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT 1) AS w", texts_,
                    names_, Table(), Compare('<', key, false), descending_));
    return rows.empty() ? least : ToKey(rows[0]);
  }

  static Key ToKey(const Row& row) {
    Key key;
    for (const Value& value : row) {
      key.push_back(Text(value));
    }
    return key;
  }

  std::string Literal(std::size_t column, const std::string& text) const {
    switch (travels_[column]) {
      case Travel::kNumber:
      case Travel::kOrdinal:
        return text;
      case Travel::kBytes:
        return "x'" + text + "'";
      case Travel::kText:
        break;
    }
    return database_.QuoteText(text);
  }

  /// Keys on one side of `key`, in a form from which the server makes one range: it does not from a
  /// comparison of rows.
  std::string Compare(char side, const Key& key, bool with_equal) const {
    const std::size_t count = backfill_.key.size();
    std::string text;
    for (std::size_t i = count; i-- > 0;) {
      const std::string& name = backfill_.key[i].name;
      const std::string value = Literal(i, key.at(i));
      if (text.empty()) {
        text = fmt::format("{} {}{} {}", name, side, with_equal ? "=" : "", value);
      } else {
        text = fmt::format("{0} {1}= {2} AND ({0} {1} {2} OR {3})", name, side, value, text);
      }
    }
    return "(" + text + ")";
  }

  std::string InRange(const KeyRange& range) const {
    std::string text = range.after.empty() ? "" : Compare('>', range.after, false);
    if (!range.upto.empty()) {
      text += (text.empty() ? "" : " AND ") + Compare('<', range.upto, true);
    }
    return text.empty() ? "true" : text;
  }

  std::string Condition(const KeyRange& range, const Slice& slice) const {
    std::string text = fmt::format("{} AND ({})", InRange(range), backfill_.unfilled);
    if (slice.count > 1) {
      text +=
          fmt::format(" AND crc32(concat_ws(',', {})) % {} = {}", names_, slice.count, slice.index);
    }
    return text;
  }

  std::vector<Travel> travels_;
  std::string names_, texts_, descending_;
};

/// Without a key there is no order to go by: each batch reads from the start until it has found
/// enough. The key of a window is the number of its rows.
class ByCount final : public MysqlBackfillSql {
 public:
  using MysqlBackfillSql::MysqlBackfillSql;

  std::optional<KeyRange> NextWindow(Database& database, const Key& after,
                                     std::int64_t rows) const override {
    if (!AnyUnfilled(database)) {
      return std::nullopt;
    }
    return KeyRange{after, {std::to_string(rows)}};
  }

  std::string Update(const std::string& assignments, const KeyRange& range, const Slice& /*slice*/,
                     bool /*skip_locked*/) const override {
    const std::string rows =
        fmt::format("{} LIMIT {}", backfill_.unfilled, range.upto.empty() ? "1" : range.upto[0]);
    return WithoutWaiting(fmt::format("UPDATE {} SET {} WHERE {}", Table(), assignments, rows),
                          rows);
  }

  std::vector<Key> UnfilledKeys(Database& /*database*/, const KeyRange& /*range*/) const override {
    return {};
  }
};

}  // namespace

std::unique_ptr<BackfillDialect> MysqlBackfill(Database& database, const Backfill& backfill) {
  if (backfill.key.empty()) {
    return std::make_unique<ByCount>(database, backfill);
  }
  return std::make_unique<ByKey>(database, backfill);
}

}  // namespace zdm
