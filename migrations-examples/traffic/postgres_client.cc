// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <libpq-fe.h>

#include <set>
#include <stdexcept>

#include "migrations-examples/traffic/client.h"

namespace zdm::traffic {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// pg_blocking_pids() counts sessions ahead in the queue too, so one that waits behind our waiting
// lock is seen. `waitstart` exists since 14.
constexpr const char* kLongestWait = R"(
  select coalesce(max(extract(epoch from clock_timestamp() - w.waitstart)) * 1000, 0)
  from pg_catalog.pg_locks w
  where not w.granted
    and not exists (select from pg_catalog.pg_stat_activity me
                    where me.pid = w.pid and me.application_name like 'zdm%')
    and exists (select from pg_catalog.pg_stat_activity us
                where us.pid = any (pg_catalog.pg_blocking_pids(w.pid))
                  and us.application_name like 'zdm%'))";

class PostgresClient final : public Client {
 public:
  PostgresClient(const std::string& url, const std::vector<Statement>& workload, bool prepared)
      : workload_(workload), prepared_(prepared), connection_(PQconnectdb(url.c_str()), &PQfinish) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      throw std::runtime_error(PQerrorMessage(connection_.get()));
    }
  }

  std::string Run(std::size_t index, const std::vector<std::string>& values) override {
    return prepared_ ? RunPrepared(index, values) : RunSimple(index, values);
  }

  bool alive() const override { return PQstatus(connection_.get()) == CONNECTION_OK; }

  double LongestWaitBehindZdm() override {
    Result result(PQexec(connection_.get(), kLongestWait), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return 0;
    return std::stod(PQgetvalue(result.get(), 0, 0));
  }

 private:
  std::string RunSimple(std::size_t index, const std::vector<std::string>& values) {
    const Statement& statement = workload_[index];
    std::string sql = statement.pieces[0];
    for (std::size_t i = 0; i < values.size(); ++i) {
      bool text = statement.parameters[i].kind == Parameter::Kind::kText;
      sql += text ? "'" + values[i] + "'" : values[i];
      sql += statement.pieces[i + 1];
    }
    return Outcome(PQexec(connection_.get(), sql.c_str()));
  }

  std::string RunPrepared(std::size_t index, const std::vector<std::string>& values) {
    const std::string name = fmt::format("s{}", index);
    if (ready_.insert(index).second) {
      std::string error = Outcome(PQprepare(connection_.get(), name.c_str(),
                                            Numbered(workload_[index]).c_str(), 0, nullptr));
      if (!error.empty()) return error;
    }
    std::vector<const char*> pointers;
    for (const std::string& value : values) pointers.push_back(value.c_str());
    return Outcome(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                                  pointers.data(), nullptr, nullptr, 0));
  }

  static std::string Numbered(const Statement& statement) {
    std::string sql = statement.pieces[0];
    for (std::size_t i = 0; i < statement.parameters.size(); ++i) {
      bool text = statement.parameters[i].kind == Parameter::Kind::kText;
      sql += fmt::format("${}::{}", i + 1, text ? "text" : "integer") + statement.pieces[i + 1];
    }
    return sql;
  }

  static std::string Outcome(PGresult* raw) {
    Result result(raw, &PQclear);
    ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return "";
    const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    return fmt::format("{}: {}", state ? state : "connection", PQresultErrorMessage(result.get()));
  }

  const std::vector<Statement>& workload_;
  bool prepared_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  std::set<std::size_t> ready_;
};

}  // namespace

std::unique_ptr<Client> ConnectPostgresClient(const std::string& url,
                                              const std::vector<Statement>& workload,
                                              bool prepared) {
  return std::make_unique<PostgresClient>(url, workload, prepared);
}

}  // namespace zdm::traffic
