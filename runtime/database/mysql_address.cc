// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/mysql_address.h"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "runtime/database/connection_url.h"

namespace zdm {
namespace {

[[noreturn]] void Refuse(const std::string& reason) {
  throw DatabaseError(ErrorKind::kUsage, {},
                      fmt::format("the database URL cannot be read: {}", reason));
}

/// "SSL_Mode" and "ssl-mode" are one.
std::string Normalized(std::string_view name) {
  std::string normalized;
  for (char c : name) {
    normalized += c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return normalized;
}

struct TextParameter {
  std::string_view name;
  std::string MysqlAddress::*field;
};

constexpr TextParameter kTexts[] = {
    {"socket", &MysqlAddress::socket},
    {"ssl-ca", &MysqlAddress::ca},
    {"ssl-capath", &MysqlAddress::ca_path},
    {"ssl-cert", &MysqlAddress::certificate},
    {"ssl-key", &MysqlAddress::key},
    {"ssl-cipher", &MysqlAddress::cipher},
    {"tls-version", &MysqlAddress::tls_version},
    {"server-public-key-path", &MysqlAddress::public_key},
};

struct NamedMode {
  std::string_view name;
  TlsMode mode;
};

// The client library looks at the name whenever it looks at the chain.
constexpr NamedMode kModes[] = {{"disabled", TlsMode::kDisabled},
                                {"preferred", TlsMode::kPreferred},
                                {"required", TlsMode::kRequired},
                                {"verify-ca", TlsMode::kVerified},
                                {"verify-identity", TlsMode::kVerified}};

TlsMode ModeOf(const std::string& value) {
  for (const NamedMode& known : kModes) {
    if (known.name == Normalized(value)) return known.mode;
  }
  Refuse(fmt::format("ssl-mode is `{}`; it may be DISABLED, PREFERRED, REQUIRED or VERIFY_IDENTITY",
                     value));
}

void ReadParameter(const std::string& name, const std::string& value, MysqlAddress& address) {
  const std::string normalized = Normalized(name);
  if (normalized == "ssl-mode" || normalized == "sslmode") {
    address.tls = ModeOf(value);
    return;
  }
  std::string known = "`ssl-mode`";
  for (const TextParameter& text : kTexts) {
    if (text.name == normalized) {
      address.*text.field = value;
      return;
    }
    known += fmt::format(", `{}`", text.name);
  }
  Refuse(fmt::format("its parameter `{}` is not known; known are {}", name, known));
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // read before any thread of ours is started
  return value == nullptr ? "" : value;
}

}  // namespace

MysqlAddress ReadMysqlAddress(const std::string& text) {
  const ConnectionUrl url = ParseConnectionUrl(text);
  MysqlAddress address;
  address.user = url.user;
  address.password = url.password;
  address.host = url.host;
  address.database = url.database;
  if (address.database.find('/') != std::string::npos) {
    Refuse("more than one `/` after the host; write that of a name as `%2F`");
  }
  if (!url.port.empty()) address.port = static_cast<unsigned>(std::stoul(url.port));
  for (const auto& [name, value] : url.parameters) ReadParameter(name, value, address);
  if (address.tls == TlsMode::kPreferred && !(address.ca + address.ca_path).empty()) {
    address.tls = TlsMode::kVerified;
  }
  // A host in brackets is an IPv6 address.
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') {
    address.host = address.host.substr(1, address.host.size() - 2);
  }
  if (address.host.empty() && address.socket.empty()) address.host = Environment("MYSQL_HOST");
  if (address.password.empty()) address.password = Environment("MYSQL_PWD");
  return address;
}

}  // namespace zdm
