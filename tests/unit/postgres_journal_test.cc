// SPDX-License-Identifier: Apache-2.0
// The journal on a real server.
#include "runtime/journal/postgres_journal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <thread>

#include "runtime/database/postgres_database.h"
#include "runtime/plan/plan_json.h"
#include "runtime/plan/runtime_codes.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

using test::TestDatabase;

std::unique_ptr<Database> Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  return ConnectPostgres(options);
}

Plan APlan(const std::string& salt) {
  Plan plan;
  plan.salt = salt;
  for (const char* id : {"e01", "m01", "c01"}) {
    Step step;
    step.id = id;
    step.phase = id[0] == 'e' ? Phase::kExpand : id[0] == 'm' ? Phase::kMigrate : Phase::kContract;
    step.apply.action = RunSql{};
    plan.steps.push_back(step);
  }
  Step purge;
  purge.id = "p01";
  purge.phase = Phase::kContract;
  purge.apply.action = RunSql{};
  plan.purge.push_back(purge);
  plan.objects = {{"column", "public.t.shadow", {"e01", "c01"}, false},
                  {"column", "public.t.parked", {"c01", "p01"}, true}};
  plan.id = PlanId(plan);
  return plan;
}

class PostgresJournalTest : public testing::Test {
 protected:
  PostgresJournalTest()
      : home_(test::SharedServer()),
        database_(Open(home_.Url())),
        journal_(OpenPostgresJournal(*database_)) {}

  void Started(const Plan& plan) {
    Transaction transaction(*database_);
    journal_->StartPlan(plan, WritePlan(plan));
    transaction.Commit();
  }
  std::string Owned() {
    std::string text;
    for (const OwnedObject& object : journal_->ReadOwned()) {
      text += (text.empty() ? "" : " ") + object.name + (object.parked ? "(parked)" : "");
    }
    return text;
  }
  std::string Steps(const std::string& plan_id) {
    std::string text;
    for (const StepRecord& step : journal_->ReadSteps(plan_id)) {
      text += fmt::format("{}{}:{}{}", text.empty() ? "" : " ", step.step_id,
                          static_cast<int>(step.state), step.done_at.empty() ? "" : "*");
    }
    return text;
  }

  TestDatabase home_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(PostgresJournalTest, AnswersAsIfEmptyWithoutOne) {
  EXPECT_FALSE(journal_->Exists());
  EXPECT_TRUE(journal_->ReadPlans().empty());
  EXPECT_FALSE(journal_->ReadInFlight());
  EXPECT_FALSE(journal_->ReadPlan("x"));
  EXPECT_FALSE(journal_->ReadDocument("x"));
  EXPECT_TRUE(journal_->ReadSteps("x").empty());
  EXPECT_TRUE(journal_->ReadBackfills("x").empty());
  EXPECT_TRUE(journal_->ReadOwned().empty());
  EXPECT_TRUE(journal_->ReadNotes("x", 10).empty());
  EXPECT_EQ(journal_->CountNotes("x"), 0);
  EXPECT_TRUE(journal_->ReadSetAside().empty());
  EXPECT_FALSE(journal_->ReadSetting("x"));
  EXPECT_FALSE(journal_->ReadLease());
}

TEST_F(PostgresJournalTest, IsMadeOnceHoweverManyTry) {
  std::vector<std::unique_ptr<Database>> sessions;
  for (int i = 0; i < 6; ++i) sessions.push_back(Open(home_.Url()));
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (const auto& session : sessions) {
    threads.emplace_back([&failures, &session] {
      try {
        OpenPostgresJournal(*session)->Create();
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
        ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_TRUE(journal_->Exists());
  journal_->Create();
  EXPECT_EQ(QueryValue(*database_, "SELECT count(*) FROM zdm.lease"), "1");
}

TEST_F(PostgresJournalTest, EveryTableHasAPrimaryKeyOfPlainColumns) {
  journal_->Create();
  EXPECT_EQ(QueryValue(*database_,
                       "SELECT string_agg(c.relname, ', ') FROM pg_class c"
                       " WHERE c.relnamespace = 'zdm'::regnamespace AND c.relkind = 'r'"
                       " AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid"
                       " AND i.indisprimary)"),
            Value());
  EXPECT_EQ(QueryValue(*database_,
                       "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                       " WHERE c.relnamespace = 'zdm'::regnamespace AND a.attgenerated <> ''"),
            "0");
  // Updates of a published journal go through.
  home_.server().Administer("CREATE PUBLICATION everything FOR ALL TABLES", home_.name());
  const Plan plan = APlan("s");
  Started(plan);
  Transaction transaction(*database_);
  journal_->SetPlanState(plan.id, PlanState::kExpanded);
  database_->Query("SELECT zdm.write_note('s', 't', 'k', 'up', 'e')");
  database_->Query("SELECT zdm.write_note('s', 't', 'k', 'up', 'f')");
  database_->Query("SELECT zdm.clear_note('s', 't', 'k')");
  transaction.Commit();
}

TEST_F(PostgresJournalTest, ANewerOneIsRefusedByName) {
  journal_->Create();
  database_->Execute("UPDATE zdm.setting SET value = '99' WHERE name = 'format'");
  for (const bool create : {false, true}) {
    const auto again = OpenPostgresJournal(*database_);
    try {
      create ? again->Create() : (void)again->ReadPlans();
      FAIL();
    } catch (const DatabaseError& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find("newer zdm"), std::string::npos) << text;
      EXPECT_NE(text.find(ToString(codes::kJournalNewer)), std::string::npos) << text;
    }
  }
}

TEST_F(PostgresJournalTest, ASchemaOfSomebodyElseIsLeftAlone) {
  database_->Execute("CREATE SCHEMA zdm");
  database_->Execute("CREATE TABLE zdm.invoices ()");
  EXPECT_FALSE(journal_->Exists());
  try {
    journal_->Create();
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_NE(std::string(error.what()).find("\"invoices\""), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(ToString(codes::kJournalForeign)), std::string::npos);
  }
  EXPECT_EQ(QueryValue(*database_,
                       "SELECT count(*) FROM pg_class c WHERE c.relnamespace ="
                       " 'zdm'::regnamespace AND relkind = 'r'"),
            "1");
}

TEST_F(PostgresJournalTest, SchemasMadeForTheRoleAreEnough) {
  home_.server().Administer(
      "CREATE SCHEMA zdm AUTHORIZATION app; CREATE SCHEMA zdm_trash AUTHORIZATION app",
      home_.name());
  const auto session = Open(home_.Url("app"));
  const auto journal = OpenPostgresJournal(*session);
  journal->Create();
  EXPECT_TRUE(journal->Exists());
}

TEST_F(PostgresJournalTest, ASchemaLentWithoutUsageForAllIsNamed) {
  home_.server().Administer("CREATE SCHEMA zdm; CREATE SCHEMA zdm_trash", home_.name());
  home_.server().Administer("GRANT USAGE, CREATE ON SCHEMA zdm, zdm_trash TO app", home_.name());
  const auto session = Open(home_.Url("app"));
  const auto journal = OpenPostgresJournal(*session);
  try {
    journal->Create();
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kPermission);
    EXPECT_NE(std::string(error.what()).find("GRANT USAGE ON SCHEMA zdm TO PUBLIC"),
              std::string::npos);
  }
  home_.server().Administer("GRANT USAGE ON SCHEMA zdm TO PUBLIC", home_.name());
  journal->Create();
  EXPECT_TRUE(journal->Exists());
}

TEST_F(PostgresJournalTest, PlansGoThroughTheirStates) {
  journal_->Create();
  const Plan plan = APlan("s");
  Started(plan);
  EXPECT_EQ(journal_->ReadDocument(plan.id), WritePlan(plan));
  PlanRecord record = *journal_->ReadInFlight();
  EXPECT_EQ(record.id, plan.id);
  EXPECT_EQ(record.salt, "s");
  EXPECT_EQ(record.state, PlanState::kRunning);
  EXPECT_NE(record.started_at, "");
  const auto at = [&](PlanState state) {
    journal_->SetPlanState(plan.id, state);
    record = *journal_->ReadPlan(plan.id);
    EXPECT_EQ(record.state, state);
    return fmt::format(
        "{}{}{}{}", record.expanded_at.empty() ? '-' : 'e', record.migrated_at.empty() ? '-' : 'm',
        record.contracted_at.empty() ? '-' : 'c', record.ended_at.empty() ? '-' : 'x');
  };
  EXPECT_EQ(at(PlanState::kExpanded), "e---");
  EXPECT_EQ(at(PlanState::kMigrated), "em--");
  const std::string migrated_at = record.migrated_at;
  EXPECT_EQ(at(PlanState::kContracting), "em--");
  EXPECT_EQ(at(PlanState::kContracted), "emc-");
  EXPECT_FALSE(journal_->ReadInFlight());
  EXPECT_EQ(at(PlanState::kRollingBack), "emc-");
  EXPECT_TRUE(journal_->ReadInFlight());
  EXPECT_NE(InFlightSentence(*journal_->ReadInFlight()).find("`zdm rollback`"), std::string::npos);
  EXPECT_EQ(at(PlanState::kMigrated), "em--");
  EXPECT_EQ(record.migrated_at, migrated_at);
  EXPECT_NE(InFlightSentence(record).find(ToString(codes::kPlanInFlight)), std::string::npos);
  EXPECT_EQ(at(PlanState::kRolledBack), "em-x");
  EXPECT_FALSE(journal_->ReadInFlight());
  EXPECT_EQ(at(PlanState::kPurging), "em--");
  EXPECT_EQ(at(PlanState::kPurged), "em-x");
}

TEST_F(PostgresJournalTest, ARolledBackPlanStartsAgainAsTheNewest) {
  journal_->Create();
  const Plan first = APlan("a");
  const Plan second = APlan("b");
  Started(first);
  EXPECT_THROW(Started(first), std::logic_error);
  database_->Rollback();
  journal_->StartStep(first.id, "e01");
  journal_->SetPlanState(first.id, PlanState::kRolledBack);
  Started(second);
  journal_->SetPlanState(second.id, PlanState::kRolledBack);
  Started(first);
  const std::vector<PlanRecord> plans = journal_->ReadPlans();
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].id, first.id);
  EXPECT_EQ(plans[0].state, PlanState::kRunning);
  EXPECT_EQ(plans[1].id, second.id);
  EXPECT_EQ(Steps(first.id), "");
}

TEST_F(PostgresJournalTest, StepsAreKeptInTheOrderInWhichTheyBegan) {
  journal_->Create();
  const Plan plan = APlan("s");
  Started(plan);
  journal_->StartStep(plan.id, "m01");
  journal_->StartStep(plan.id, "e01");
  EXPECT_EQ(Steps(plan.id), "m01:0 e01:0");
  journal_->FinishStep(plan.id, "m01");
  journal_->FinishStep(plan.id, "c01");
  EXPECT_EQ(Steps(plan.id), "m01:1* e01:0 c01:1*");
  journal_->RevertStep(plan.id, "m01", 2);
  EXPECT_EQ(journal_->ReadSteps(plan.id)[0].reverted, 2);
  EXPECT_EQ(journal_->ReadSteps(plan.id)[0].state, StepState::kReverting);
  journal_->SaveBackfill(plan.id, {"m01", "42", 100, 1000, 10, 7, 3, ""});
  journal_->SaveBackfill(plan.id, {"m01", "43", 110, 1000, 20, 8, 3, ""});
  const std::vector<BackfillRecord> backfills = journal_->ReadBackfills(plan.id);
  ASSERT_EQ(backfills.size(), 1U);
  EXPECT_EQ(backfills[0].checkpoint, "43");
  EXPECT_EQ(backfills[0].rows_done, 110);
  EXPECT_EQ(backfills[0].batch_rows, 20);
  EXPECT_NE(backfills[0].updated_at, "");
  journal_->ForgetStep(plan.id, "m01");
  EXPECT_EQ(Steps(plan.id), "e01:0 c01:1*");
  EXPECT_TRUE(journal_->ReadBackfills(plan.id).empty());
}

TEST_F(PostgresJournalTest, OwnedAreTheObjectsOfOpenWindows) {
  journal_->Create();
  const Plan plan = APlan("s");
  Started(plan);
  EXPECT_EQ(Owned(), "");
  journal_->StartStep(plan.id, "e01");
  EXPECT_EQ(Owned(), "public.t.shadow") << "in doubt counts";
  journal_->FinishStep(plan.id, "e01");
  EXPECT_EQ(Owned(), "public.t.shadow");
  journal_->FinishStep(plan.id, "c01");
  journal_->SetPlanState(plan.id, PlanState::kContracted);
  EXPECT_EQ(Owned(), "public.t.parked(parked)");
  journal_->StartStep(plan.id, "p01");
  EXPECT_EQ(Owned(), "public.t.parked(parked)");
  journal_->FinishStep(plan.id, "p01");
  EXPECT_EQ(Owned(), "");
  journal_->RevertStep(plan.id, "c01", 0);
  journal_->ForgetStep(plan.id, "p01");
  EXPECT_EQ(Owned(), "public.t.parked(parked) public.t.shadow");
  journal_->SetPlanState(plan.id, PlanState::kRolledBack);
  EXPECT_EQ(Owned(), "");
}

TEST_F(PostgresJournalTest, NotesAreWrittenByAnyRoleAndReadByOurs) {
  journal_->Create();
  const auto app = Open(home_.Url("app"));
  const std::string long_key(5000, 'k');
  const auto note = [&](const std::string& key, const std::string& error) {
    app->Query("SELECT zdm.write_note('s', 'public.t', $1, 'up', $2)", {key, error});
  };
  note("2", "b");
  note("1", "a");
  note("1", "a again");
  note(long_key, "long");
  app->Query("SELECT zdm.write_note('other', 'public.t', '9', 'up', 'x')");
  EXPECT_EQ(journal_->CountNotes("s"), 3);
  const std::vector<NoteRecord> notes = journal_->ReadNotes("s", 2);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].key, "1");
  EXPECT_EQ(notes[0].error, "a again");
  EXPECT_EQ(notes[0].table, "public.t");
  EXPECT_EQ(notes[0].direction, "up");
  EXPECT_NE(notes[0].noted_at, "");
  EXPECT_THROW(app->Query("SELECT * FROM zdm.note"), DatabaseError);
  EXPECT_THROW(app->Execute("INSERT INTO zdm.note VALUES ('s','t','h','k','d','e')"),
               DatabaseError);
  app->Query("SELECT zdm.clear_note('s', 'public.t', $1)", {long_key});
  app->Query("SELECT zdm.clear_note('s', 'public.t', 'never noted')");
  EXPECT_EQ(journal_->CountNotes("s"), 2);
  journal_->ClearNotes("s");
  EXPECT_EQ(journal_->CountNotes("s"), 0);
  EXPECT_EQ(journal_->CountNotes("other"), 1);
}

TEST_F(PostgresJournalTest, NotesCannotBeRedirectedByTheCallersSession) {
  journal_->Create();
  const auto app = Open(home_.Url("app"));
  app->Execute("CREATE TEMP TABLE note (LIKE pg_class)");
  app->Execute(
      "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT NULL::bytea'");
  app->Execute("SET search_path = pg_temp, public");
  app->Query("SELECT zdm.write_note('s', 't', 'k', 'up', 'e')");
  EXPECT_EQ(journal_->CountNotes("s"), 1);
}

TEST_F(PostgresJournalTest, RowsAreSetAsideOnceEach) {
  journal_->Create();
  const Plan plan = APlan("s");
  Started(plan);
  database_->Execute("CREATE TABLE public.t (k text, v text)");
  database_->Execute("INSERT INTO public.t VALUES ('1','a'), ('1','a'), ('2',NULL), (NULL,'x')");
  const RowQuery rows{"public.t", "rows of a new table", "SELECT k, v FROM public.t -- all"};
  EXPECT_EQ(journal_->SetAside(plan.id, rows), 4);
  EXPECT_EQ(journal_->SetAside(plan.id, rows), 0);
  database_->Execute("INSERT INTO public.t VALUES ('1','a'), ('2','b')");
  EXPECT_EQ(journal_->SetAside(plan.id, rows), 2);
  EXPECT_EQ(journal_->ReadSetAside(), (std::vector<SetAsideCount>{{plan.id, "public.t", 6}}));
  journal_->SetPlanState(plan.id, PlanState::kRolledBack);
  Started(plan);
  EXPECT_EQ(journal_->SetAside(plan.id, rows), 6) << "another run of the plan";
}

TEST_F(PostgresJournalTest, SettingsComeAndGo) {
  journal_->Create();
  journal_->WriteSetting(kPauseSetting, "ann, 10:00");
  journal_->WriteSetting(kPauseSetting, "bob, 10:01");
  EXPECT_EQ(journal_->ReadSetting(kPauseSetting), "bob, 10:01");
  journal_->WriteSetting(kPauseSetting, std::nullopt);
  EXPECT_FALSE(journal_->ReadSetting(kPauseSetting));
}

TEST_F(PostgresJournalTest, TheFenceHoldsOffATakeoverButNotAHeartbeat) {
  journal_->Create();
  const auto other = Open(home_.Url());
  const auto take = [&](int token) {
    other->Execute("UPDATE zdm.lease SET token = $1, holder = 'the other'",
                   {std::to_string(token)});
  };
  take(7);
  {
    const Transaction transaction(*database_);
    journal_->RequireLease(7);
    other->Execute("UPDATE zdm.lease SET heartbeat_at = clock_timestamp()");
    try {
      take(8);
      FAIL() << "taken over inside a fenced transaction";
    } catch (const DatabaseError& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kLockTimeout);
    }
  }
  take(8);
  const Transaction transaction(*database_);
  try {
    journal_->RequireLease(7);
    FAIL();
  } catch (const LeaseLost& error) {
    EXPECT_NE(std::string(error.what()).find("the other"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find(ToString(codes::kLeaseLost)), std::string::npos);
  }
  const LeaseRecord lease = *journal_->ReadLease();
  EXPECT_EQ(lease.token, 8);
  EXPECT_EQ(lease.holder, "the other");
  EXPECT_GE(lease.heartbeat_age_ms, 0);
  EXPECT_LT(lease.heartbeat_age_ms, 60000);
}

TEST_F(PostgresJournalTest, AnotherRoleMayReadButSeesNoData) {
  journal_->Create();
  const Plan plan = APlan("s");
  Started(plan);
  const auto app = Open(home_.Url("app"));
  const auto journal = OpenPostgresJournal(*app);
  EXPECT_EQ(journal->ReadInFlight()->id, plan.id);
  EXPECT_EQ(journal->ReadDocument(plan.id), WritePlan(plan));
  EXPECT_THROW(journal->ReadSetAside(), DatabaseError);
}

}  // namespace
}  // namespace zdm
