// SPDX-License-Identifier: Apache-2.0
// Addresses of databases as people write them. A password in one never leaves this process but
// through the login itself: everything printed goes through MaskPasswords.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/plan/dialect.h"

namespace zdm {

struct ConnectionUrl {
  /// Of the scheme; nullopt: a connection string without one ("host=/tmp dbname=shop", "").
  std::optional<Dialect> dialect;
  std::string user, password, host, port, database;  ///< decoded; "" where the URL says nothing
  std::map<std::string, std::string> parameters;     ///< after '?', decoded
  friend bool operator==(const ConnectionUrl&, const ConnectionUrl&) = default;
};

/// Throws DatabaseError(kUsage) with a reason when `url` has an unknown scheme or is malformed.
/// Text without "://" is given back with everything empty.
ConnectionUrl ParseConnectionUrl(std::string_view url);

/// `given`, else ZDM_DATABASE_URL, else DATABASE_URL, else "" (the server's own conventions).
std::string ResolveUrl(std::string_view given);

/// `text` with the password of every URL and connection string in it replaced by "***".
std::string MaskPasswords(std::string_view text);

/// Overwrites the passwords in the arguments of main with stars, so that the process list does not
/// show them; call it once they are copied.
void HidePasswords(int count, char** arguments);

}  // namespace zdm
