// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/errors.h"

#include <fmt/format.h>

#include "runtime/database/connection_url.h"
#include "runtime/plan/runtime_codes.h"

namespace zdm {
namespace {

struct KindFacts {
  ErrorKind kind;
  std::string_view name;
  ExitCode exit;
  Code code;
  bool transient;
  std::string_view what;     ///< begins the sentence
  std::string_view way_out;  ///< ends it
};

constexpr KindFacts kFacts[] = {
    {ErrorKind::kLockTimeout, "lock timeout", ExitCode::kLockBudget, codes::kLockTimeout, true,
     "a lock was not granted in time", "nothing is left behind; run the same command again"},
    {ErrorKind::kRetry, "retry", ExitCode::kLockBudget, codes::kRetry, true,
     "another session's work crossed ours", "nothing is left behind; run the same command again"},
    {ErrorKind::kConnectionLost, "connection lost", ExitCode::kUnreachable, codes::kConnectionLost,
     true, "the connection to the database was lost",
     "the state is recorded; run the same command again when the server answers"},
    {ErrorKind::kUnreachable, "unreachable", ExitCode::kUnreachable, codes::kUnreachable, true,
     "the database cannot be reached",
     "check that the server runs and that --db names its address, then run the same command again"},
    {ErrorKind::kAuthentication, "authentication", ExitCode::kFailed, codes::kAuthentication, false,
     "the database refused the login",
     "check the user and password of --db, the server's own password file, and who may connect"},
    {ErrorKind::kNoSuchDatabase, "no such database", ExitCode::kFailed, codes::kNoSuchDatabase,
     false, "the server has no such database", "check the name at the end of the URL"},
    {ErrorKind::kPermission, "permission", ExitCode::kFailed, codes::kPermission, false,
     "a right is missing",
     "grant it, or run as a role that owns what the plan touches, then run the same command again"},
    {ErrorKind::kDiskFull, "disk full", ExitCode::kFailed, codes::kDiskFull, false,
     "the server ran out of space",
     "the state is recorded; make room on the server, then run the same command again"},
    {ErrorKind::kReadOnly, "read-only", ExitCode::kUnreachable, codes::kReadOnly, true,
     "the database takes no writes", "name the writable primary in --db"},
    {ErrorKind::kCancelled, "cancelled", ExitCode::kFailed, codes::kCancelled, true,
     "the statement was cancelled", "the state is recorded; run the same command again"},
    {ErrorKind::kData, "data", ExitCode::kData, codes::kDataError, false, "the data does not fit",
     "fix the rows named, then run the same command again"},
    {ErrorKind::kPooler, "pooler", ExitCode::kFailed, codes::kPooler, false,
     "a connection pooler is in the way",
     "name the server's own address in --db instead of the pooler's"},
    {ErrorKind::kServerVersion, "server version", ExitCode::kFailed, codes::kServerVersion, false,
     "zdm does not support this server", "use a version of zdm that knows it"},
    {ErrorKind::kUsage, "usage", ExitCode::kUsage, codes::kBadUrl, false,
     "the database URL cannot be read", "see `zdm --help` for its form"},
    {ErrorKind::kOther, "other", ExitCode::kFailed, codes::kSqlError, false,
     "the server refused a statement",
     "the state is recorded; fix what the server names, then run the same command again"},
};

const KindFacts& FactsOf(ErrorKind kind) {
  for (const KindFacts& facts : kFacts) {
    if (facts.kind == kind) return facts;
  }
  return kFacts[std::size(kFacts) - 1];
}

ErrorDetails Masked(ErrorDetails details) {
  for (std::string* text : {&details.statement, &details.message, &details.detail, &details.hint}) {
    *text = MaskPasswords(*text);
  }
  return details;
}

/// The first words of a statement on one line.
std::string Head(std::string_view statement) {
  constexpr std::size_t kLongest = 120;
  std::string head;
  for (char c : statement) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (head.empty() || head.back() == ' ')) continue;
    head += blank ? ' ' : c;
    if (head.size() > kLongest) break;
  }
  if (head.size() <= kLongest) return head;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(head[end]) & 0xC0U) == 0x80U) --end;
  return head.substr(0, end) + "...";
}

std::string Sentence(ErrorKind kind, const ErrorDetails& details) {
  const KindFacts& facts = FactsOf(kind);
  std::string text(facts.what);
  if (!details.message.empty()) text += ": " + details.message;
  if (!details.detail.empty()) text += fmt::format(" ({})", details.detail);
  if (!details.statement.empty()) text += fmt::format(" [in: {}]", Head(details.statement));
  return text + "; " + (details.hint.empty() ? "" : details.hint + "; ") +
         std::string(facts.way_out);
}

}  // namespace

DatabaseError::DatabaseError(ErrorKind kind, ErrorDetails details)
    : std::runtime_error(Sentence(kind, Masked(details))),
      kind_(kind),
      details_(Masked(std::move(details))) {}

DatabaseError::DatabaseError(ErrorKind kind, ErrorDetails details, const std::string& sentence)
    : std::runtime_error(MaskPasswords(sentence)),
      kind_(kind),
      details_(Masked(std::move(details))) {}

ExitCode ExitCodeOf(ErrorKind kind) {
  return FactsOf(kind).exit;
}

const Code& CodeOf(ErrorKind kind) {
  return FactsOf(kind).code;
}

std::string_view ToString(ErrorKind kind) {
  return FactsOf(kind).name;
}

bool IsTransient(ErrorKind kind) {
  return FactsOf(kind).transient;
}

}  // namespace zdm
