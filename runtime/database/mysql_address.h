// SPDX-License-Identifier: Apache-2.0
// Where a MySQL or MariaDB server is and how to get in, as a URL says it:
//
//   mysql://user:password@host:port/database?ssl-mode=REQUIRED&socket=/run/mysqld/mysqld.sock
//
// What the URL leaves out comes from MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_UNIX_PORT and MYSQL_PWD,
// then from the option files that these servers' own programs read (my.cnf, ~/.my.cnf; groups
// [client] and [zdm]). `mysql://` alone leaves out everything.
#pragma once

#include <string>

#include "runtime/database/database.h"

namespace zdm {

enum class TlsMode {
  kDisabled,
  kPreferred,  ///< where the server offers it, and not on sockets
  kRequired,   ///< or no connection
  kVerified,   ///< required, with a certificate that fits the host's name
};

struct MysqlAddress {
  std::string user, password, host, database, socket;  ///< "" where the client library chooses
  unsigned port = 0;                                   ///< 0: the client library chooses
  TlsMode tls = TlsMode::kPreferred;
  std::string ca, ca_path, certificate, key, cipher, tls_version;
  std::string public_key;  ///< file with the server's key for passwords on connections without TLS
};

/// Throws DatabaseError(kUsage) for a URL that cannot be read or has a parameter that is not known.
MysqlAddress ReadMysqlAddress(const std::string& url);

}  // namespace zdm
