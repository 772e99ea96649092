// SPDX-License-Identifier: Apache-2.0
// What can go wrong on a server, sorted by what the caller does next. Thrown by database.h only,
// caught in one place a program: the step loop, or main.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "runtime/plan/code.h"
#include "runtime/plan/exit_code.h"

namespace zdm {

enum class ErrorKind {
  kLockTimeout,     ///< a lock was not granted in time: back off and try again
  kRetry,           ///< deadlock or serialization failure: try the transaction again at once
  kConnectionLost,  ///< the session is gone, the outcome of the last statement unknown
  kUnreachable,     ///< no session to be had: down, starting, full, wrong address
  kAuthentication,  ///< wrong password, unknown role, not let in
  kNoSuchDatabase,  ///< the server is there, the database is not
  kPermission,      ///< a right is missing
  kDiskFull,        ///< the server ran out of disk or memory
  kReadOnly,        ///< read-only or a replica
  kCancelled,       ///< Cancel(), statement timeout or an administrator ended the statement
  kData,            ///< a value or a constraint: the rows are not as the statement needs them
  kPooler,          ///< a pooler sits between us and the server
  kServerVersion,   ///< older or newer than what zdm knows
  kUsage,           ///< a URL that cannot be read, an option that does not fit
  kOther,           ///< the statement is wrong for this catalog
};

struct ErrorDetails {
  std::string sqlstate;   ///< five characters (or the server's number), "" where there is none
  std::string statement;  ///< what was running, "" when connecting
  std::string message;    ///< the server's own primary message
  std::string detail;
  std::string hint;
};

/// what() is one sentence for people: what happened, where, the way out. Passwords never appear.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(ErrorKind kind, ErrorDetails details);
  /// With a sentence of one's own instead of the one that the kind gives.
  DatabaseError(ErrorKind kind, ErrorDetails details, const std::string& sentence);

  ErrorKind kind() const { return kind_; }
  const std::string& sqlstate() const { return details_.sqlstate; }
  const std::string& statement() const { return details_.statement; }
  const std::string& message() const { return details_.message; }
  const std::string& detail() const { return details_.detail; }
  const std::string& hint() const { return details_.hint; }

 private:
  ErrorKind kind_;
  ErrorDetails details_;
};

/// The exit status of a command that this error ended.
ExitCode ExitCodeOf(ErrorKind kind);
/// The code printed with it.
const Code& CodeOf(ErrorKind kind);
std::string_view ToString(ErrorKind kind);

/// Whether the same command, run again with nothing changed, may succeed.
bool IsTransient(ErrorKind kind);

}  // namespace zdm
