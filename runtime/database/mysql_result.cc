// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_result.h"

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

namespace zdm {
namespace {

struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using ResultHandle = std::unique_ptr<MYSQL_RES, FreeResult>;

struct CloseStatement {
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
using StatementHandle = std::unique_ptr<MYSQL_STMT, CloseStatement>;

using Flag = std::remove_pointer_t<decltype(MYSQL_BIND::is_null)>;

constexpr unsigned long kNumberLength = 512;  // the longest number that the library prints

Rows ReadRows(MYSQL_RES* result) {
  Rows rows;
  const unsigned columns = mysql_num_fields(result);
  rows.reserve(static_cast<std::size_t>(mysql_num_rows(result)));
  while (MYSQL_ROW from = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    Row& row = rows.emplace_back();
    row.reserve(columns);
    for (unsigned i = 0; i < columns; ++i) {
      row.push_back(from[i] == nullptr ? Value() : Value(std::string(from[i], lengths[i])));
    }
  }
  return rows;
}

[[noreturn]] void FailStatement(MYSQL_STMT* statement) {
  throw MysqlFailure{mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                     mysql_stmt_error(statement)};
}

std::vector<MYSQL_BIND> Bound(const Row& parameters) {
  std::vector<MYSQL_BIND> binds(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i]) {
      binds[i].buffer_type = MYSQL_TYPE_NULL;
      continue;
    }
    binds[i].buffer_type = MYSQL_TYPE_STRING;
    binds[i].buffer = const_cast<char*>(parameters[i]->data());  // NOLINT: never written to
    binds[i].buffer_length = parameters[i]->size();
  }
  return binds;
}

/// Room for one row, every column as text.
class RowBuffer {
 public:
  RowBuffer(MYSQL_STMT* statement, MYSQL_RES* columns) : statement_(statement) {
    const unsigned count = mysql_num_fields(columns);
    texts_.resize(count);
    binds_.resize(count);
    lengths_.resize(count);
    nulls_ = std::make_unique<Flag[]>(count);
    const MYSQL_FIELD* fields = mysql_fetch_fields(columns);
    for (unsigned i = 0; i < count; ++i) {
      texts_[i].resize(std::max(fields[i].max_length, kNumberLength));
      binds_[i].buffer_type = MYSQL_TYPE_STRING;
      binds_[i].buffer = texts_[i].data();
      binds_[i].buffer_length = texts_[i].size();
      binds_[i].length = &lengths_[i];
      binds_[i].is_null = &nulls_[i];
    }
    if (count != 0 && mysql_stmt_bind_result(statement, binds_.data()) != 0) {
      FailStatement(statement);
    }
  }

  Row Read() {
    Row row;
    row.reserve(texts_.size());
    for (unsigned i = 0; i < texts_.size(); ++i) {
      if (nulls_[i] != 0) {
        row.emplace_back();
        continue;
      }
      if (lengths_[i] > texts_[i].size()) Widen(i);
      row.emplace_back(texts_[i].substr(0, lengths_[i]));
    }
    return row;
  }

 private:
  void Widen(unsigned column) {
    texts_[column].resize(lengths_[column]);
    binds_[column].buffer = texts_[column].data();
    binds_[column].buffer_length = texts_[column].size();
    if (mysql_stmt_fetch_column(statement_, &binds_[column], column, 0) != 0 ||
        mysql_stmt_bind_result(statement_, binds_.data()) != 0) {
      FailStatement(statement_);
    }
  }

  MYSQL_STMT* statement_;
  std::vector<std::string> texts_;
  std::vector<MYSQL_BIND> binds_;
  std::vector<unsigned long> lengths_;
  std::unique_ptr<Flag[]> nulls_;
};

Rows ReadPreparedRows(MYSQL_STMT* statement) {
  const ResultHandle columns(mysql_stmt_result_metadata(statement));
  if (!columns) return {};
  const Flag widths = 1;
  mysql_stmt_attr_set(statement, STMT_ATTR_UPDATE_MAX_LENGTH, &widths);
  if (mysql_stmt_store_result(statement) != 0) FailStatement(statement);
  // Again, for the widths are known only now.
  const ResultHandle stored(mysql_stmt_result_metadata(statement));
  RowBuffer buffer(statement, stored.get());
  Rows rows;
  for (;;) {
    const int outcome = mysql_stmt_fetch(statement);
    if (outcome == MYSQL_NO_DATA) return rows;
    if (outcome == 1) FailStatement(statement);
    rows.push_back(buffer.Read());
  }
}

}  // namespace

MysqlFailure FailureOf(MYSQL* connection) {
  return {mysql_errno(connection), mysql_sqlstate(connection), mysql_error(connection)};
}

MysqlResult RunMysqlText(MYSQL* connection, std::string_view sql) {
  if (mysql_real_query(connection, sql.data(), sql.size()) != 0) throw FailureOf(connection);
  MysqlResult last;
  for (;;) {
    const ResultHandle result(mysql_store_result(connection));
    if (!result && mysql_errno(connection) != 0) throw FailureOf(connection);
    last.rows = result ? ReadRows(result.get()) : Rows();
    last.changed = static_cast<std::int64_t>(mysql_affected_rows(connection));
    last.warnings = mysql_warning_count(connection);
    const int more = mysql_next_result(connection);
    if (more < 0) return last;
    if (more > 0) throw FailureOf(connection);
  }
}

MysqlResult RunMysqlPrepared(MYSQL* connection, std::string_view sql, const Row& parameters) {
  const StatementHandle statement(mysql_stmt_init(connection));
  if (!statement) throw FailureOf(connection);
  if (mysql_stmt_prepare(statement.get(), sql.data(), sql.size()) != 0) {
    FailStatement(statement.get());
  }
  if (mysql_stmt_param_count(statement.get()) != parameters.size()) {
    throw MysqlFailure{0, "HY000", "the statement has another number of parameters than was given"};
  }
  std::vector<MYSQL_BIND> binds = Bound(parameters);
  if (mysql_stmt_bind_param(statement.get(), binds.data()) != 0) FailStatement(statement.get());
  if (mysql_stmt_execute(statement.get()) != 0) FailStatement(statement.get());
  MysqlResult result;
  result.changed = static_cast<std::int64_t>(mysql_stmt_affected_rows(statement.get()));
  result.warnings = mysql_warning_count(connection);
  result.rows = ReadPreparedRows(statement.get());
  return result;
}

}  // namespace zdm
