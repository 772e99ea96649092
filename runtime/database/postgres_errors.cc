// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/postgres_errors.h"

#include <initializer_list>
#include <utility>

namespace zdm {
namespace {

struct KindOf {
  std::string_view prefix;
  ErrorKind kind;
};

// The manual's appendix "PostgreSQL Error Codes"; the first prefix that fits.
constexpr KindOf kSqlstates[] = {
    {"55P03", ErrorKind::kLockTimeout},
    {"40", ErrorKind::kRetry},
    {"08", ErrorKind::kConnectionLost},
    {"57P01", ErrorKind::kConnectionLost},  // admin_shutdown
    {"57P02", ErrorKind::kConnectionLost},  // crash_shutdown
    {"57P03", ErrorKind::kUnreachable},     // cannot_connect_now
    {"57P04", ErrorKind::kConnectionLost},  // database_dropped
    {"57P05", ErrorKind::kConnectionLost},  // idle_session_timeout
    {"25P03", ErrorKind::kConnectionLost},  // idle_in_transaction_session_timeout
    {"25P04", ErrorKind::kConnectionLost},  // transaction_timeout
    {"57014", ErrorKind::kCancelled},
    {"28", ErrorKind::kAuthentication},
    {"3D", ErrorKind::kNoSuchDatabase},
    {"42501", ErrorKind::kPermission},
    {"53300", ErrorKind::kUnreachable},  // too_many_connections
    {"53", ErrorKind::kDiskFull},
    {"25006", ErrorKind::kReadOnly},
    {"22", ErrorKind::kData},
    {"23", ErrorKind::kData},
};

constexpr KindOf kConnectTexts[] = {
    {"password authentication failed", ErrorKind::kAuthentication},
    {"no password supplied", ErrorKind::kAuthentication},
    {"authentication failed for user", ErrorKind::kAuthentication},  // peer, GSSAPI, LDAP, ...
    {"certificate authentication failed", ErrorKind::kAuthentication},
    {"no pg_hba.conf entry", ErrorKind::kAuthentication},
    {"pg_hba.conf rejects connection", ErrorKind::kAuthentication},
    {"is not permitted to log in", ErrorKind::kAuthentication},
    {"no such user", ErrorKind::kAuthentication},         // pgbouncer
    {"server login failed", ErrorKind::kAuthentication},  // pgbouncer
    {"permission denied for database", ErrorKind::kPermission},
    {"no such database", ErrorKind::kNoSuchDatabase},  // pgbouncer
    {"invalid connection option", ErrorKind::kUsage},
    {"invalid URI query parameter", ErrorKind::kUsage},
    {"missing \"=\" after", ErrorKind::kUsage},
    {"unterminated quoted string", ErrorKind::kUsage},
    {"definition of service", ErrorKind::kUsage},
    {"invalid port number", ErrorKind::kUsage},
    {"invalid sslmode value", ErrorKind::kUsage},
    {"invalid integer value", ErrorKind::kUsage},
    {"unsupported startup parameter", ErrorKind::kPooler},
};

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void Append(std::string& text, std::string_view line) {
  if (!text.empty()) text += ' ';
  text += line;
}

/// "ERROR:  " and its translations: one word, a colon, two blanks.
std::string_view WithoutSeverity(std::string_view line) {
  const std::size_t colon = line.find(":  ");
  if (colon == std::string_view::npos ||
      line.substr(0, colon).find(' ') != std::string_view::npos) {
    return line;
  }
  return line.substr(colon + 3);
}

}  // namespace

ErrorKind KindOfSqlstate(std::string_view sqlstate) {
  for (const KindOf& entry : kSqlstates) {
    if (sqlstate.substr(0, entry.prefix.size()) == entry.prefix) return entry.kind;
  }
  return ErrorKind::kOther;
}

ErrorKind KindOfConnectFailure(std::string_view message) {
  for (const KindOf& entry : kConnectTexts) {
    if (Contains(message, entry.prefix)) return entry.kind;
  }
  if (Contains(message, "does not exist")) {
    if (Contains(message, "role \"")) return ErrorKind::kAuthentication;
    if (Contains(message, "database \"")) return ErrorKind::kNoSuchDatabase;
  }
  return ErrorKind::kUnreachable;
}

ErrorKind KindOfRefusal(std::string_view sqlstate) {
  const ErrorKind kind = KindOfSqlstate(sqlstate);
  const bool known = kind == ErrorKind::kAuthentication || kind == ErrorKind::kNoSuchDatabase ||
                     kind == ErrorKind::kPermission;
  return known ? kind : ErrorKind::kUnreachable;
}

std::string ConnectFailureText(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (part.empty() || part.front() == '\t') continue;
    line += (line.empty() ? "" : ", ") + std::string(part);
  }
  return line;
}

ErrorDetails SplitMessage(std::string_view text) {
  ErrorDetails details;
  std::string ignored;
  std::string* section = &details.message;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::pair<std::string_view, std::string*> labels[] = {
        {"DETAIL:  ", &details.detail}, {"HINT:  ", &details.hint}, {"CONTEXT:  ", &ignored},
        {"QUERY:  ", &ignored},         {"LOCATION:  ", &ignored},  {"LINE ", &ignored}};
    for (const auto& [label, target] : labels) {
      if (line.substr(0, label.size()) != label) continue;
      section = target;
      line.remove_prefix(label.size());
      break;
    }
    if (first) line = WithoutSeverity(line);
    first = false;
    if (!line.empty()) Append(*section, line);
  }
  return details;
}

}  // namespace zdm
