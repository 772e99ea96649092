// SPDX-License-Identifier: Apache-2.0
// One scenario file on a real server: its database as it is before, its plan, and what the two
// applications do. Everything goes through the built programs, and
// the servers' own client libraries and dumps. A family whose SQL is another has sections of its
// own
// ("mariadb/rows.sql"); MySQL reads MariaDB's where it has none.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/case_file.h"
#include "tests/support/process.h"
#include "tests/support/programs.h"
#include "tests/support/test_server.h"

namespace zdm::test {

/// The old or the new application: one long-lived session as role `app`. Every second statement
/// goes through a prepared statement that lives as long as the session.
class Application {
 public:
  Application(std::string name, const TestDatabase& database, const std::string& sql);
  /// Runs all statements, each in its own transaction; "" or the first failure in words.
  std::string Work();

 private:
  Answer RunOne(std::size_t index);

  std::string name_;
  std::string family_;
  std::unique_ptr<Session> session_;
  std::vector<std::string> statements_;
  std::vector<bool> prepared_;
  int pass_ = 0;
};

class Scenario {
 public:
  /// Creates `before` by zdmc and zdm in an empty database, with before.sql and rows.sql.
  /// Throws std::runtime_error, with the program's words, when that fails.
  Scenario(const CaseFile& file, TestServer& server);

  const CaseFile& file() const { return file_; }
  TestServer& server() const { return server_; }
  /// The command that runs this scenario alone.
  std::string Again() const;

  /// A copy of the database as it is before, rows and all.
  std::unique_ptr<TestDatabase> Before() const;
  /// The plan from before to after for `database`, a copy of before as it was; compiled once.
  const std::string& Plan(const TestDatabase& database);
  /// The changes that zdmc finds, as it prints them.
  ProcessResult PrintChanges();
  /// Compiles after.zdm against `database` into `output`.
  ProcessResult CompileAfter(const TestDatabase& database, const std::string& output) const;
  ProcessResult CompileFile(const std::string& path, const TestDatabase& database,
                            const std::string& output) const;
  ProcessResult CompileBefore(const TestDatabase& database, const std::string& output) const;
  /// The dump of a database made straight from after.zdm.
  std::string StraightDump();
  /// Dump of before.
  const std::string& BeforeDump() const { return before_dump_; }

  std::string OldSql() const { return Section("old.sql"); }
  std::string NewSql() const { return Section("new.sql"); }
  /// What a provider of the database does whenever tables appear.
  void Grant(const TestDatabase& database) const;
  std::string folder() const { return folder_.path(); }
  /// Whether the server's family has the section.
  bool HasSection(const std::string& name) const;
  /// A dump without the order of columns where that is not the files'.
  std::string Comparable(const std::string& dump) const;
  /// A dump without what is parked: on PostgreSQL by its name, elsewhere all that is invisible.
  std::string InUse(const std::string& dump) const;
  bool HasOption(const std::string& option) const;
  std::vector<std::string> OptionValues(const std::string& word) const;

 private:
  std::string Section(const std::string& name) const;
  CompileCall Call(const std::string& output) const;
  /// Makes `zdm` (the text) real in `database`, from nothing.
  void Create(const TestDatabase& database, const std::string& zdm, const std::string& name,
              const std::string& sql) const;

  CaseFile file_;
  TestServer& server_;
  ScratchFolder folder_;
  TestDatabase scratch_;
  TestDatabase before_;
  std::string before_dump_;
  std::map<std::string, std::string> plans_;  ///< by the name of the database
  std::string straight_dump_;
};

/// All scenarios with rows that are for the family of ZDM_TEST_FAMILY and not "offline-only".
std::vector<CaseFile> LiveCases();
/// What the family of this server cannot do yet; "": nothing.
std::string KnownDefect(const CaseFile& file, const TestServer& server);
/// What its options ("server >= 14") say about this server's version.
bool CaseFitsServer(const CaseFile& file, const TestServer& server);

}  // namespace zdm::test
