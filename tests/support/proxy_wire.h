// SPDX-License-Identifier: Apache-2.0
// What the proxy must know of a protocol: where a message ends, which of the client's are
// statements, and which of the server's ends the answer to one.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace zdm::test {

struct ClientPart {
  std::string raw;  ///< goes to the server
  bool statement = false;
  std::string text;  ///< of the statement
};

struct ServerPart {
  std::string raw;              ///< goes to the client
  bool ends = false;            ///< the answer to the oldest open statement
  bool in_transaction = false;  ///< afterwards
};

/// The state of one connection.
class ProxyWire {
 public:
  virtual ~ProxyWire() = default;
  /// Takes the next whole part off `buffer`; nullopt while it is not all there.
  virtual std::optional<ClientPart> FromClient(std::string& buffer) = 0;
  virtual std::optional<ServerPart> FromServer(std::string& buffer) = 0;
  /// The server's number of the connection, once it has told it.
  int backend = 0;
};

/// Version 3 of PostgreSQL's protocol: a statement is a Query message or a Sync (the end of a round
/// trip of the extended protocol).
std::unique_ptr<ProxyWire> PostgresWire();
/// The protocol of MySQL and MariaDB: a statement is a COM_QUERY or a COM_STMT_EXECUTE. What the
/// server offers is cut down to what this understands (no TLS, EOF packets).
std::unique_ptr<ProxyWire> MysqlWire();

}  // namespace zdm::test
