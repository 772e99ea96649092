// SPDX-License-Identifier: Apache-2.0
// The only user of libpqxx. Written for 6.4, compiles with 7: the differences are in the few lines
// under PQXX_VERSION_MAJOR.
#include "runtime/database/postgres_database.h"

#include <fmt/format.h>

#include <pqxx/pqxx>
#include <utility>

#include "runtime/database/postgres_errors.h"
#include "runtime/database/postgres_refusal.h"
#include "runtime/database/postgres_session.h"

namespace zdm {
namespace {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#if PQXX_VERSION_MAJOR < 7
using AnyConnection = pqxx::connection_base;

// libpqxx 6 opens a new session by itself when the old one is gone, without our settings, locks and
// transaction. From here on it may not; 7 never does.
void ForbidReconnecting(pqxx::connection& connection) {
  connection.inhibit_reactivation(true);
}

pqxx::result ExecuteBound(pqxx::transaction_base& work, const std::string& sql,
                          const Row& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Value& value : parameters) values.push_back(value ? value->c_str() : nullptr);
  return work.exec_params(sql, pqxx::prepare::make_dynamic_params(values));
}
#else
using AnyConnection = pqxx::connection;

void ForbidReconnecting(pqxx::connection&) {}

pqxx::result ExecuteBound(pqxx::transaction_base& work, const std::string& sql,
                          const Row& parameters) {
  pqxx::params values;
  for (const Value& value : parameters) values.append(value);
  return work.exec_params(sql, values);
}
#endif
#pragma GCC diagnostic pop

class NoticeKeeper final : public pqxx::errorhandler {
 public:
  explicit NoticeKeeper(AnyConnection& connection) : pqxx::errorhandler(connection) {}
  bool operator()(const char* message) noexcept override {
    try {
      if (notices_.size() < kMostNotices) notices_.push_back(SplitMessage(message).message);
    } catch (const std::bad_alloc&) {
      notices_.clear();
    }
    return false;  // nobody else prints it
  }
  std::vector<std::string> Take() { return std::exchange(notices_, {}); }

 private:
  static constexpr std::size_t kMostNotices = 1000;  // a trigger of the user's may raise one a row

  std::vector<std::string> notices_;
};

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const ConnectOptions& options)
      : connection_(PostgresConnectString(options)), notices_(connection_), work_(connection_) {
    ForbidReconnecting(connection_);
    session_id_ = connection_.backendpid();
    // Before any SET: behind a pooler it would change a session that the application gets next.
    if (QueryValue(*this, "SELECT pg_catalog.pg_backend_pid()") != std::to_string(session_id_)) {
      throw DatabaseError(ErrorKind::kPooler, {},
                          "a connection pooler sits between zdm and the server, and it would lend "
                          "zdm's settings and locks to other sessions; name the server's own "
                          "address in --db instead of the pooler's");
    }
    info_ = ReadPostgresInfo(*this);
    info_.host = Host();
    PreparePostgresSession(*this, options);
    notices_.Take();
  }

  const ServerInfo& info() const override { return info_; }
  std::int64_t session_id() const override { return session_id_; }

  Rows Query(std::string_view sql, const Row& parameters) override {
    const pqxx::result result = Run(sql, parameters);
    Rows rows;
    rows.reserve(static_cast<std::size_t>(result.size()));
    for (const pqxx::row& from : result) {
      Row& row = rows.emplace_back();
      row.reserve(static_cast<std::size_t>(from.size()));
      for (const pqxx::field& field : from) {
        row.push_back(field.is_null() ? Value() : Value(std::string(field.c_str(), field.size())));
      }
    }
    return rows;
  }

  std::int64_t Execute(std::string_view sql, const Row& parameters) override {
    return static_cast<std::int64_t>(Run(sql, parameters).affected_rows());
  }

  void Begin() override {
    Run("BEGIN", {});
    state_ = TransactionState::kOpen;
  }

  void Commit() override {
    if (state_ == TransactionState::kFailed) {
      // COMMIT would answer ROLLBACK and call it a success.
      throw DatabaseError(ErrorKind::kOther, {},
                          "a transaction in which a statement failed cannot be committed");
    }
    Run("COMMIT", {});
    state_ = TransactionState::kIdle;
  }

  void Rollback() noexcept override {
    // A cancel that comes late can hit the ROLLBACK itself: once more then.
    for (int attempt = 0; attempt < 3 && state_ != TransactionState::kLost; ++attempt) {
      try {
        Run("ROLLBACK", {});
        state_ = TransactionState::kIdle;
        return;
      } catch (const std::exception&) {
        continue;
      }
    }
    state_ = TransactionState::kLost;
  }

  TransactionState transaction_state() const override { return state_; }

  void SetLockTimeout(std::chrono::milliseconds timeout) override {
    Run(fmt::format("SET lock_timeout = {}", timeout.count()), {});
  }

  void Cancel() noexcept override {
    try {
      connection_.cancel_query();
    } catch (const std::exception&) {
      // The session is gone or the server takes no more connections: nothing left to cancel, or
      // the statement's own error tells.
    }
  }

  std::vector<std::string> TakeNotices() override { return notices_.Take(); }

  std::string QuoteName(std::string_view name) const override { return Doubled(name, '"'); }

  std::string QuoteText(std::string_view text) const override {
    return Doubled(text, '\'');  // standard_conforming_strings is on
  }

 private:
  static std::string Doubled(std::string_view text, char quote) {
    std::string quoted(1, quote);
    for (char c : text) quoted += c == quote ? std::string(2, c) : std::string(1, c);
    return quoted + quote;
  }

  std::string Host() {
    const char* host = connection_.hostname();
    const char* port = connection_.port();
    return fmt::format("{}:{}", host == nullptr ? "" : host, port == nullptr ? "" : port);
  }

  pqxx::result Run(std::string_view sql, const Row& parameters) {
    const std::string statement(sql);
    if (state_ == TransactionState::kLost || !connection_.is_open()) Lost(statement, "");
    try {
      pqxx::result result =
          parameters.empty() ? work_.exec(statement) : ExecuteBound(work_, statement, parameters);
      // Only ROLLBACK TO a savepoint succeeds in a failed transaction.
      if (state_ == TransactionState::kFailed) state_ = TransactionState::kOpen;
      return result;
    } catch (const pqxx::deadlock_detected& error) {
      Fail("40P01", statement, error.what());
    } catch (const pqxx::serialization_failure& error) {
      Fail("40001", statement, error.what());
    } catch (const pqxx::transaction_rollback& error) {
      Fail("40000", statement, error.what());
    } catch (const pqxx::insufficient_privilege& error) {
      Fail("42501", statement, error.what());  // 6.4 forgets to pass the SQLSTATE on
    } catch (const pqxx::sql_error& error) {
      // Without a SQLSTATE it is the client library that speaks: the server is gone.
      if (error.sqlstate().empty()) Lost(statement, error.what());
      Fail(error.sqlstate(), statement, error.what());
    } catch (const pqxx::failure& error) {
      Lost(statement, error.what());
    }
  }

  [[noreturn]] void Lost(const std::string& statement, const std::string& message) {
    state_ = TransactionState::kLost;
    ErrorDetails details = SplitMessage(message);
    // What libpqxx 6 says when it looks at a result without a connection: no news.
    if (details.message.find("not connected") != std::string::npos) details.message.clear();
    details.statement = statement;
    throw DatabaseError(ErrorKind::kConnectionLost, std::move(details));
  }

  [[noreturn]] void Fail(const std::string& sqlstate, const std::string& statement,
                         const std::string& message) {
    if (!connection_.is_open()) Lost(statement, message);
    if (state_ == TransactionState::kOpen) state_ = TransactionState::kFailed;
    ErrorDetails details = SplitMessage(message);
    details.sqlstate = sqlstate;
    details.statement = statement;
    throw DatabaseError(KindOfSqlstate(sqlstate), std::move(details));
  }

  pqxx::connection connection_;
  NoticeKeeper notices_;
  pqxx::nontransaction work_;
  ServerInfo info_;
  std::int64_t session_id_ = 0;
  TransactionState state_ = TransactionState::kIdle;
};

}  // namespace

std::unique_ptr<Database> ConnectPostgres(const ConnectOptions& options) {
  try {
    return std::make_unique<PostgresDatabase>(options);
  } catch (const pqxx::failure& error) {
    ErrorDetails details;
    details.message = ConnectFailureText(error.what());
    ErrorKind kind = KindOfConnectFailure(details.message);
    if (kind == ErrorKind::kUnreachable && ServerSaid(details.message)) {
      details.sqlstate = SqlstateOfRefusal(PostgresConnectString(options), options.connect_timeout);
      kind = KindOfRefusal(details.sqlstate);
    }
    throw DatabaseError(kind, std::move(details));
  }
}

}  // namespace zdm
