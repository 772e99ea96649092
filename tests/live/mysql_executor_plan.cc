// SPDX-License-Identifier: Apache-2.0
#include "tests/live/mysql_executor_plan.h"

#include <fmt/format.h>

#include <cstdlib>

#include "runtime/plan/plan_json.h"

namespace zdm::test {

const char* const kUnsynced =
    "SELECT count(*) FROM person WHERE zdm_mark = 0 OR NOT (zdm_caps <=> upper(name))";

namespace {

int VersionNumber(const std::string& text) {
  int parts[3] = {0, 0, 0};
  std::sscanf(text.c_str(), "%d.%d.%d", &parts[0], &parts[1], &parts[2]);
  return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

class Maker {
 public:
  explicit Maker(const TestDatabase& database)
      : name_(database.name()),
        table_("`" + name_ + "`.`person`"),
        mariadb_(database.server().family() == "mariadb") {}

  Step Make(const std::string& id, Phase phase, const std::string& summary) const {
    Step step;
    step.id = id;
    step.phase = phase;
    step.summary = summary;
    return step;
  }

  Operation Ddl(const std::string& statement, const Probe& done,
                LockPolicy policy = LockPolicy::kShort) const {
    RunSql sql;
    sql.policy = policy;
    sql.locks = {{name_ + ".person", "", "EXCLUSIVE"}};
    sql.statements = {statement};
    return {sql, done};
  }

  Probe Has(const std::string& view, const std::string& condition, bool there) const {
    return {fmt::format("SELECT if(count(*) > 0, 'yes', 'no') FROM information_schema.{} WHERE {}",
                        view, condition),
            there ? "yes" : "no"};
  }
  Probe HasColumn(const std::string& column, bool there) const {
    return Has("columns",
               fmt::format("table_schema = '{}' AND table_name = 'person' AND column_name = '{}'",
                           name_, column),
               there);
  }
  Probe HasTrigger(const std::string& trigger, bool there) const {
    return Has("triggers",
               fmt::format("trigger_schema = '{}' AND trigger_name = '{}'", name_, trigger), there);
  }
  Probe HasIndex(bool there) const {
    return Has("statistics",
               fmt::format("table_schema = '{}' AND table_name = 'person' AND index_name = "
                           "'person_caps'",
                           name_),
               there);
  }
  Probe IsVisible(bool visible) const {
    return Has("columns",
               fmt::format("table_schema = '{}' AND table_name = 'person' AND column_name = "
                           "'zdm_caps' AND extra NOT LIKE '%INVISIBLE%'",
                           name_),
               visible);
  }

  Step AddColumns() const {
    Step step = Make("e01-add-column-person.caps", Phase::kExpand, "add caps beside name");
    step.apply = Ddl(fmt::format("ALTER TABLE {} ADD COLUMN zdm_caps varchar(100) NULL INVISIBLE, "
                                 "ADD COLUMN zdm_mark tinyint NOT NULL DEFAULT 0 INVISIBLE, "
                                 "ALGORITHM=INSTANT",
                                 table_),
                     HasColumn("zdm_caps", true));
    step.revert = {Ddl(fmt::format("ALTER TABLE {} DROP COLUMN zdm_caps, DROP COLUMN zdm_mark, "
                                   "ALGORITHM=INSTANT",
                                   table_),
                       HasColumn("zdm_caps", false))};
    step.losses = {{{name_ + ".person", "capitals that the old shape cannot hold",
                     fmt::format("SELECT cast(id AS char), zdm_caps FROM {} WHERE zdm_mark = 1 AND "
                                 "NOT (zdm_caps <=> upper(name))",
                                 table_)},
                    {step.id, ""}}};
    return step;
  }

  Step Trigger(const std::string& id, const std::string& name, const std::string& event,
               const std::string& body) const {
    Step step = Make(id, Phase::kExpand, "keep caps in sync on " + event);
    step.apply = Ddl(fmt::format("CREATE TRIGGER `{}`.{} BEFORE {} ON {} FOR EACH ROW {}", name_,
                                 name, event, table_, body),
                     HasTrigger(name, true));
    step.revert = {Ddl(fmt::format("DROP TRIGGER `{}`.{}", name_, name), HasTrigger(name, false))};
    return step;
  }

  Step Fill() const {
    Step step = Make("m01-fill-person", Phase::kMigrate, "fill caps");
    zdm::Backfill fill;
    fill.table = name_ + ".person";
    fill.sql_table = table_;
    fill.key = {{"`id`", "bigint"}};
    fill.unfilled = "zdm_mark = 0";
    fill.assignments = "zdm_caps = upper(name), zdm_mark = 1";
    step.apply.action = fill;
    step.apply.done = Probe{fmt::format("SELECT count(*) FROM {} WHERE zdm_mark = 0", table_), "0"};
    return step;
  }

  Step Index() const {
    Step step = Make("m02-index-person_caps", Phase::kMigrate, "index caps");
    step.apply = Ddl(
        fmt::format("ALTER TABLE {} ADD INDEX person_caps (zdm_caps), ALGORITHM=INPLACE, LOCK=NONE",
                    table_),
        HasIndex(true), LockPolicy::kConcurrent);
    step.revert = {Ddl(
        fmt::format("ALTER TABLE {} DROP INDEX person_caps, ALGORITHM=INPLACE, LOCK=NONE", table_),
        HasIndex(false))};
    return step;
  }

  Step Look() const {
    Step step = Make("m03-look-person", Phase::kMigrate, "count names that are empty");
    step.apply.action =
        Assert{{name_ + ".person", "names that are empty",
                fmt::format("SELECT cast(id AS char), 'empty' FROM {} WHERE name = ''", table_)},
               false,
               "give these people a name"};
    return step;
  }

  Step Show() const {
    const std::string show =
        mariadb_ ? "MODIFY COLUMN zdm_caps varchar(100) NULL" : "ALTER COLUMN zdm_caps SET VISIBLE";
    const std::string hide = mariadb_ ? "MODIFY COLUMN zdm_caps varchar(100) NULL INVISIBLE"
                                      : "ALTER COLUMN zdm_caps SET INVISIBLE";
    Step step = Make("c01-show-person.caps", Phase::kContract, "caps shows");
    step.apply =
        Ddl(fmt::format("ALTER TABLE {} {}, ALGORITHM=INSTANT", table_, show), IsVisible(true));
    step.revert = {
        Ddl(fmt::format("ALTER TABLE {} {}, ALGORITHM=INSTANT", table_, hide), IsVisible(false))};
    return step;
  }

  Step Analyze() const {
    Step step = Make("c02-analyze-person", Phase::kContract, "analyze");
    RunSql sql;
    sql.policy = LockPolicy::kPatient;
    sql.statements = {"ANALYZE TABLE " + table_};
    step.apply.action = sql;
    return step;
  }

  std::vector<Step> Purge() const {
    Step insert = Make("p01-drop-trigger-insert", Phase::kContract, "drop the trigger");
    insert.apply = Ddl(fmt::format("DROP TRIGGER `{}`.zdm_bi", name_), HasTrigger("zdm_bi", false));
    Step update = Make("p02-drop-trigger-update", Phase::kContract, "drop the trigger");
    update.apply = Ddl(fmt::format("DROP TRIGGER `{}`.zdm_bu", name_), HasTrigger("zdm_bu", false));
    Step mark = Make("p03-drop-column-person.zdm_mark", Phase::kContract, "drop the mark");
    mark.apply = Ddl(fmt::format("ALTER TABLE {} DROP COLUMN zdm_mark, ALGORITHM=INSTANT", table_),
                     HasColumn("zdm_mark", false));
    return {insert, update, mark};
  }

  Question Columns() const {
    const std::string query = fmt::format(
        "SELECT group_concat(concat(column_name, ' ', column_type, if(extra LIKE '%INVISIBLE%', ' "
        "hidden', '')) ORDER BY column_name SEPARATOR '\n') FROM information_schema.columns WHERE "
        "table_schema = '{}' AND table_name = 'person'",
        name_);
    const std::string bigint = mariadb_ ? "bigint(20)" : "bigint";
    const std::string tinyint = mariadb_ ? "tinyint(4)" : "tinyint";
    const std::string start = "about varchar(200)\nid " + bigint + "\nname varchar(100)";
    const std::string mark = "\nzdm_mark " + tinyint + " hidden";
    const std::string expanded = start + "\nzdm_caps varchar(100) hidden" + mark;
    return {"columns of person",
            query,
            start,
            expanded,
            expanded,
            start + "\nzdm_caps varchar(100)" + mark};
  }

  Verification Verify() const {
    return {{name_ + ".person", "capitals that are not those of the name",
             fmt::format("SELECT cast(id AS char), zdm_caps FROM {} WHERE zdm_mark = 1 AND NOT "
                         "(zdm_caps <=> upper(name))",
                         table_)},
            {"e01-add-column-person.caps", ""}};
  }

 private:
  std::string name_, table_;
  bool mariadb_;
};

}  // namespace

void CreateMysqlPerson(Session& owner, int rows) {
  owner.Must(
      "CREATE TABLE person (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(100), about "
      "varchar(200) NOT NULL DEFAULT 'nothing is known of this person yet') ENGINE=InnoDB");
  // The two servers call it differently.
  owner.Run("SET SESSION cte_max_recursion_depth = 10000000");
  owner.Run("SET SESSION max_recursive_iterations = 10000000");
  owner.Must(fmt::format(
      "INSERT INTO person (name) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < {}) SELECT if(i % 7 = 0, NULL, concat('name ', i)) FROM n",
      rows));
}

Plan MysqlPersonPlan(const TestDatabase& database) {
  const Maker make(database);
  Plan plan;
  plan.compiler = "by hand";
  plan.dialect = database.server().family() == "mariadb" ? Dialect::kMariadb : Dialect::kMysql;
  plan.server_version = VersionNumber(database.Connect()->Value("SELECT version()"));
  plan.salt = "0a1b2c3d";
  plan.steps = {
      make.AddColumns(),
      make.Trigger("e02-trigger-insert", "zdm_bi", "INSERT",
                   "SET NEW.zdm_caps = upper(NEW.name), NEW.zdm_mark = 1"),
      make.Trigger("e03-trigger-update", "zdm_bu", "UPDATE",
                   "BEGIN IF NOT (OLD.name <=> NEW.name) THEN SET NEW.zdm_caps = upper(NEW.name), "
                   "NEW.zdm_mark = 1; END IF; END"),
      make.Fill(),
      make.Index(),
      make.Look(),
      make.Show(),
      make.Analyze()};
  plan.questions = {make.Columns()};
  plan.purge = make.Purge();
  plan.verifications = {make.Verify()};
  plan.id = PlanId(plan);
  return plan;
}

}  // namespace zdm::test
