// SPDX-License-Identifier: Apache-2.0
// The judges are tested too: what they read, what they start, what they leave out.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/case_file.h"
#include "tests/support/dump.h"
#include "tests/support/process.h"
#include "tests/support/proxy.h"
#include "tests/support/test_server.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

TEST(Process, GivesExitCodeAndBothStreams) {
  const ProcessResult result =
      RunProgram({"sh", "-c", "cat; echo oops >&2; exit 3"}, {.input = "in"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "in");
  EXPECT_EQ(result.err, "oops\n");
}

TEST(Process, EndsWhatTakesTooLong) {
  const ProcessResult result =
      RunProgram({"sleep", "60"}, {.timeout = std::chrono::milliseconds(100)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
}

TEST(CaseFile, ReadAndWrittenIsTheSame) {
  const std::string text =
      "Renames a column.\n-- before.zdm --\na\n-- rows.sql --\n-- a comment --\nb;\n-- plan --\n";
  const CaseFile file = ParseCase(text);
  EXPECT_EQ(file.intent, "Renames a column.\n");
  EXPECT_EQ(file.Text("rows.sql"), "-- a comment --\nb;\n");
  EXPECT_TRUE(file.Has("plan"));
  EXPECT_EQ(FormatCase(file), text);
}

TEST(CaseFile, StatementsEndAtSemicolonsOutsideQuotes) {
  EXPECT_EQ(SplitStatements("a ';' \"x;\"; -- c;\n /* ; */ b $q$;$q$ ;\n-- nothing\n"),
            (std::vector<std::string>{"a ';' \"x;\";", "-- c;\n /* ; */ b $q$;$q$ ;"}));
}

TEST(Dump, OursIsTakenOutWhole) {
  const std::string dump =
      "-- comment\nCREATE TABLE public.t (\n    b integer,\n    a text,\n"
      "    zdm_0123456789_mark smallint\n);\nCREATE FUNCTION public.zdm_0123456789_f()\n"
      "    AS $$\nBEGIN;\nEND;\n$$;\nCREATE INDEX i ON public.t (a);\n";
  EXPECT_EQ(WithoutParked(NormalizedDump(dump)),
            "CREATE TABLE public.t (\n    a text,\n    b integer\n);\n"
            "CREATE INDEX i ON public.t (a);\n");
}

TEST(PostgresServer, StartsCrashesAndComesBack) {
  TestServer& server = SharedServer();
  const TestDatabase database(server);
  {
    const auto session = database.Connect();
    session->Must("CREATE TABLE t (b text, a int)");
    session->Must("INSERT INTO t VALUES ('x', 1), (NULL, 2)");
    EXPECT_EQ(session->Value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"), "f");
    EXPECT_EQ(session->Run("SELECT 1/0").code, "22012");
  }
  EXPECT_EQ(database.Rows(), "table public.t\na=1 | b=x\na=2 | b=~\n");
  EXPECT_TRUE(Contains(database.Dump(), "CREATE TABLE public.t"));
  const TestDatabase clone(server, database.name());
  EXPECT_EQ(clone.Rows(), database.Rows());
  server.Crash();
  EXPECT_THROW(database.Connect(), std::exception);
  server.Start();
  EXPECT_EQ(database.Connect()->Value("SELECT count(*) FROM t"), "2");
}

TEST(Proxy, CountsAndCuts) {
  TestServer& server = SharedServer();
  const TestDatabase database(server);
  std::vector<std::string> seen;
  int backend = 0;
  ProxyHooks hooks;
  hooks.answered = [&](const ProxiedStatement& statement) {
    seen.push_back(statement.text + (statement.in_transaction ? " (open)" : ""));
    backend = statement.backend;
    return statement.number == 3 ? Verdict::kCut : Verdict::kPass;
  };
  Proxy proxy(server, hooks);
  const std::string url = proxy.Through(database.Url());
  const ProcessResult result = RunProgram({server.programs() + "/psql", "-Xqc", "BEGIN", "-c",
                                           "SELECT 2", "-c", "COMMIT", "-c", "SELECT 4", url});
  EXPECT_NE(result.exit_code, 0) << result.Describe();
  EXPECT_EQ(seen, (std::vector<std::string>{"BEGIN (open)", "SELECT 2 (open)", "COMMIT"}));
  EXPECT_GT(backend, 0);
}

}  // namespace
}  // namespace zdm::test
