// SPDX-License-Identifier: Apache-2.0
#include <mysql.h>

#include <array>
#include <map>
#include <stdexcept>
#include <type_traits>

#include "tests/live/traffic/link.h"

namespace zdm::test {
namespace {

using Flag = std::remove_pointer_t<decltype(MYSQL_BIND::is_null)>;

constexpr std::size_t kWidest = 4096;  // of the values in these tests

class MysqlLink : public Link {
 public:
  MysqlLink(const TestDatabase& database, bool prepared)
      : handle_(mysql_init(nullptr)), prepared_(prepared) {
    mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const std::string socket = database.server().folder() + "/mysqld.sock";
    if (mysql_real_connect(handle_, "localhost", "app", "secret", database.name().c_str(), 0,
                           socket.c_str(), CLIENT_FOUND_ROWS) != nullptr) {
      return;
    }
    const std::string error = mysql_error(handle_);
    mysql_close(handle_);
    throw std::runtime_error(error);
  }
  ~MysqlLink() override {
    for (const auto& [sql, statement] : statements_) mysql_stmt_close(statement);
    mysql_close(handle_);
  }
  MysqlLink(const MysqlLink&) = delete;
  MysqlLink& operator=(const MysqlLink&) = delete;

  bool alive() const override { return alive_; }

  LinkAnswer Send(const std::string& sql, const std::vector<Value>& values) override {
    return prepared_ ? SendPrepared(sql, values) : SendText(sql, values);
  }

 private:
  LinkAnswer Failed(unsigned number, const std::string& error) {
    alive_ = number < 2000 || number >= 3000;
    LinkAnswer answer;
    answer.error = std::to_string(number) + ": " + error;
    answer.excused = number == 1213 || number == 1412;
    return answer;
  }

  /// One row for each that was written.
  static void Written(LinkAnswer& answer, my_ulonglong rows, my_ulonglong id) {
    for (my_ulonglong i = 0; i < rows; ++i) answer.rows.push_back({std::to_string(id)});
  }

  LinkAnswer SendText(const std::string& sql, const std::vector<Value>& values) {
    std::string text;
    std::size_t next = 0;
    for (const char c : sql) {
      if (c != '?') {
        text += c;
        continue;
      }
      const Value& value = values.at(next++);
      text += value ? "'" + Escaped(*value) + "'" : "NULL";
    }
    if (mysql_real_query(handle_, text.data(), text.size()) != 0) {
      return Failed(mysql_errno(handle_), mysql_error(handle_));
    }
    LinkAnswer answer;
    MYSQL_RES* result = mysql_store_result(handle_);
    if (result == nullptr) {
      Written(answer, mysql_affected_rows(handle_), mysql_insert_id(handle_));
      return answer;
    }
    while (MYSQL_ROW row = mysql_fetch_row(result)) {
      const unsigned long* lengths = mysql_fetch_lengths(result);
      std::vector<Value> one;
      for (unsigned i = 0; i < mysql_num_fields(result); ++i) {
        one.push_back(row[i] == nullptr ? Value() : Value(std::string(row[i], lengths[i])));
      }
      answer.rows.push_back(std::move(one));
    }
    mysql_free_result(result);
    return answer;
  }

  std::string Escaped(const std::string& text) {
    std::string escaped(2 * text.size() + 1, '\0');
    escaped.resize(mysql_real_escape_string(handle_, escaped.data(), text.data(), text.size()));
    return escaped;
  }

  LinkAnswer SendPrepared(const std::string& sql, const std::vector<Value>& values) {
    MYSQL_STMT*& statement = statements_[sql];
    if (statement == nullptr) {
      statement = mysql_stmt_init(handle_);
      if (mysql_stmt_prepare(statement, sql.data(), sql.size()) != 0) {
        const LinkAnswer failed = Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
        mysql_stmt_close(statement);
        statements_.erase(sql);
        return failed;
      }
    }
    std::vector<MYSQL_BIND> binds(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      binds[i].buffer_type = values[i] ? MYSQL_TYPE_STRING : MYSQL_TYPE_NULL;
      if (!values[i]) continue;
      binds[i].buffer = const_cast<char*>(values[i]->data());  // NOLINT: never written to
      binds[i].buffer_length = values[i]->size();
    }
    if (mysql_stmt_bind_param(statement, binds.data()) != 0 || mysql_stmt_execute(statement) != 0) {
      return Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
    }
    LinkAnswer answer;
    if (mysql_stmt_field_count(statement) == 0) {
      Written(answer, mysql_stmt_affected_rows(statement), mysql_stmt_insert_id(statement));
      return answer;
    }
    return Fetched(statement);
  }

  LinkAnswer Fetched(MYSQL_STMT* statement) {
    const unsigned count = mysql_stmt_field_count(statement);
    std::vector<std::array<char, kWidest>> texts(count);
    std::vector<unsigned long> lengths(count);
    const auto nulls = std::make_unique<Flag[]>(count);
    std::vector<MYSQL_BIND> binds(count);
    for (unsigned i = 0; i < count; ++i) {
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = texts[i].data();
      binds[i].buffer_length = kWidest;
      binds[i].length = &lengths[i];
      binds[i].is_null = &nulls[i];
    }
    LinkAnswer answer;
    int outcome = mysql_stmt_bind_result(statement, binds.data()) != 0 ? 1 : 0;
    if (outcome == 0) outcome = mysql_stmt_store_result(statement);
    while (outcome == 0 && (outcome = mysql_stmt_fetch(statement)) == 0) {
      std::vector<Value> one;
      for (unsigned i = 0; i < count; ++i) {
        one.push_back(nulls[i] != 0 ? Value() : Value(std::string(texts[i].data(), lengths[i])));
      }
      answer.rows.push_back(std::move(one));
    }
    if (outcome != MYSQL_NO_DATA) {
      return Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
    }
    mysql_stmt_free_result(statement);
    return answer;
  }

  MYSQL* handle_;
  bool prepared_;
  bool alive_ = true;
  std::map<std::string, MYSQL_STMT*> statements_;
};

}  // namespace

std::unique_ptr<Link> ConnectMysqlLink(const TestDatabase& database, bool prepared) {
  return std::make_unique<MysqlLink>(database, prepared);
}

}  // namespace zdm::test
