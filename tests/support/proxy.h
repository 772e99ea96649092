// SPDX-License-Identifier: Apache-2.0
// Stands between a program and a server on a unix socket, sees each statement pass, and
// can hold, cut or drop it there. This is how a program is killed after exactly its N-th statement
// and how its locks are looked at while it holds them, without a word of help from the program.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/test_server.h"

namespace zdm::test {

struct ProxiedStatement {
  int number = 0;   ///< from 1, over all connections, in the order of arrival
  int backend = 0;  ///< the server's process id of the connection
  std::string text;
  bool in_transaction = false;  ///< once answered: the connection's state
};

/// kCut closes both ends of the connection at once.
enum class Verdict { kPass, kCut };

struct ProxyHooks {
  /// Before the server gets it; with kCut it never does.
  std::function<Verdict(const ProxiedStatement&)> arrived;
  /// The server has it, nobody has seen an answer.
  std::function<Verdict(const ProxiedStatement&)> sent;
  /// The server is done with it; the program does not know yet.
  std::function<Verdict(const ProxiedStatement&)> answered;
};

class Proxy {
 public:
  /// Listens in a folder of its own, on a socket of the same name as the server's. Hooks run on the
  /// proxy's thread.
  Proxy(const TestServer& server, ProxyHooks hooks);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  const std::string& folder() const { return folder_.path(); }
  /// `url` with the server's folder replaced by this one.
  std::string Through(const std::string& url) const;
  int statements() const { return statements_; }

 private:
  struct Connection;
  void Loop();
  void Accept();
  bool FromClient(Connection& connection);
  bool FromServer(Connection& connection);
  bool Arrive(Connection& connection, const std::string& raw, const std::string& text);

  std::string server_folder_;
  std::string socket_name_;
  bool postgres_;
  ProxyHooks hooks_;
  ScratchFolder folder_;
  int listener_ = -1;
  std::atomic<bool> stop_{false};
  std::atomic<int> statements_{0};
  std::vector<std::unique_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace zdm::test
