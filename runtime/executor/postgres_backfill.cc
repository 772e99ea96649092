// SPDX-License-Identifier: Apache-2.0
// The SQL of a backfill on PostgreSQL. Every statement is a range of one index (or of pages), in a
// form whose plan does not depend on statistics: on a table that was never analyzed the planner
// would else read the whole of it for every batch.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/executor/postgres_engine.h"

namespace zdm {
namespace {

/// Line pointers that a page of 8 kB can have at most; larger pages hold more.
constexpr int kMostLines = 291;
constexpr int kSamplePages = 16;

bool IsInteger(const std::string& type) {
  return type == "smallint" || type == "integer" || type == "bigint";
}

/// Whose values stand in an array's text as they are.
bool IsPlain(const std::string& type) {
  return IsInteger(type) || type == "uuid";
}

std::int64_t Number(const Value& value) {
  return value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
}

class PostgresBackfillSql : public BackfillDialect {
 public:
  PostgresBackfillSql(Database& database, const Backfill& backfill)
      : database_(database),
        backfill_(backfill),
        page_bytes_(
            Number(QueryValue(database, "SELECT pg_catalog.current_setting('block_size')"))) {}

  void Prepare(Database& database) const override {
    // A batch and its checkpoint are one transaction: a crash of the server may lose both, never
    // one, and the step's own commit waits for the disk again.
    database.Execute(
        "SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off; "
        "SET synchronous_commit = off");
  }

  void Restore(Database& database) const override {
    database.Execute(
        "RESET enable_seqscan; RESET enable_bitmapscan; RESET jit; RESET synchronous_commit");
  }

  TableSize Measure(Database& database) const override {
    const Rows rows = database.Query(
        "SELECT reltuples::bigint, relpages, pg_catalog.pg_relation_size(oid) "
        "FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)",
        {backfill_.sql_table});
    TableSize size;
    if (rows.empty()) {
      return size;
    }
    size.pages = Number(rows[0][2]) / page_bytes_;
    const std::int64_t sampled = std::min<std::int64_t>(size.pages, kSamplePages);
    if (sampled > 0) {
      const std::int64_t lines =
          Number(QueryValue(database, fmt::format("SELECT pg_catalog.count(*) FROM {} WHERE {}",
                                                  backfill_.sql_table, Pages(0, sampled))));
      size.rows_a_page = static_cast<double>(lines) / static_cast<double>(sampled);
    }
    const std::int64_t analyzed_rows = Number(rows[0][0]);
    const std::int64_t analyzed_pages = Number(rows[0][1]);
    const double density =
        analyzed_rows > 0 && analyzed_pages > 0
            ? static_cast<double>(analyzed_rows) / static_cast<double>(analyzed_pages)
            : size.rows_a_page;
    size.rows = static_cast<std::int64_t>(density * static_cast<double>(size.pages));
    return size;
  }

  bool AnyUnfilled(Database& database) const override {
    Transaction transaction(database);
    database.Execute("SET LOCAL enable_seqscan = on; SET LOCAL statement_timeout = 0");
    const Value any = QueryValue(database, fmt::format("SELECT EXISTS (SELECT FROM {} WHERE {})",
                                                       backfill_.sql_table, backfill_.unfilled));
    transaction.Commit();
    return any == "t";
  }

  std::string Update(const std::string& assignments, const KeyRange& range, const Slice& slice,
                     bool skip_locked) const override {
    const std::string rows = Condition(range, slice);
    if (!skip_locked) {
      return fmt::format("UPDATE {} SET {} WHERE {}", backfill_.sql_table, assignments, rows);
    }
    return fmt::format(
        "UPDATE {0} SET {1} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {0} WHERE {2} "
        "FOR NO KEY UPDATE SKIP LOCKED))",
        backfill_.sql_table, assignments, rows);
  }

 protected:
  virtual std::string InRange(const KeyRange& range) const = 0;
  virtual std::string InSlice(const Slice& slice) const = 0;

  virtual std::string Condition(const KeyRange& range, const Slice& slice) const {
    std::string text = Unfilled(range);
    if (slice.count > 1) {
      text += " AND " + InSlice(slice);
    }
    return text;
  }

  std::string Unfilled(const KeyRange& range) const {
    return fmt::format("({}) AND ({})", InRange(range), backfill_.unfilled);
  }

  /// From 14 on a range of pages is a scan of them; before, each line is named.
  std::string Pages(std::int64_t from, std::int64_t to) const {
    if (database_.info().version >= 140000) {
      return fmt::format("ctid >= '({},0)'::tid AND ctid < '({},0)'::tid", from, to);
    }
    const std::int64_t lines = kMostLines * std::max<std::int64_t>(1, page_bytes_ / 8192);
    return fmt::format(
        "ctid = ANY (ARRAY(SELECT pg_catalog.format('(%s,%s)', p, l)::tid "
        "FROM pg_catalog.generate_series({}, {}) AS p, pg_catalog.generate_series(1, {}) AS l))",
        from, to - 1, lines);
  }

  Database& database_;
  const Backfill& backfill_;
  std::int64_t page_bytes_;
};

class ByKey final : public PostgresBackfillSql {
 public:
  ByKey(Database& database, const Backfill& backfill) : PostgresBackfillSql(database, backfill) {
    std::vector<std::string> names;
    std::vector<std::string> texts;
    std::vector<std::string> descending;
    for (const KeyColumn& column : backfill.key) {
      names.push_back(column.name);
      texts.push_back(column.name + "::text");
      descending.push_back(column.name + " DESC");
    }
    names_ = fmt::format("{}", fmt::join(names, ", "));
    texts_ = fmt::format("{}", fmt::join(texts, ", "));
    descending_ = fmt::format("{}", fmt::join(descending, ", "));
  }

  std::optional<KeyRange> NextWindow(Database& database, const Key& after,
                                     std::int64_t rows) const override {
    // Only unfilled rows count: those that the trigger has filled since, above all rows inserted
    // behind us all the time, are passed over in one read.
    const std::string where = fmt::format(
        "WHERE {}({})", after.empty() ? "" : Compare(">", after) + " AND ", backfill_.unfilled);
    const std::string unfilled =
        fmt::format("SELECT {} FROM {} {} ORDER BY {}", names_, backfill_.sql_table, where, names_);
    if (backfill_.key.size() == 1 && IsPlain(backfill_.key[0].type)) {
      return ListWindow(database, after, fmt::format("{} LIMIT {}", unfilled, rows));
    }
    const Rows last = database.Query(
        fmt::format("SELECT {} FROM (SELECT {} FROM ({} LIMIT {}) AS u ORDER BY {} LIMIT 1) AS w",
                    texts_, names_, unfilled, rows, descending_));
    if (last.empty()) return std::nullopt;
    // The rows between `after` and the first unfilled one would be read once a slice.
    const Rows first =
        database.Query(fmt::format("SELECT {} FROM ({} LIMIT 1) AS w", texts_, unfilled));
    return KeyRange{first.empty() ? after : Before(database, ToKey(first[0]), after),
                    ToKey(last[0])};
  }

  std::vector<Key> UnfilledKeys(Database& database, const KeyRange& range) const override {
    std::vector<Key> keys;
    for (const Row& row : database.Query(
             fmt::format("SELECT {} FROM (SELECT {} FROM {} WHERE {} ORDER BY {}) AS w", texts_,
                         names_, backfill_.sql_table, Unfilled(range), names_))) {
      keys.push_back(ToKey(row));
    }
    return keys;
  }

 private:
  /// The key before `key`; `least` when there is none.
  Key Before(Database& database, const Key& key, const Key& least) const {
    const Rows rows = database.Query(
        fmt::format("SELECT {} FROM (SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT 1) AS w", texts_,
                    names_, backfill_.sql_table, Compare("<", key), descending_));
    return rows.empty() ? least : ToKey(rows[0]);
  }

  static Key ToKey(const Row& row) {
    Key key;
    for (const Value& value : row) {
      key.push_back(value.value_or(""));
    }
    return key;
  }

  std::string Compare(const char* comparison, const Key& key) const {
    std::vector<std::string> values;
    for (std::size_t index = 0; index < backfill_.key.size(); ++index) {
      values.push_back(database_.QuoteText(key.at(index)) + "::" + backfill_.key[index].type);
    }
    return fmt::format("({}) {} ({})", names_, comparison, fmt::join(values, ", "));
  }

  std::string InRange(const KeyRange& range) const override {
    std::string text = range.after.empty() ? "" : Compare(">", range.after);
    if (!range.upto.empty()) {
      text += (text.empty() ? "" : " AND ") + Compare("<=", range.upto);
    }
    return text.empty() ? "true" : text;
  }

  /// Keeps the keys, so that a slice reads its own rows and their pages (which lets the server
  /// clear what the slices before left there), not all rows of the window again.
  std::optional<KeyRange> ListWindow(Database& database, const Key& after,
                                     const std::string& unfilled) const {
    const std::string text =
        QueryValue(
            database,
            fmt::format("SELECT pg_catalog.array_agg({0} ORDER BY {0})::text FROM ({1}) AS w",
                        names_, unfilled))
            .value_or("{}");
    keys_.clear();
    for (std::size_t from = 1; from + 1 < text.size();) {
      const std::size_t end = text.find_first_of(",}", from);
      keys_.push_back(text.substr(from, end - from));
      from = end + 1;
    }
    if (keys_.empty()) return std::nullopt;
    listed_ = {Before(database, {keys_.front()}, after), {keys_.back()}};
    return listed_;
  }

  /// The last slice takes all that is left.
  std::string Condition(const KeyRange& range, const Slice& slice) const override {
    if (slice.count <= 1 || range != listed_) {
      return PostgresBackfillSql::Condition(range, slice);
    }
    if (slice.index + 1 == slice.count) return Unfilled(range);
    std::string keys;
    for (std::size_t at = static_cast<std::size_t>(slice.index); at < keys_.size();
         at += static_cast<std::size_t>(slice.count)) {
      keys += (keys.empty() ? "" : ",") + keys_[at];
    }
    return fmt::format("{} = ANY ('{{{}}}'::{}[]) AND ({})", names_, keys, backfill_.key[0].type,
                       backfill_.unfilled);
  }

  /// By a hash, since keys may have steps of their own (every tenth id).
  std::string InSlice(const Slice& slice) const override {
    const bool integer = backfill_.key.size() == 1 && IsInteger(backfill_.key[0].type);
    const std::string hash =
        integer ? fmt::format("pg_catalog.hashint8({}::bigint)", names_)
                : fmt::format("pg_catalog.hashtext(pg_catalog.concat_ws(',', {}))", names_);
    return fmt::format("({} & 2147483647) % {} = {}", hash, slice.count, slice.index);
  }

  std::string names_, texts_, descending_;
  mutable KeyRange listed_;                ///< the window of `keys_`
  mutable std::vector<std::string> keys_;  ///< in order
};

/// Without a key: by pages. New versions of rows land behind, already filled.
class ByPlace final : public PostgresBackfillSql {
 public:
  using PostgresBackfillSql::PostgresBackfillSql;

  std::optional<KeyRange> NextWindow(Database& database, const Key& after,
                                     std::int64_t rows) const override {
    const TableSize size = Measure(database);
    const std::int64_t from = after.empty() ? 0 : Number(after[0]);
    if (from >= size.pages) {
      return std::nullopt;
    }
    const double a_page = std::max(1., size.rows_a_page);
    const auto pages =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(rows) / a_page));
    return KeyRange{after, {std::to_string(std::min(size.pages, from + pages))}};
  }

  std::vector<Key> UnfilledKeys(Database& /*database*/, const KeyRange& range) const override {
    std::vector<Key> pages;
    for (std::int64_t page = First(range) + 1; page <= Last(range); ++page) {
      pages.push_back({std::to_string(page)});
    }
    return pages;
  }

 private:
  static std::int64_t First(const KeyRange& range) {
    return range.after.empty() ? 0 : Number(range.after[0]);
  }
  static std::int64_t Last(const KeyRange& range) {
    return range.upto.empty() ? 0 : Number(range.upto[0]);
  }
  std::string InRange(const KeyRange& range) const override {
    return Pages(First(range), Last(range));
  }
  std::string InSlice(const Slice& slice) const override {
    return fmt::format("((ctid::text::point)[1])::integer % {} = {}", slice.count, slice.index);
  }
};

}  // namespace

std::unique_ptr<BackfillDialect> PostgresBackfill(Database& database, const Backfill& backfill) {
  if (backfill.key.empty()) {
    return std::make_unique<ByPlace>(database, backfill);
  }
  return std::make_unique<ByKey>(database, backfill);
}

}  // namespace zdm
