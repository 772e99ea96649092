// SPDX-License-Identifier: Apache-2.0
// One session with one database: the resource behind which each family of servers stands.
// Statements are text that somebody else wrote; nothing here knows what they do.
//
// A session is never replaced by another one behind the caller's back: once the server's process is
// gone, every call throws DatabaseError(kConnectionLost). All calls but Cancel belong to one
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/database/errors.h"
#include "runtime/plan/dialect.h"

namespace zdm {

/// A value as the server prints it; SQL NULL is nullopt.
using Value = std::optional<std::string>;
using Row = std::vector<Value>;
using Rows = std::vector<Row>;

enum class TransactionState {
  kIdle,    ///< none open
  kOpen,    ///< open and usable
  kFailed,  ///< open, a statement failed: only Rollback helps
  kLost,    ///< the session is gone
};

struct ServerInfo {
  Dialect dialect{};
  int version = 0;           ///< as the server numbers it (150020, 101119)
  std::string version_text;  ///< for people: "15.20"
  std::string database;      ///< name of the database
  std::string user;          ///< role that we run as
  std::string host;          ///< for people: "127.0.0.1:5432" or the socket's path
  /// The database itself, whatever its address: the same text for the same database of the same
  /// server, another one after a restore into another server.
  std::string identity;
};

class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  virtual const ServerInfo& info() const = 0;
  /// The server's number of this session, as its list of sessions shows it.
  virtual std::int64_t session_id() const = 0;

  /// Runs one statement, its parameters (in the server's own spelling: $1 or ?) bound to
  /// `parameters`, and returns its rows. Without parameters `sql` may hold several statements; the
  /// rows are those of the last one.
  virtual Rows Query(std::string_view sql, const Row& parameters = {}) = 0;
  /// The same, for the number of rows that the (last) statement changed.
  virtual std::int64_t Execute(std::string_view sql, const Row& parameters = {}) = 0;

  virtual void Begin() = 0;
  virtual void Commit() = 0;
  /// Never throws: on a lost session there is nothing left to roll back.
  virtual void Rollback() noexcept = 0;
  virtual TransactionState transaction_state() const = 0;

  /// Lock timeout of the session, until changed; 0: none.
  virtual void SetLockTimeout(std::chrono::milliseconds timeout) = 0;

  /// Asks the server to end the running statement, which then throws kCancelled. From any thread;
  /// nothing happens when none is running.
  virtual void Cancel() noexcept = 0;

  /// Warnings and notices of the server since the last call, as it words them.
  virtual std::vector<std::string> TakeNotices() = 0;

  /// `name` as an identifier of this server, `text` as a literal of it.
  virtual std::string QuoteName(std::string_view name) const = 0;
  virtual std::string QuoteText(std::string_view text) const = 0;
};

/// Rolls back at the end of its scope unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) { database_.Begin(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (!ended_) database_.Rollback();
  }
  void Commit() {
    database_.Commit();
    ended_ = true;
  }

 private:
  Database& database_;
  bool ended_ = false;
};

struct ConnectOptions {
  /// "" : ZDM_DATABASE_URL, else DATABASE_URL, else the server's own conventions (see
  /// connection_url.h: ResolveUrl).
  std::string url;
  std::string application = "zdm";  ///< shown by the server beside our sessions
  std::chrono::milliseconds lock_timeout{100};
  std::chrono::seconds connect_timeout{10};
  /// How soon a session notices that its peer is gone: half of it each for keepalives and data.
  std::chrono::seconds peer_timeout{30};
};

/// The first text of the first row; nullopt for NULL or no row.
Value QueryValue(Database& database, std::string_view sql, const Row& parameters = {});

}  // namespace zdm
