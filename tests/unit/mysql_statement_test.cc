// SPDX-License-Identifier: Apache-2.0
#include "runtime/executor/mysql_statement.h"

#include <gtest/gtest.h>

namespace zdm {
namespace {

TEST(MysqlStatement, WhatChangesTheCatalogIsFinal) {
  for (const char* statement :
       {"ALTER TABLE t ADD COLUMN c int",
        " create trigger x BEFORE INSERT ON t FOR EACH ROW SET "
        "NEW.a = 1",
        "/* why */ DROP TABLE t", "-- why\nRENAME TABLE a TO b", "analyze table t",
        "SET STATEMENT foreign_key_checks = 0, sql_mode = 'for' FOR ALTER TABLE t ADD INDEX (a)"}) {
    EXPECT_TRUE(IsFinalMysqlStatement(statement)) << statement;
    EXPECT_FALSE(IsMysqlSetting(statement)) << statement;
  }
}

TEST(MysqlStatement, WhatATransactionTakesBackIsNot) {
  for (const char* statement :
       {"UPDATE t SET altered = 1", "INSERT INTO t VALUES (1)", "delete from t", "SELECT 1", "",
        "SET STATEMENT innodb_lock_wait_timeout = 0 FOR UPDATE t SET a = 1",
        "SET STATEMENT max_statement_time"}) {
    EXPECT_FALSE(IsFinalMysqlStatement(statement)) << statement;
  }
}

TEST(MysqlStatement, Settings) {
  EXPECT_TRUE(IsMysqlSetting("SET SESSION foreign_key_checks = 0"));
  EXPECT_TRUE(IsMysqlSetting("do 1"));
  EXPECT_FALSE(IsMysqlSetting("UPDATE t SET a = 1"));
}

}  // namespace
}  // namespace zdm
