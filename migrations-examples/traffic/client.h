// SPDX-License-Identifier: Apache-2.0
// One connection of an application, by the server's own client library: nothing of zdm is in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "migrations-examples/traffic/workload.h"

namespace zdm::traffic {

class Client {
 public:
  Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  virtual ~Client() = default;

  /// Runs statement number `index` with these values. Returns "" or what went wrong.
  virtual std::string Run(std::size_t index, const std::vector<std::string>& values) = 0;
  /// False when the connection is gone; the caller makes a new client and counts a failure.
  virtual bool alive() const = 0;
  /// Milliseconds for which some session has by now waited behind one of zdm's; 0: none waits.
  virtual double LongestWaitBehindZdm() = 0;
};

/// Throws std::runtime_error when there is no connection. `prepared`: statements are prepared once
/// and executed by name, as drivers with a statement cache do.
std::unique_ptr<Client> ConnectClient(const std::string& url,
                                      const std::vector<Statement>& workload, bool prepared);

/// One for each family of servers.
std::unique_ptr<Client> ConnectPostgresClient(const std::string& url,
                                              const std::vector<Statement>& workload,
                                              bool prepared);
std::unique_ptr<Client> ConnectMysqlClient(const std::string& url,
                                           const std::vector<Statement>& workload, bool prepared);

}  // namespace zdm::traffic
