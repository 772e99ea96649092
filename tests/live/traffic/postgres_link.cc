// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <libpq-fe.h>

#include <map>
#include <stdexcept>

#include "tests/live/traffic/link.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// `?` as $1, $2, ...; writes give back ids, in one type whatever the key's is.
std::string InPostgres(const std::string& sql) {
  std::string text;
  int number = 0;
  for (const char c : sql) text += c == '?' ? fmt::format("${}", ++number) : std::string(1, c);
  return text.rfind("SELECT", 0) == 0 ? text : text + " RETURNING id::bigint";
}

class PostgresLink : public Link {
 public:
  PostgresLink(const std::string& url, bool prepared)
      : handle_(PQconnectdb(url.c_str())), prepared_(prepared) {
    if (PQstatus(handle_) == CONNECTION_OK) return;
    const std::string error = PQerrorMessage(handle_);
    PQfinish(handle_);
    throw std::runtime_error(error);
  }
  ~PostgresLink() override { PQfinish(handle_); }
  PostgresLink(const PostgresLink&) = delete;
  PostgresLink& operator=(const PostgresLink&) = delete;

  bool alive() const override { return PQstatus(handle_) == CONNECTION_OK; }

  LinkAnswer Send(const std::string& sql, const std::vector<Value>& values) override {
    PGresult* result = Execute(InPostgres(sql), values);
    LinkAnswer answer;
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      answer.error = Trimmed(PQresultErrorMessage(result));
      if (answer.error.empty()) answer.error = "no answer";
    }
    for (int row = 0; row < PQntuples(result); ++row) {
      std::vector<Value> one;
      for (int column = 0; column < PQnfields(result); ++column) {
        one.push_back(PQgetisnull(result, row, column) != 0 ? Value()
                                                            : PQgetvalue(result, row, column));
      }
      answer.rows.push_back(std::move(one));
    }
    PQclear(result);
    return answer;
  }

 private:
  PGresult* Execute(const std::string& sql, const std::vector<Value>& values) {
    std::vector<const char*> texts;
    for (const Value& value : values) texts.push_back(value ? value->c_str() : nullptr);
    const int count = static_cast<int>(values.size());
    if (!prepared_) {
      return PQexecParams(handle_, sql.c_str(), count, nullptr, texts.data(), nullptr, nullptr, 0);
    }
    std::string& name = names_[sql];
    if (name.empty()) {
      name = fmt::format("p{}", names_.size());
      PGresult* made = PQprepare(handle_, name.c_str(), sql.c_str(), 0, nullptr);
      if (PQresultStatus(made) != PGRES_COMMAND_OK) return made;
      PQclear(made);
    }
    return PQexecPrepared(handle_, name.c_str(), count, texts.data(), nullptr, nullptr, 0);
  }

  PGconn* handle_;
  bool prepared_;
  std::map<std::string, std::string> names_;  ///< of prepared statements
};

}  // namespace

std::unique_ptr<Link> ConnectPostgresLink(const std::string& url, bool prepared) {
  return std::make_unique<PostgresLink>(url, prepared);
}

}  // namespace zdm::test
