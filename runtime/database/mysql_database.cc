// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_database.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "runtime/database/mysql_address.h"
#include "runtime/database/mysql_errors.h"
#include "runtime/database/mysql_result.h"
#include "runtime/database/mysql_session.h"

namespace zdm {
namespace {

constexpr unsigned kInTransaction = SERVER_STATUS_IN_TRANS;
constexpr std::size_t kMostNotices = 1000;
constexpr long long kNoLockTimeout = 31536000;  // a year, the most that both take

struct CloseConnection {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
};
using Connection = std::unique_ptr<MYSQL, CloseConnection>;

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

void SetText(MYSQL* connection, mysql_option option, const std::string& text) {
  if (!text.empty()) mysql_optionsv(connection, option, text.c_str());
}

void SetTls(MYSQL* connection, const MysqlAddress& address) {
  // A socket stays on the machine.
  const bool socket = !address.socket.empty() || (address.host == "localhost" && address.port == 0);
  const bool wanted =
      address.tls != TlsMode::kDisabled && (address.tls != TlsMode::kPreferred || !socket);
  const char use = wanted ? 1 : 0;
  const char verify = address.tls == TlsMode::kVerified ? 1 : 0;
  SetText(connection, MYSQL_OPT_SSL_CA, address.ca);
  SetText(connection, MYSQL_OPT_SSL_CAPATH, address.ca_path);
  SetText(connection, MYSQL_OPT_SSL_CERT, address.certificate);
  SetText(connection, MYSQL_OPT_SSL_KEY, address.key);
  SetText(connection, MYSQL_OPT_SSL_CIPHER, address.cipher);
  SetText(connection, MARIADB_OPT_TLS_VERSION, address.tls_version);
  SetText(connection, MYSQL_SERVER_PUBLIC_KEY, address.public_key);
  mysql_optionsv(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
  mysql_optionsv(connection, MYSQL_OPT_SSL_ENFORCE, &use);
}

/// So that the loss of the peer is noticed in time; the library has no options for it.
void WatchPeer(int socket, std::chrono::seconds peer_timeout) {
  const auto seconds = static_cast<int>(std::max<long long>(peer_timeout.count(), 2));
  const auto set = [&](int level, int name, int value) {
    setsockopt(socket, level, name, &value, sizeof value);  // a unix socket has none of them
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, std::max(seconds / 3, 1));
  set(IPPROTO_TCP, TCP_KEEPINTVL, std::max(seconds / 6, 1));
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1000);
}

[[noreturn]] void FailConnecting(const MysqlFailure& failure) {
  ErrorDetails details;
  details.sqlstate = std::to_string(failure.number);
  details.message = failure.message;
  throw DatabaseError(KindOfMysqlConnectFailure(failure.number, failure.sqlstate, failure.message),
                      std::move(details));
}

Connection Open(const MysqlAddress& address, const ConnectOptions& options) {
  // Before any thread of ours, for it is not safe in two at once.
  static const int library = mysql_library_init(0, nullptr, nullptr);
  Connection connection(library == 0 ? mysql_init(nullptr) : nullptr);
  if (!connection)
    throw DatabaseError(ErrorKind::kOther, {{}, {}, "the client library is not usable", {}, {}});
  MYSQL* handle = connection.get();
  const unsigned timeout =
      static_cast<unsigned>(std::max<long long>(options.connect_timeout.count(), 1));
  const char never = 0;
  const unsigned no_files = 0;
  mysql_optionsv(handle, MYSQL_READ_DEFAULT_GROUP, "zdm");
  mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
  mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &no_files);
  mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_optionsv(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", options.application.c_str());
  SetTls(handle, address);
  if (address.socket.empty() && !address.host.empty() &&
      (address.host != "localhost" || address.port != 0)) {
    const unsigned tcp = MYSQL_PROTOCOL_TCP;
    mysql_optionsv(handle, MYSQL_OPT_PROTOCOL, &tcp);
  }
  const char* host = address.socket.empty() ? OrNull(address.host) : "localhost";
  if (mysql_real_connect(handle, host, OrNull(address.user), OrNull(address.password),
                         OrNull(address.database), address.port, OrNull(address.socket),
                         CLIENT_MULTI_STATEMENTS | CLIENT_FOUND_ROWS) == nullptr) {
    FailConnecting(FailureOf(handle));
  }
  // After an option file had its say: a new session in place of a lost one would have none of our
  // settings, locks and transaction.
  mysql_optionsv(handle, MYSQL_OPT_RECONNECT, &never);
  WatchPeer(static_cast<int>(mysql_get_socket(handle)), options.peer_timeout);
  const bool secret = mysql_get_ssl_cipher(handle) != nullptr;
  if (!secret && (address.tls == TlsMode::kRequired || address.tls == TlsMode::kVerified)) {
    throw DatabaseError(ErrorKind::kAuthentication, {},
                        "the URL asks for a connection with TLS, and the server offers none; turn "
                        "it on there, or take ssl-mode out of the URL");
  }
  return connection;
}

class MysqlDatabase final : public Database {
 public:
  explicit MysqlDatabase(const ConnectOptions& options)
      : options_(options),
        address_(ReadMysqlAddress(options.url)),
        connection_(Open(address_, options)) {
    session_id_ = static_cast<std::int64_t>(mysql_thread_id(connection_.get()));
    info_ = ReadMysqlInfo(*this);
    info_.host = Host();
    PrepareMysqlSession(*this, options);
    notices_.clear();
  }

  const ServerInfo& info() const override { return info_; }
  std::int64_t session_id() const override { return session_id_; }

  Rows Query(std::string_view sql, const Row& parameters) override {
    return Run(sql, parameters).rows;
  }

  std::int64_t Execute(std::string_view sql, const Row& parameters) override {
    return Run(sql, parameters).changed;
  }

  void Begin() override {
    Run("START TRANSACTION", {});
    state_ = TransactionState::kOpen;
  }

  void Commit() override {
    RequireUsable("COMMIT");
    ending_ = true;
    Run("COMMIT", {});
    ending_ = false;
    state_ = TransactionState::kIdle;
  }

  void Rollback() noexcept override {
    for (int attempt = 0; attempt < 3 && state_ != TransactionState::kLost; ++attempt) {
      try {
        state_ = TransactionState::kIdle;
        Run("ROLLBACK", {});
        return;
      } catch (const std::exception&) {
        continue;
      }
    }
    state_ = TransactionState::kLost;
  }

  TransactionState transaction_state() const override { return state_; }

  void SetLockTimeout(std::chrono::milliseconds timeout) override {
    const long long seconds =
        timeout.count() == 0 ? kNoLockTimeout : (timeout.count() + 999) / 1000;
    Run(fmt::format("SET SESSION lock_wait_timeout = {0}, SESSION innodb_lock_wait_timeout = {0}",
                    seconds),
        {});
  }

  void Cancel() noexcept override {
    // Held until the server has heard of it: the statement's end waits for that, so that the next
    // statement is never hit in its place.
    const std::lock_guard<std::mutex> lock(running_mutex_);
    if (!running_) return;
    try {
      const Connection killer = Open(address_, options_);
      RunMysqlText(killer.get(), fmt::format("KILL QUERY {}", session_id_));
    } catch (const DatabaseError&) {
      // The server takes no more connections or is gone: the statement's own error tells.
    } catch (const MysqlFailure&) {
      // Nothing left to kill.
    } catch (const std::exception&) {
      // Out of memory.
    }
  }

  std::vector<std::string> TakeNotices() override { return std::exchange(notices_, {}); }

  std::string QuoteName(std::string_view name) const override {
    std::string quoted = "`";
    for (char c : name) quoted += c == '`' ? std::string("``") : std::string(1, c);
    return quoted + "`";
  }

  std::string QuoteText(std::string_view text) const override {
    std::string quoted = "'";
    for (char c : text) {
      if (c == '\'' || c == '\\') quoted += c;
      if (c == '\0') {
        quoted += "\\0";
      } else {
        quoted += c;
      }
    }
    return quoted + "'";
  }

 private:
  std::string Host() const {
    const MYSQL* handle = connection_.get();
    if (handle->unix_socket != nullptr) return handle->unix_socket;
    return fmt::format("{}:{}", handle->host == nullptr ? "" : handle->host, handle->port);
  }

  bool InTransaction() const { return (connection_->server_status & kInTransaction) != 0; }

  void RequireUsable(std::string_view statement) const {
    if (state_ == TransactionState::kLost) {
      throw DatabaseError(ErrorKind::kConnectionLost, {"", std::string(statement), "", "", ""});
    }
    if (state_ == TransactionState::kFailed) {
      throw DatabaseError(ErrorKind::kOther, {"", std::string(statement), "", "", ""},
                          "after a statement failed in a transaction, nothing but its rollback is "
                          "taken");
    }
  }

  MysqlResult Run(std::string_view sql, const Row& parameters) {
    RequireUsable(sql);
    MysqlResult result;
    try {
      const Running running(*this);
      result = parameters.empty() ? RunMysqlText(connection_.get(), sql)
                                  : RunMysqlPrepared(connection_.get(), sql, parameters);
    } catch (const MysqlFailure& failure) {
      Fail(failure, sql);
    }
    if (state_ == TransactionState::kOpen && !ending_ && !InTransaction()) {
      state_ = TransactionState::kFailed;
      throw DatabaseError(
          ErrorKind::kOther, {"", std::string(sql), "", "", ""},
          fmt::format("a statement inside a transaction has committed it: {}", sql));
    }
    if (result.warnings != 0) KeepWarnings();
    return result;
  }

  void KeepWarnings() {
    try {
      for (Row& row : RunMysqlText(connection_.get(), "SHOW WARNINGS").rows) {
        if (notices_.size() < kMostNotices && row.size() > 2) {
          notices_.push_back(std::move(row[2]).value_or(""));
        }
      }
    } catch (const MysqlFailure& failure) {
      Fail(failure, "SHOW WARNINGS");
    }
  }

  [[noreturn]] void Fail(const MysqlFailure& failure, std::string_view statement) {
    ErrorDetails details;
    details.sqlstate = failure.number == 0 ? "" : std::to_string(failure.number);
    details.statement = statement;
    details.message = failure.message;
    ending_ = false;
    const ErrorKind kind = KindOfMysqlError(failure.number, failure.sqlstate, failure.message);
    if (kind == ErrorKind::kConnectionLost) {
      state_ = TransactionState::kLost;
    } else if (state_ == TransactionState::kOpen) {
      state_ = TransactionState::kFailed;
    }
    throw DatabaseError(kind, std::move(details));
  }

  /// While one lives, Cancel has something to cancel.
  class Running {
   public:
    explicit Running(MysqlDatabase& database) : database_(database) { Set(true); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { Set(false); }

   private:
    void Set(bool running) {
      const std::lock_guard<std::mutex> lock(database_.running_mutex_);
      database_.running_ = running;
    }
    MysqlDatabase& database_;
  };

  ConnectOptions options_;
  MysqlAddress address_;
  Connection connection_;
  ServerInfo info_;
  std::int64_t session_id_ = 0;
  TransactionState state_ = TransactionState::kIdle;
  bool ending_ = false;  ///< COMMIT is at work
  std::vector<std::string> notices_;
  std::mutex running_mutex_;
  bool running_ = false;
};

}  // namespace

std::unique_ptr<Database> ConnectMysql(const ConnectOptions& options) {
  try {
    return std::make_unique<MysqlDatabase>(options);
  } catch (const DatabaseError& error) {
    if (error.kind() != ErrorKind::kConnectionLost) throw;
    throw DatabaseError(ErrorKind::kUnreachable,
                        {error.sqlstate(), "", error.message(), error.detail(), error.hint()});
  }
}

}  // namespace zdm
