// SPDX-License-Identifier: Apache-2.0
#include "tests/live/traffic/story.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/support/programs.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

/// Thrown to end a story at its first failure; the text says why.
struct StoryFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// MariaDB and MySQL have no shadow of one name yet: no fill there.
Shape RandomShape(std::mt19937_64& random, std::uint64_t seed, bool postgres) {
  const std::uint64_t bits = 1 + random() % 15;
  Shape shape{(bits & 1) != 0, (bits & 2) != 0, postgres && (bits & 4) != 0, (bits & 8) != 0,
              postgres && seed % 2 == 0};
  if (!shape.rename && !shape.split && !shape.fill && !shape.drop) shape.rename = true;
  return shape;
}

bool IsPostgres() {
  return SharedServer().family() == "postgresql";
}

}  // namespace

Story::Story(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      shape_(RandomShape(random_, seed, IsPostgres())),
      rows_(shape_),
      database_(SharedServer()) {}

Story::~Story() = default;

void Story::Fail(const std::string& what) {
  throw StoryFailed(what);
}

std::string Story::Summary() const {
  return fmt::format("seed {}:{}{}{}{}{}; {} statements, {} given up, slowest {} ms; {}", seed_,
                     shape_.rename ? " rename" : "", shape_.split ? " split" : "",
                     shape_.fill ? " fill" : "", shape_.drop ? " drop" : "",
                     shape_.key ? " key" : "", rows_.statements.load(), rows_.excused.load(),
                     rows_.slowest_us.load() / 1000, done_);
}

std::string Story::Tell() {
  try {
    Prepare();
    Resume(Version::kOld);
    const std::uint64_t rounds = random_() % 3;
    for (std::uint64_t round = 0; round < rounds; ++round) {
      Forward();
      random_() % 2 == 0 ? BackFromExpand() : BackFromMigrate();
    }
    Forward();
    Contract();
    if (random_() % 2 == 0) {
      BackFromContract();
      Contract();
    }
    Finish();
  } catch (const std::exception& error) {
    Pause(Version::kOld);
    Pause(Version::kNew);
    return fmt::format("{}\n{}", Summary(), error.what());
  }
  return "";
}

void Story::Zdm(std::vector<std::string> arguments) {
  done_ += fmt::format(" [{}]", fmt::join(arguments, " "));
  for (std::string& argument : arguments) {
    if (argument == "PLAN") argument = plan_;
  }
  arguments.insert(arguments.end(), {"--db", database_.Url()});
  const ProcessResult result = zdm::test::Zdm(arguments);
  if (result.exit_code != 0) {
    Fail(fmt::format("zdm {}: {}", fmt::join(arguments, " "), result.Describe()));
  }
}

/// The living rows whose new side the old cannot hold: up(down(new)) is another.
std::size_t Story::RowsToLose() {
  std::size_t count = 0;
  for (const auto& [id, entry] : rows_.All()) {
    const std::lock_guard lock(entry->mutex);
    ModelRow back = entry->row;
    rows_.model.Forget(back);
    if (!entry->deleted && back.new_side != entry->row.new_side) ++count;
  }
  return count;
}

/// To the start. Rows that would lose content are refused first, and kept aside on demand; old
/// writers that go on may make them fewer meanwhile, never more.
void Story::RollBackToStart() {
  const std::size_t before = RowsToLose();
  done_ += " [rollback]";
  ProcessResult result = zdm::test::Zdm({"rollback", "--db", database_.Url()});
  if (result.exit_code == 7 && before > 0) {
    done_ += " [rollback --set-aside]";
    result = zdm::test::Zdm({"rollback", "--set-aside", "--db", database_.Url()});
  } else if (result.exit_code == 0 && RowsToLose() > 0) {
    Fail(fmt::format("the rollback lost the content of {} rows without a word", RowsToLose()));
  }
  if (result.exit_code != 0) {
    Fail(fmt::format("zdm rollback, {} rows to lose: {}", before, result.Describe()));
  }
}

void Story::Prepare() {
  WriteFile(folder_.path() + "/before.zdm", shape_.BeforeZdm(SharedServer().family()));
  WriteFile(folder_.path() + "/after.zdm", shape_.AfterZdm(SharedServer().family()));
  plan_ = folder_.path() + "/before.json";
  const TestDatabase scratch(SharedServer());
  CompileCall call{folder_.path() + "/before.zdm", database_.Url(), scratch.Url(), plan_};
  ProcessResult result = Compile(call);
  if (result.exit_code != 0) Fail("zdmc compile before: " + result.Describe());
  Zdm({"run", "PLAN", "--until", "contract"});
  Zdm({"purge"});
  Fill();
  plan_ = folder_.path() + "/plan.json";
  call = {folder_.path() + "/after.zdm", database_.Url(), scratch.Url(), plan_, {"--allow", "all"}};
  result = Compile(call);
  if (result.exit_code != 0) Fail("zdmc compile after: " + result.Describe());
  before_dump_ = database_.Dump();
  done_.clear();
  for (int i = 0; i < 4; ++i) {
    old_clients_.push_back(
        std::make_unique<Client>(Version::kOld, i % 2 == 0, database_, random_(), rows_));
    new_clients_.push_back(
        std::make_unique<Client>(Version::kNew, i % 2 == 0, database_, random_(), rows_));
  }
}

/// Rows from before: some with a contact that up and down do not carry there and back.
void Story::Fill() {
  const auto owner = database_.Connect();
  if (IsPostgres()) owner->Must("GRANT SELECT, INSERT, UPDATE, DELETE ON person TO app");
  const int count = random_() % 4 == 0 ? 5000 : 300;
  std::string rows;
  for (int i = 1; i <= count; ++i) {
    const std::string contact = i % 5 == 0   ? "NULL"
                                : i % 5 == 1 ? fmt::format("'alone{}'", i)
                                             : fmt::format("'{0}@x.org {0}'", i);
    rows += fmt::format("{}('n{}', {}, {}, 'l{}', 'note')", rows.empty() ? "" : ", ", i, contact,
                        i % 3 == 0 ? "NULL" : fmt::format("'k{}'", i), i);
  }
  owner->Must("INSERT INTO person (name, contact, nick, legacy, note) VALUES " + rows);
  const Answer all =
      owner->Run("SELECT id, name, contact, nick, legacy, note FROM person ORDER BY id");
  for (const Row& row : all.rows) {
    const Values values = {{"name", row[1]},
                           {"contact", row[2]},
                           {"nick", row[3]},
                           {"legacy", row[4]},
                           {"note", row[5]}};
    ModelRow made = rows_.model.Insert(Version::kOld, values, false);
    made.filled = false;
    rows_.Add(std::stoll(*row[0]), std::move(made));
  }
}

void Story::Pause(Version version) {
  for (auto& client : version == Version::kOld ? old_clients_ : new_clients_) client->Stop();
  (version == Version::kOld ? old_works_ : new_works_) = false;
}

void Story::Resume(Version version) {
  bool& works = version == Version::kOld ? old_works_ : new_works_;
  if (works) return;
  for (auto& client : version == Version::kOld ? old_clients_ : new_clients_) client->Start();
  works = true;
}

void Story::Traffic() {
  std::this_thread::sleep_for(std::chrono::milliseconds(50 + random_() % 150));
}

/// With everybody paused: each row through each version that may read it now.
void Story::Check(const std::string& when) {
  const bool old_worked = old_works_;
  const bool new_worked = new_works_;
  Pause(Version::kOld);
  Pause(Version::kNew);
  const auto owner = database_.Connect();
  for (const Version version : {Version::kOld, Version::kNew}) {
    if (version == Version::kOld ? rows_.contracted.load() : !rows_.expanded) continue;
    const std::vector<std::string> columns =
        version == Version::kOld ? shape_.OldColumns() : shape_.NewColumns();
    const Answer all =
        owner->Run(fmt::format("SELECT id, {} FROM person", fmt::join(columns, ", ")));
    if (!all.ok()) Fail(when + ": " + all.error);
    std::map<std::int64_t, Values> seen;
    for (const Row& row : all.rows) {
      Values& values = seen[std::stoll(*row[0])];
      for (std::size_t i = 0; i < columns.size(); ++i) values[columns[i]] = row[i + 1];
    }
    std::size_t living = 0;
    for (const auto& [id, entry] : rows_.All()) {
      if (entry->deleted) continue;
      ++living;
      if (!seen.contains(id)) Fail(fmt::format("{}: row {} is gone", when, id));
      if (version == Version::kNew && !rows_.filled && !entry->row.filled) continue;
      const Values expected = rows_.model.Seen(entry->row, version, rows_.contracted);
      if (seen[id] != expected) {
        rows_.Fail(
            fmt::format("{}: the {} application sees row {} as\n    {}\n  not\n    {}\n"
                        "  writes: {}",
                        when, version == Version::kOld ? "old" : "new", id, Shown(seen[id]),
                        Shown(expected), Trimmed(JoinLines(entry->row.history))));
      }
    }
    if (living != seen.size()) {
      rows_.Fail(fmt::format("{}: {} rows, not {}", when, seen.size(), living));
    }
  }
  const std::vector<std::string> failures = rows_.TakeFailures();
  if (!failures.empty()) {
    std::string text = fmt::format("{} failures until {}:\n", failures.size(), when);
    for (std::size_t i = 0; i < failures.size() && i < 8; ++i) text += failures[i] + "\n";
    Fail(text);
  }
  if (old_worked) Resume(Version::kOld);
  if (new_worked) Resume(Version::kNew);
}

void Story::Forward() {
  Traffic();
  Zdm({"run", "PLAN", "--until", "expand"});
  rows_.expanded = true;
  Check("expand");
  Resume(Version::kNew);
  Traffic();
}

void Story::BackFromExpand() {
  Pause(Version::kNew);
  rows_.expanded = false;
  RollBackToStart();
  Check("the rollback from expand");
  Pause(Version::kOld);
  for (const auto& [id, entry] : rows_.All()) rows_.model.Forget(entry->row);
  if (const std::string other = Difference(before_dump_, database_.Dump()); !other.empty()) {
    Fail("the catalog after the rollback from expand:\n" + other);
  }
  Resume(Version::kOld);
}

void Story::BackFromMigrate() {
  Zdm({"run", "PLAN"});
  rows_.filled = true;
  Check("migrate");
  Traffic();
  if (random_() % 2 == 0) {
    rows_.filled = false;
    Zdm({"rollback", "--to", "expand"});
    Check("the rollback to expand");
    Traffic();
  }
  Pause(Version::kNew);
  rows_.expanded = false;
  rows_.filled = false;
  RollBackToStart();
  Check("the rollback from migrate");
  Pause(Version::kOld);
  for (const auto& [id, entry] : rows_.All()) rows_.model.Forget(entry->row);
  if (const std::string other = Difference(before_dump_, database_.Dump()); !other.empty()) {
    Fail("the catalog after the rollback from migrate:\n" + other);
  }
  Resume(Version::kOld);
}

void Story::Contract() {
  Zdm({"run", "PLAN"});
  rows_.filled = true;
  Check("migrate, before contract");
  Traffic();
  Zdm({"verify"});
  Pause(Version::kOld);
  rows_.switching = true;
  Zdm({"run", "PLAN", "--until", "contract"});
  Pause(Version::kNew);
  rows_.contracted = true;
  rows_.switching = false;
  Check("contract");
  Resume(Version::kNew);
  Traffic();
  Check("traffic after contract");
}

void Story::BackFromContract() {
  const bool by_way_of_migrate = random_() % 2 == 0;
  if (by_way_of_migrate) {
    rows_.switching = true;
    Zdm({"rollback", "--to", "migrate"});
    Pause(Version::kNew);
    rows_.contracted = false;
    rows_.switching = false;
    Check("the rollback to migrate");
    Resume(Version::kOld);
    Resume(Version::kNew);
    Traffic();
    Check("traffic after the rollback to migrate");
  }
  Pause(Version::kNew);
  rows_.expanded = false;
  rows_.filled = false;
  RollBackToStart();
  rows_.contracted = false;
  Pause(Version::kOld);
  Check("the rollback from contract");
  for (const auto& [id, entry] : rows_.All()) rows_.model.Forget(entry->row);
  if (const std::string other = Difference(before_dump_, database_.Dump()); !other.empty()) {
    Fail("the catalog after the rollback from contract:\n" + other);
  }
  Resume(Version::kOld);
  Forward();
}

void Story::Finish() {
  Zdm({"purge"});
  Check("purge");
  Traffic();
  Check("traffic after purge");
  Pause(Version::kNew);
  const std::string dump = database_.Dump();
  if (Contains(dump, "zdm_")) Fail("purge left something of ours:\n" + dump);
}

}  // namespace zdm::test
