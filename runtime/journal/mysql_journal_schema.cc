// SPDX-License-Identifier: Apache-2.0
// The sign of life stands in a table of its own: every transaction that writes holds a share lock
// on the lease's row, and a beat must not wait for it.
#include "runtime/journal/mysql_journal_schema.h"

namespace zdm {
namespace {

constexpr std::string_view kFormat1[] = {
    R"(CREATE TABLE IF NOT EXISTS zdm.setting (
  database_name varchar(64) NOT NULL,
  name varchar(64) NOT NULL,
  value longtext NOT NULL,
  written_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  PRIMARY KEY (database_name, name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.plan (
  database_name varchar(64) NOT NULL,
  plan_id varchar(64) NOT NULL,
  sequence bigint NOT NULL,
  salt varchar(64) NOT NULL,
  state varchar(32) NOT NULL,
  document longtext NOT NULL,
  started_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  expanded_at datetime(6) NULL,
  migrated_at datetime(6) NULL,
  contracted_at datetime(6) NULL,
  ended_at datetime(6) NULL,
  PRIMARY KEY (database_name, plan_id),
  UNIQUE KEY plan_sequence (database_name, sequence)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.step (
  database_name varchar(64) NOT NULL,
  plan_id varchar(64) NOT NULL,
  step_id varchar(400) NOT NULL,
  ordinal bigint NOT NULL,
  state varchar(32) NOT NULL,
  reverted int NOT NULL DEFAULT 0,
  started_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  done_at datetime(6) NULL,
  PRIMARY KEY (database_name, plan_id, step_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.backfill (
  database_name varchar(64) NOT NULL,
  plan_id varchar(64) NOT NULL,
  step_id varchar(400) NOT NULL,
  checkpoint longtext NOT NULL,
  rows_done bigint NOT NULL,
  rows_estimate bigint NOT NULL,
  batch_rows bigint NOT NULL,
  busy_ms bigint NOT NULL,
  held_ms bigint NOT NULL,
  updated_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  PRIMARY KEY (database_name, plan_id, step_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.note (
  database_name varchar(64) NOT NULL,
  salt varchar(64) NOT NULL,
  table_name varchar(200) NOT NULL,
  row_hash char(64) NOT NULL,
  row_key longtext NOT NULL,
  direction varchar(16) NOT NULL,
  error text NOT NULL,
  noted_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  PRIMARY KEY (database_name, salt, table_name, row_hash)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.set_aside (
  id bigint NOT NULL AUTO_INCREMENT,
  database_name varchar(64) NOT NULL,
  plan_id varchar(64) NOT NULL,
  sequence bigint NOT NULL,
  table_name varchar(200) NOT NULL,
  summary text NOT NULL,
  row_key longtext NULL,
  detail longtext NULL,
  set_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  PRIMARY KEY (id),
  KEY set_aside_plan (database_name, plan_id, sequence)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.lease (
  database_name varchar(64) NOT NULL,
  token bigint NOT NULL,
  holder text NOT NULL,
  session_id bigint NOT NULL,
  login varchar(128) NOT NULL,
  server varchar(300) NOT NULL,
  server_started bigint NOT NULL,
  acquired_at datetime(6) NOT NULL DEFAULT (utc_timestamp(6)),
  PRIMARY KEY (database_name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.heartbeat (
  database_name varchar(64) NOT NULL,
  token bigint NOT NULL,
  beat_at datetime(6) NOT NULL,
  PRIMARY KEY (database_name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    R"(CREATE TABLE IF NOT EXISTS zdm.object (
  database_name varchar(64) NOT NULL,
  plan_id varchar(64) NOT NULL,
  ordinal bigint NOT NULL,
  kind varchar(64) NOT NULL,
  name varchar(300) NOT NULL,
  since_step varchar(400) NOT NULL,
  until_step varchar(400) NOT NULL,
  parked tinyint NOT NULL,
  PRIMARY KEY (database_name, plan_id, ordinal)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    // Last, so that a journal with a format is whole.
    "INSERT IGNORE INTO zdm.setting (database_name, name, value) VALUES ('', 'format', '1')",
};

/// Whose session gives the signs of life.
constexpr std::string_view kFormat2[] = {
    R"(CREATE TABLE IF NOT EXISTS zdm.watcher (
  database_name varchar(64) NOT NULL,
  token bigint NOT NULL,
  session_id bigint NOT NULL,
  PRIMARY KEY (database_name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
};

}  // namespace

std::span<const std::string_view> MysqlJournalUpgrade(int from) {
  if (from == 0) return kFormat1;
  if (from == 1) return kFormat2;
  return {};
}

}  // namespace zdm
