// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/mysql_server.h"
#include "tests/support/postgres_server.h"

namespace zdm::test {

std::string Answer::Text() const {
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : "|") + row[i].value_or("~");
    }
    text += "\n";
  }
  return text;
}

std::string Session::Value(const std::string& sql) {
  const Answer answer = Run(sql);
  if (!answer.ok()) throw std::runtime_error(answer.error + " (" + sql + ")");
  if (answer.rows.empty() || answer.rows[0].empty()) return "";
  return answer.rows[0][0].value_or("");
}

void Session::Must(const std::string& sql) {
  const Answer answer = Run(sql);
  if (!answer.ok()) throw std::runtime_error(answer.error + " (" + sql + ")");
}

std::string TestServer::SaveState() {
  throw std::runtime_error("clone the database instead");
}

void TestServer::RestoreState(const std::string&) {
  throw std::runtime_error("clone the database instead");
}

std::unique_ptr<TestServer> StartServer(const ServerOptions& options) {
  if (options.family == "postgresql") return StartPostgresServer(options);
  if (options.family == "mariadb" || options.family == "mysql") return StartMysqlServer(options);
  throw std::runtime_error("no such family of servers: " + options.family);
}

namespace {

std::string FamilyUnderTest() {
  const char* family = std::getenv("ZDM_TEST_FAMILY");
  return family == nullptr ? "postgresql" : family;
}

/// ZDM_TEST_PROGRAMS, which are those of the family under test.
const char* ChosenPrograms(const std::string& family) {
  return family == FamilyUnderTest() ? std::getenv("ZDM_TEST_PROGRAMS") : nullptr;
}

}  // namespace

TestServer& SharedServer() {
  return SharedServer(FamilyUnderTest());
}

TestServer& SharedServer(const std::string& family) {
  static std::map<std::string, std::unique_ptr<TestServer>> servers;
  std::unique_ptr<TestServer>& server = servers[family];
  if (!server) {
    ServerOptions options;
    options.family = family;
    if (const char* programs = ChosenPrograms(family)) options.programs = programs;
    server = StartServer(options);
  }
  return *server;
}

std::string WhyNoServer(const std::string& family) {
  if (family != "mysql" || ChosenPrograms(family) != nullptr) return "";
  static const std::string reason = [] {
    try {
      FetchedMysqlPrograms();
      return std::string();
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
  }();
  return reason;
}

TestDatabase::TestDatabase(TestServer& server, const std::string& clone_of) : server_(server) {
  static std::atomic<int> last{0};
  name_ = fmt::format("d{}_{}", getpid(), ++last);
  if (clone_of.empty()) {
    server.CreateDatabase(name_);
  } else {
    server.CloneDatabase(clone_of, name_);
  }
}

TestDatabase::~TestDatabase() {
  try {
    server_.DropDatabase(name_);
  } catch (const std::exception&) {  // the server may be down; it goes away as a whole
  }
}

}  // namespace zdm::test
