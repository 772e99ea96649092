// SPDX-License-Identifier: Apache-2.0
// What a client of the traffic sends its statements through: a server's own client library, by text
// or by prepared statements that live as long as the connection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/live/traffic/model.h"
#include "tests/support/test_server.h"

namespace zdm::test {

struct LinkAnswer {
  std::string error;  ///< "": it succeeded
  /// The server gave the statement up for another one's sake (a deadlock, a snapshot older than a
  /// change of the table), as it does without us; it had no effect.
  bool excused = false;
  /// Of a SELECT its rows; of a write one row for each row written, with its id where it is new.
  std::vector<std::vector<Value>> rows;
};

class Link {
 public:
  virtual ~Link() = default;
  /// One SELECT, or one INSERT, UPDATE or DELETE on a table with a key `id`; parameters are `?`.
  virtual LinkAnswer Send(const std::string& sql, const std::vector<Value>& values) = 0;
  virtual bool alive() const = 0;
};

/// As `app`.
std::unique_ptr<Link> ConnectLink(const TestDatabase& database, bool prepared);

/// One for each family.
std::unique_ptr<Link> ConnectPostgresLink(const std::string& url, bool prepared);
std::unique_ptr<Link> ConnectMysqlLink(const TestDatabase& database, bool prepared);

}  // namespace zdm::test
