// SPDX-License-Identifier: Apache-2.0
// The facts about changes of type, asked of the server: what is said to change the catalog only
// keeps the files of the table and of its index, and reads no row; what is not said so is listed
// here with its reason.
#include "compiler/schema/postgres_type_changes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/recipes/postgres_sql.h"
#include "tests/support/test_server.h"

namespace zdm::test {
namespace {

struct Pair {
  const char* from;
  const char* to;
  const char* value;
};

constexpr Pair kFree[] = {
    {"character varying(10)", "character varying(20)", "x"},
    {"character varying(10)", "character varying", "x"},
    {"character varying(10)", "text", "x"},
    {"character varying", "text", "x"},
    {"text", "character varying", "x"},
    {"numeric(8,2)", "numeric(12,2)", "1.5"},
    {"numeric(8,0)", "numeric", "1"},
    {"time(3) without time zone", "time(6) without time zone", "10:00"},
    {"time(3) without time zone", "time without time zone", "10:00"},
    {"time(3) with time zone", "time(6) with time zone", "10:00+01"},
    {"time(3) with time zone", "time with time zone", "10:00+01"},
    {"timestamp(3) without time zone", "timestamp(6) without time zone", "2020-01-01"},
    {"timestamp(0) without time zone", "timestamp without time zone", "2020-01-01"},
    {"timestamp(3) with time zone", "timestamp(5) with time zone", "2020-01-01"},
    {"timestamp(3) with time zone", "timestamp with time zone", "2020-01-01"},
    {"interval(3)", "interval(6)", "1 s"},
    {"interval(3)", "interval", "1 s"},
    {"bit varying(5)", "bit varying(8)", "101"},
    {"bit varying(5)", "bit varying", "101"},
    {"cidr", "inet", "10.0.0.0/8"},
};

/// The first ones cost a table or its index; the last ones are free, and left to a transition.
constexpr Pair kNotFree[] = {
    {"character varying(20)", "character varying(10)", "x"},
    {"text", "character varying(10)", "x"},
    {"character(5)", "text", "x"},
    {"numeric(8,2)", "numeric(12,3)", "1"},
    {"numeric(8,2)", "numeric(7,2)", "1"},
    {"timestamp(6) without time zone", "timestamp(3) without time zone", "2020-01-01"},
    {"character varying(10)[]", "character varying(20)[]", "{x}"},
    {"bit(5)", "bit varying", "10101"},
    {"integer", "bigint", "1"},
    {"integer", "oid", "1"},
    {"inet", "cidr", "10.0.0.0/8"},
    {"date", "timestamp without time zone", "2020-01-01"},
};

class TypeChanges : public testing::Test {
 protected:
  struct Seen {
    std::string table, index, scans;
    friend bool operator==(const Seen&, const Seen&) = default;
  };

  void Make(const std::string& type, const std::string& value) {
    session_->Must("DROP TABLE IF EXISTS t");
    session_->Must(fmt::format("CREATE TABLE t (c {})", type));
    session_->Must(fmt::format("INSERT INTO t SELECT {} FROM generate_series(1, 50)",
                               postgres::Literal(value)));
    session_->Must("CREATE INDEX i ON t (c)");
  }

  Seen Look() {
    const auto one = [&](const std::string& sql) {
      return session_->Run(sql).rows.at(0).at(0).value_or("");
    };
    return {one("SELECT pg_relation_filenode('t')"), one("SELECT pg_relation_filenode('i')"), ""};
  }

  /// Rows read within one transaction that does nothing but the change.
  std::string RowsRead(const std::string& alter) {
    session_->Must("BEGIN");
    const std::string sql = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 't'";
    const std::string before = session_->Run(sql).rows.at(0).at(0).value_or("");
    session_->Must(alter);
    const std::string after = session_->Run(sql).rows.at(0).at(0).value_or("");
    session_->Must("COMMIT");
    return before == after ? "none" : before + " -> " + after;
  }

  TestDatabase database_{SharedServer()};
  std::unique_ptr<Session> session_ = database_.Connect();
};

TEST_F(TypeChanges, WhatIsSaidToBeFreeIsFree) {
  for (const Pair& pair : kFree) {
    SCOPED_TRACE(std::string(pair.from) + " -> " + pair.to);
    EXPECT_TRUE(WidensPostgresType(pair.from, pair.to));
    Make(pair.from, pair.value);
    const Seen before = Look();
    const std::string read = RowsRead(fmt::format("ALTER TABLE t ALTER c TYPE {}", pair.to));
    EXPECT_EQ(read, "none");
    EXPECT_EQ(before, Look());
  }
}

TEST_F(TypeChanges, WhatIsNotSaidToBeFreeCosts) {
  for (const Pair& pair : kNotFree) {
    SCOPED_TRACE(std::string(pair.from) + " -> " + pair.to);
    EXPECT_FALSE(WidensPostgresType(pair.from, pair.to));
    Make(pair.from, pair.value);
    const Seen before = Look();
    session_->Must(fmt::format("ALTER TABLE t ALTER c TYPE {}", pair.to));
    EXPECT_NE(before, Look());
  }
}

TEST_F(TypeChanges, WhatFitsComesBackUnchanged) {
  for (const Pair& pair : kFree) {
    SCOPED_TRACE(std::string(pair.to) + " -> " + pair.from);
    Make(pair.to, pair.value);
    const PostgresNarrowing narrowing = NarrowPostgresType(pair.to, pair.from, "c");
    for (const std::string& condition : {narrowing.fits, narrowing.rounded}) {
      if (condition.empty()) continue;
      EXPECT_EQ(session_->Run("SELECT count(*) FROM t WHERE NOT " + condition).rows.at(0).at(0),
                "0");
    }
  }
}

TEST_F(TypeChanges, WhatDoesNotFitIsSeen) {
  const Pair kTooMuch[] = {
      {"text", "character varying(3)", "four"},
      {"numeric", "numeric(5,2)", "1000"},
      {"numeric", "numeric(5,2)", "999.999"},
      {"numeric(12,2)", "numeric(5,2)", "-1000.00"},
      {"timestamp without time zone", "timestamp(3) without time zone",
       "2020-01-01 00:00:00.123456"},
      {"interval", "interval(0)", "1.5 s"},
      {"bit varying", "bit varying(2)", "101"},
      {"inet", "cidr", "10.0.0.1/8"},
  };
  for (const Pair& pair : kTooMuch) {
    SCOPED_TRACE(std::string(pair.from) + " -> " + pair.to);
    Make(pair.from, pair.value);
    const PostgresNarrowing narrowing = NarrowPostgresType(pair.from, pair.to, "c");
    std::string fits = narrowing.fits;
    if (!narrowing.rounded.empty()) fits += (fits.empty() ? "" : " AND ") + narrowing.rounded;
    EXPECT_EQ(session_->Run("SELECT count(*) FROM t WHERE NOT (" + fits + ")").rows.at(0).at(0),
              "50");
  }
}

}  // namespace
}  // namespace zdm::test
