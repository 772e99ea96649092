// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/random_plan.h"

#include <fmt/format.h>

#include <random>

namespace zdm {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t Below(std::size_t limit) { return random_() % limit; }
  bool Coin() { return Below(2) == 0; }

  std::string Text() {
    static const char* const kPieces[] = {
        "select", " ", "\n",   "\"Öl\"", "'it''s'", "\\",        "public.", "$body$",
        "\t",     "",  "漢字", "</b>",   "\n\n",    "{\"a\":1}", "\x7f",    "x"};
    std::string text;
    for (std::size_t i = Below(5); i > 0; --i) text += kPieces[Below(std::size(kPieces))];
    return text;
  }
  std::vector<std::string> Texts() {
    std::vector<std::string> texts(Below(3));
    for (std::string& text : texts) text = Text();
    return texts;
  }
  template <class T, class Make>
  std::vector<T> Some(Make make) {
    std::vector<T> values;
    for (std::size_t i = Below(3); i > 0; --i) values.push_back(make());
    return values;
  }

  Probe AProbe() { return {Text(), Text()}; }
  TableLock ALock() { return {Text(), Text(), Text()}; }
  RowQuery ARowQuery() { return {Text(), Text(), Text()}; }
  Window AWindow() {
    const auto one = [&] { return Coin() ? std::string() : ids_[Below(ids_.size())]; };
    return {one(), one()};
  }

  RunSql ARunSql() {
    RunSql sql;
    sql.policy = static_cast<LockPolicy>(Below(3));
    sql.locks = Some<TableLock>([&] { return ALock(); });
    sql.statements = Texts();
    if (Coin()) sql.guard = Guard{AProbe(), Texts()};
    if (Coin()) sql.repair = Repair{Text()};
    return sql;
  }
  Backfill ABackfill() {
    Backfill backfill;
    backfill.table = Text();
    backfill.sql_table = Text();
    backfill.key = Some<KeyColumn>([&] { return KeyColumn{Text(), Text()}; });
    backfill.unfilled = Text();
    backfill.assignments = Text();
    backfill.careful_assignments = Text();
    backfill.session = Texts();
    return backfill;
  }
  Action AnAction() {
    switch (Below(5)) {
      case 0:
        return ABackfill();
      case 1:
        return Assert{ARowQuery(), Coin(), Text()};
      case 2:
        return AssertObjects{Text(), Text()};
      case 3:
        return SetAside{ARowQuery()};
      default:
        return ARunSql();
    }
  }
  Operation AnOperation() {
    Operation operation{AnAction(), {}};
    if (Coin()) operation.done = AProbe();
    return operation;
  }
  Step AStep(const std::string& id, Phase phase) {
    Step step;
    step.id = id;
    step.phase = phase;
    step.summary = Text();
    step.apply = AnOperation();
    step.revert = Some<Operation>([&] { return AnOperation(); });
    step.needs = Texts();
    step.provides = Texts();
    step.removes = Texts();
    step.locks = Some<TableLock>([&] { return ALock(); });
    step.work = static_cast<Work>(Below(3));
    step.hazards = Some<Hazard>([&] { return Hazard{"ZDM2001", Text(), Text(), Text()}; });
    step.losses = Some<Loss>([&] { return Loss{ARowQuery(), AWindow()}; });
    step.origin = Text();
    return step;
  }
  Question AQuestion() {
    const std::string start = Text();
    const std::string expand = Coin() ? start : Text();
    const std::string migrate = Coin() ? expand : Text();
    return {Text(), Text(), start, expand, migrate, Coin() ? migrate : Text()};
  }

  Plan APlan() {
    Plan plan;
    plan.compiler = Text();
    plan.dialect = static_cast<Dialect>(Below(3));
    plan.server_version = static_cast<int>(Below(200000));
    plan.salt = Text();
    plan.lock_timeout_ms = static_cast<int>(Below(1000));
    const std::size_t steps = 1 + Below(4);
    for (std::size_t i = 0; i <= steps; ++i) ids_.push_back(fmt::format("s{:02}-{}", i, Text()));
    auto phase = Phase::kExpand;
    for (std::size_t i = 0; i < steps; ++i) {
      if (Coin() && phase != Phase::kContract)
        phase = static_cast<Phase>(static_cast<int>(phase) + 1);
      plan.steps.push_back(AStep(ids_[i], phase));
    }
    plan.purge.push_back(AStep(ids_[steps], Phase::kContract));
    plan.questions = Some<Question>([&] { return AQuestion(); });
    plan.verifications = Some<Verification>([&] { return Verification{ARowQuery(), AWindow()}; });
    plan.objects = Some<OwnedObject>([&] {
      return OwnedObject{Text(), Text(), AWindow(), Coin()};
    });
    plan.notices = Texts();
    return plan;
  }

 private:
  std::mt19937 random_;
  std::vector<std::string> ids_;
};

}  // namespace

Plan RandomPlan(unsigned seed) {
  return Generator(seed).APlan();
}

}  // namespace zdm
