// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_session.h"

#include <libpq-fe.h>

#include <stdexcept>

#include "tests/support/text.h"

namespace zdm::test {
namespace {

class PostgresSession : public Session {
 public:
  explicit PostgresSession(PGconn* connection) : connection_(connection) {}
  ~PostgresSession() override { PQfinish(connection_); }
  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;

  Answer Run(const std::string& sql) override;
  int BackendId() const override { return PQbackendPID(connection_); }

 private:
  PGconn* connection_;
};

Answer PostgresSession::Run(const std::string& sql) {
  Answer answer;
  PGresult* result = PQexec(connection_, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
    const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    answer.code = code == nullptr ? "" : code;
    answer.error = Trimmed(PQresultErrorMessage(result));
    if (answer.error.empty()) answer.error = Trimmed(PQerrorMessage(connection_));
    if (answer.error.empty()) answer.error = "unexpected answer";
    answer.connection_lost = PQstatus(connection_) != CONNECTION_OK;
  }
  for (int row = 0; row < PQntuples(result); ++row) {
    Row values;
    for (int column = 0; column < PQnfields(result); ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        values.emplace_back(std::nullopt);
      } else {
        values.emplace_back(
            std::string(PQgetvalue(result, row, column),
                        static_cast<std::size_t>(PQgetlength(result, row, column))));
      }
    }
    answer.rows.push_back(std::move(values));
  }
  PQclear(result);
  return answer;
}

}  // namespace

std::unique_ptr<Session> ConnectPostgres(const std::string& url) {
  PGconn* connection = PQconnectdb(url.c_str());
  if (PQstatus(connection) != CONNECTION_OK) {
    const std::string error = Trimmed(PQerrorMessage(connection));
    PQfinish(connection);
    throw std::runtime_error(error);
  }
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  return std::make_unique<PostgresSession>(connection);
}

}  // namespace zdm::test
