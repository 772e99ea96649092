// SPDX-License-Identifier: Apache-2.0
#include "tests/live/executor_plan.h"

#include <thread>

#include "runtime/plan/plan_json.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

const char* const kColumns =
    "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || "
    "CASE WHEN attnotnull THEN ' not null' ELSE '' END, E'\\n' ORDER BY attname) "
    "FROM pg_attribute WHERE attrelid = 'public.person'::regclass AND attnum > 0 "
    "AND NOT attisdropped";

Probe HasColumn(const std::string& name, bool there) {
  return {
      "SELECT count(*)::text FROM pg_attribute WHERE attrelid = 'public.person'::regclass AND "
      "attname = '" +
          name + "' AND NOT attisdropped",
      there ? "1" : "0"};
}

Probe HasConstraint(bool there) {
  return {
      "SELECT count(*)::text FROM pg_constraint WHERE conrelid = 'public.person'::regclass "
      "AND conname = 'person_filled'",
      there ? "1" : "0"};
}

Probe HasIndex(bool there) {
  return {
      "SELECT count(*)::text FROM pg_index WHERE indexrelid = "
      "to_regclass('public.person_caps') AND indisvalid",
      there ? "1" : "0"};
}

TableLock Lock(const std::string& mode) {
  return {"public.person", "public.person", mode};
}

RunSql Short(std::vector<std::string> statements) {
  RunSql sql;
  sql.locks = {Lock("ACCESS EXCLUSIVE")};
  sql.statements = std::move(statements);
  return sql;
}

Step MakeStep(const std::string& id, Phase phase, const std::string& summary) {
  Step step;
  step.id = id;
  step.phase = phase;
  step.summary = summary;
  return step;
}

Step AddColumns() {
  Step step = MakeStep("e01-add-column-public.person.caps", Phase::kExpand, "add caps beside name");
  step.apply.action = Short({
      "ALTER TABLE public.person ADD COLUMN zdm_caps text, ADD COLUMN zdm_mark smallint DEFAULT 0",
      "ALTER TABLE public.person ALTER COLUMN zdm_mark SET DEFAULT 1",
      "CREATE FUNCTION public.zdm_sync() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN NEW.zdm_caps := pg_catalog.upper(NEW.name); NEW.zdm_mark := 1; RETURN NEW; END'",
      "CREATE TRIGGER zdm_sync BEFORE INSERT OR UPDATE OF name ON public.person FOR EACH ROW "
      "EXECUTE FUNCTION public.zdm_sync()",
  });
  step.apply.done = HasColumn("zdm_caps", true);
  step.revert = {
      {Short({"DROP TRIGGER zdm_sync ON public.person", "DROP FUNCTION public.zdm_sync()",
              "ALTER TABLE public.person DROP COLUMN zdm_caps, DROP COLUMN zdm_mark"}),
       HasColumn("zdm_caps", false)}};
  step.losses = {{{"public.person", "capitals that the old shape cannot hold",
                   "SELECT id::text, zdm_caps FROM public.person WHERE zdm_mark = 1 AND zdm_caps "
                   "IS DISTINCT FROM pg_catalog.upper(name)"},
                  {step.id, "c03-switch-public.person"}}};
  return step;
}

Step Fill() {
  Step step = MakeStep("m01-fill-public.person", Phase::kMigrate, "fill caps");
  zdm::Backfill fill;
  fill.table = "public.person";
  fill.sql_table = "public.person";
  fill.key = {{"id", "bigint"}};
  fill.unfilled = "zdm_mark = 0";
  fill.assignments = "zdm_caps = pg_catalog.upper(name), zdm_mark = 1";
  step.apply.action = fill;
  step.apply.done = Probe{"SELECT count(*)::text FROM public.person WHERE zdm_mark = 0", "0"};
  return step;
}

Step Index() {
  Step step = MakeStep("m02-index-public.person_caps", Phase::kMigrate, "index caps");
  RunSql build;
  build.policy = LockPolicy::kConcurrent;
  build.statements = {"CREATE INDEX CONCURRENTLY person_caps ON public.person (zdm_caps)"};
  build.repair = Repair{
      "SELECT 'DROP INDEX CONCURRENTLY public.person_caps' FROM pg_index WHERE indexrelid = "
      "to_regclass('public.person_caps') AND NOT indisvalid"};
  step.apply = {build, HasIndex(true)};
  RunSql drop;
  drop.policy = LockPolicy::kConcurrent;
  drop.statements = {"DROP INDEX CONCURRENTLY IF EXISTS public.person_caps"};
  step.revert = {{drop, Probe{"SELECT to_regclass('public.person_caps')::text", ""}}};
  return step;
}

Step Look() {
  Step step = MakeStep("m03-look-public.person", Phase::kMigrate, "count names without letters");
  step.apply.action = Assert{{"public.person", "names that are empty",
                              "SELECT id::text, 'empty' FROM public.person WHERE name = ''"},
                             false,
                             "give these people a name"};
  return step;
}

std::vector<Step> Contract() {
  Step check = MakeStep("c01-check-public.person", Phase::kContract, "filled, not yet validated");
  check.apply = {
      Short({"ALTER TABLE public.person ADD CONSTRAINT person_filled CHECK (zdm_mark > 0)"
             " NOT VALID"}),
      HasConstraint(true)};
  check.revert = {
      {Short({"ALTER TABLE public.person DROP CONSTRAINT person_filled"}), HasConstraint(false)}};
  Step validate = MakeStep("c02-validate-public.person", Phase::kContract, "validate it");
  RunSql patient;
  patient.policy = LockPolicy::kPatient;
  patient.statements = {"ALTER TABLE public.person VALIDATE CONSTRAINT person_filled"};
  validate.apply = {patient, Probe{"SELECT convalidated::text FROM pg_constraint WHERE conrelid = "
                                   "'public.person'::regclass AND conname = 'person_filled'",
                                   "true"}};
  Step change = MakeStep("c03-switch-public.person", Phase::kContract, "caps takes its name");
  change.apply = {
      Short({"ALTER TABLE public.person RENAME COLUMN name TO zdm_old_name",
             "ALTER TABLE public.person RENAME COLUMN zdm_caps TO caps",
             "DROP TRIGGER zdm_sync ON public.person",
             "CREATE OR REPLACE FUNCTION public.zdm_sync() RETURNS trigger LANGUAGE plpgsql AS "
             "'BEGIN NEW.zdm_old_name := NEW.caps; NEW.zdm_mark := 1; RETURN NEW; END'",
             "CREATE TRIGGER zdm_sync BEFORE INSERT OR UPDATE OF caps ON public.person FOR EACH "
             "ROW EXECUTE FUNCTION public.zdm_sync()"}),
      HasColumn("caps", true)};
  change.revert = {
      {Short({"ALTER TABLE public.person RENAME COLUMN caps TO zdm_caps",
              "ALTER TABLE public.person RENAME COLUMN zdm_old_name TO name",
              "DROP TRIGGER zdm_sync ON public.person",
              "CREATE OR REPLACE FUNCTION public.zdm_sync() RETURNS trigger LANGUAGE plpgsql AS "
              "'BEGIN NEW.zdm_caps := pg_catalog.upper(NEW.name); NEW.zdm_mark := 1; RETURN NEW; "
              "END'",
              "CREATE TRIGGER zdm_sync BEFORE INSERT OR UPDATE OF name ON public.person FOR EACH "
              "ROW EXECUTE FUNCTION public.zdm_sync()"}),
       HasColumn("zdm_caps", true)}};
  return {check, validate, change};
}

}  // namespace

void CreatePerson(Session& owner, int rows) {
  owner.Must(
      "CREATE TABLE public.person (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "
      "name text, about text NOT NULL DEFAULT 'nothing is known of this person yet')");
  owner.Must(
      "INSERT INTO public.person (name) SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE 'name ' "
      "|| i END FROM generate_series(1, " +
      std::to_string(rows) + ") AS i");
}

Plan PersonPlan(int server_version) {
  Plan plan;
  plan.compiler = "by hand";
  plan.dialect = Dialect::kPostgresql;
  plan.server_version = server_version * 10000;
  plan.salt = "0a1b2c3d";
  plan.steps = {AddColumns(), Fill(), Index(), Look()};
  for (const Step& step : Contract()) {
    plan.steps.push_back(step);
  }
  const std::string about = "about text not null\n";
  const std::string shadows = "\nzdm_caps text\nzdm_mark smallint";
  const std::string expanded = about + "id bigint not null\nname text" + shadows;
  plan.questions = {
      {"columns of public.person", kColumns, about + "id bigint not null\nname text", expanded,
       expanded, about + "caps text\nid bigint not null\nzdm_mark smallint\nzdm_old_name text"}};
  Step purge = MakeStep("p01-drop-public.person", Phase::kContract, "destroy the old name");
  purge.apply = {
      Short({"DROP TRIGGER zdm_sync ON public.person", "DROP FUNCTION public.zdm_sync()",
             "ALTER TABLE public.person DROP CONSTRAINT person_filled, DROP COLUMN zdm_old_name, "
             "DROP COLUMN zdm_mark"}),
      HasColumn("zdm_mark", false)};
  plan.purge = {purge};
  plan.verifications = {{{"public.person", "capitals that are not those of the name",
                          "SELECT id::text, zdm_caps FROM public.person WHERE zdm_mark = 1 AND "
                          "zdm_caps IS DISTINCT FROM pg_catalog.upper(name)"},
                         {"e01-add-column-public.person.caps", "c03-switch-public.person"}}};
  plan.id = PlanId(plan);
  return plan;
}

std::string WritePlanFile(const Plan& plan, const std::string& folder) {
  const std::string path = folder + "/plan-" + PlanId(plan).substr(0, 8) + ".json";
  WriteFile(path, WritePlan(plan));
  return path;
}

ProcessResult ZdmOn(const TestDatabase& database, std::vector<std::string> arguments,
                    std::map<std::string, std::string> environment) {
  ProcessOptions options;
  environment["ZDM_DATABASE_URL"] = database.Url();
  options.environment = std::move(environment);
  arguments.insert(arguments.begin(), ProgramPath("zdm"));
  return RunProgram(arguments, options);
}

std::unique_ptr<ChildProcess> StartZdm(const TestDatabase& database,
                                       std::vector<std::string> arguments) {
  ProcessOptions options;
  options.environment = {{"ZDM_DATABASE_URL", database.Url()}};
  arguments.insert(arguments.begin(), ProgramPath("zdm"));
  return std::make_unique<ChildProcess>(arguments, options);
}

bool Becomes(Session& session, const std::string& sql, const std::string& expected) {
  for (int attempt = 0; attempt < 400; ++attempt) {
    if (session.Value(sql) == expected) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

std::string Everything(const TestDatabase& database) {
  return database.Dump() + database.Rows();
}

}  // namespace zdm::test
