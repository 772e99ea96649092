// SPDX-License-Identifier: Apache-2.0
// Servers that the suites start themselves, one interface for every family. A server lives in a
// scratch folder, listens on a unix socket, and dies with the test.
//
// Roles in each: `owner`, a plain role that owns the databases, and `app`, what applications
// connect as. The suites connect as nobody else; the superuser only makes roles and databases.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace zdm::test {

using Row = std::vector<std::optional<std::string>>;

struct Answer {
  std::vector<Row> rows;
  std::string error;  ///< "" : it succeeded
  std::string code;   ///< SQLSTATE or error number
  bool connection_lost = false;

  bool ok() const { return error.empty(); }
  /// "a|b" a row, NULL as "~".
  std::string Text() const;
};

/// One connection. Never reconnects.
class Session {
 public:
  virtual ~Session() = default;
  virtual Answer Run(const std::string& sql) = 0;
  /// The server's own number of this connection.
  virtual int BackendId() const = 0;

  /// Throws when it fails.
  std::string Value(const std::string& sql);
  void Must(const std::string& sql);
};

struct ServerOptions {
  std::string family = "postgresql";
  std::string programs = {};  ///< folder of the server's programs; "": the system's
  std::map<std::string, std::string> settings = {};
  bool tcp = false;       ///< listen on 127.0.0.1 too, with passwords
  std::string data = {};  ///< an existing data folder to run ("": a fresh one), for replicas
};

class TestServer {
 public:
  virtual ~TestServer() = default;

  virtual std::string family() const = 0;
  virtual int version() const = 0;  ///< major
  virtual std::string programs() const = 0;
  virtual std::string folder() const = 0;  ///< that of the socket
  virtual int port() const = 0;

  /// An empty database that `owner` owns; an older one of that name goes away.
  virtual void CreateDatabase(const std::string& name) = 0;
  virtual void CloneDatabase(const std::string& from, const std::string& to) = 0;
  virtual void DropDatabase(const std::string& name) = 0;
  /// As the superuser, for what a provider of databases does (roles, rights, settings).
  virtual void Administer(const std::string& sql, const std::string& database) = 0;

  virtual std::string Url(const std::string& database, const std::string& role) const = 0;
  virtual std::unique_ptr<Session> Connect(const std::string& database,
                                           const std::string& role) = 0;

  /// The schema by the family's own dump program, without zdm's own schemas.
  virtual std::string Dump(const std::string& database) = 0;
  /// All rows of the users' tables, one a line, columns by name; without zdm's own schemas.
  virtual std::string Rows(const std::string& database) = 0;

  /// All of the server as it is now, under a name; for families that keep the journal outside the
  /// database. Ends all sessions.
  virtual std::string SaveState();
  virtual void RestoreState(const std::string& state);

  virtual void Crash() = 0;  ///< as a power cut does it; Start() brings it back
  virtual void Stop() = 0;
  virtual void Start() = 0;
  virtual std::string LogTail() = 0;
};

/// Throws std::runtime_error with the log when it does not come up.
std::unique_ptr<TestServer> StartServer(const ServerOptions& options);

/// The server of this test binary, started when first asked for: of the family in ZDM_TEST_FAMILY
/// ("postgresql" without it), from the system's packages (MySQL: fetched), or from the folder in
/// ZDM_TEST_PROGRAMS.
TestServer& SharedServer();
TestServer& SharedServer(const std::string& family);
/// Why this machine cannot have a server of `family`; "": it can. Only what is fetched may be
/// missing.
std::string WhyNoServer(const std::string& family);

/// A database of the shared server that goes away with the object; "keep" leaves it.
class TestDatabase {
 public:
  explicit TestDatabase(TestServer& server, const std::string& clone_of = "");
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const { return name_; }
  TestServer& server() const { return server_; }
  std::string Url(const std::string& role = "owner") const { return server_.Url(name_, role); }
  std::unique_ptr<Session> Connect(const std::string& role = "owner") const {
    return server_.Connect(name_, role);
  }
  std::string Dump() const { return server_.Dump(name_); }
  std::string Rows() const { return server_.Rows(name_); }

 private:
  TestServer& server_;
  std::string name_;
};

}  // namespace zdm::test
