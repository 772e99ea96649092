// SPDX-License-Identifier: Apache-2.0
#include "tests/live/traffic/client.h"

#include <fmt/format.h>

#include <chrono>

#include "tests/support/text.h"

namespace zdm::test {

void SharedRows::Add(std::int64_t id, ModelRow row) {
  auto entry = std::make_shared<Entry>();
  entry->row = std::move(row);
  const std::lock_guard lock(mutex_);
  rows_[id] = std::move(entry);
  ids_.push_back(id);
}

std::shared_ptr<SharedRows::Entry> SharedRows::Pick(std::mt19937_64& random, std::int64_t& id) {
  const std::lock_guard lock(mutex_);
  for (int attempt = 0; attempt < 20 && !ids_.empty(); ++attempt) {
    // Most work is on few rows, so that both applications meet on them.
    const std::size_t range =
        random() % 2 == 0 ? std::min<std::size_t>(ids_.size(), 20) : ids_.size();
    id = ids_[random() % range];
    if (!rows_[id]->deleted) return rows_[id];
  }
  return nullptr;
}

std::vector<std::pair<std::int64_t, std::shared_ptr<SharedRows::Entry>>> SharedRows::All() {
  const std::lock_guard lock(mutex_);
  return {rows_.begin(), rows_.end()};
}

void SharedRows::Fail(const std::string& what) {
  const std::lock_guard lock(mutex_);
  failures_.push_back(what);
}

std::vector<std::string> SharedRows::TakeFailures() {
  const std::lock_guard lock(mutex_);
  return std::move(failures_);
}

Client::Client(Version version, bool prepared, const TestDatabase& database, std::uint64_t seed,
               SharedRows& rows)
    : version_(version),
      prepared_(prepared),
      columns_(version == Version::kOld ? rows.model.shape().OldColumns()
                                        : rows.model.shape().NewColumns()),
      random_(seed),
      rows_(rows),
      link_(ConnectLink(database, prepared)) {}

Client::~Client() {
  Stop();
}

void Client::Start() {
  stop_ = false;
  thread_ = std::thread([this] { Loop(); });
}

void Client::Stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Client::Loop() {
  while (!stop_) {
    OneStatement();
    if (!link_->alive()) {
      rows_.Fail(Who() + ": the connection is lost");
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::string Client::Who() const {
  return fmt::format("{} application{}", version_ == Version::kOld ? "old" : "new",
                     prepared_ ? ", prepared statements" : "");
}

LinkAnswer Client::Send(const std::string& sql, const std::vector<Value>& values) {
  const auto began = std::chrono::steady_clock::now();
  LinkAnswer answer = link_->Send(sql, values);
  const std::int64_t took = std::chrono::duration_cast<std::chrono::microseconds>(
                                std::chrono::steady_clock::now() - began)
                                .count();
  ++rows_.statements;
  for (std::int64_t seen = rows_.slowest_us; took > seen;) {
    if (rows_.slowest_us.compare_exchange_weak(seen, took)) break;
  }
  if (answer.excused) {
    ++rows_.excused;
  } else if (!answer.error.empty()) {
    rows_.Fail(fmt::format("{}: {}\n  in: {}", Who(), answer.error, sql));
  }
  return answer;
}

Value Client::RandomValue(const std::string& column) {
  const bool required = column == "name" || column == "full_name" || column == "legacy" ||
                        (column == "nick" && rows_.model.shape().fill && version_ == Version::kNew);
  if (!required && random_() % 6 == 0) return std::nullopt;
  const std::string word = fmt::format("{}{}", column.substr(0, 2), random_() % 1000);
  if (column == "contact") {
    const std::uint64_t kind = random_() % 4;
    if (kind == 0) return word;             // no space: up and down are not inverse
    if (kind == 1) return word + " 12 34";  // two spaces
    return fmt::format("{}@x.org {}", word, random_() % 100000);
  }
  if (column == "email" && random_() % 8 == 0) return word + " with space";
  if (column == "note" && random_() % 8 == 0) return std::string("it's; \"odd\" \\ Zürich");
  return word;
}

void Client::OneStatement() {
  const std::uint64_t kind = random_() % 20;
  if (kind < 3) return Insert();
  std::int64_t id = 0;
  const auto entry = rows_.Pick(random_, id);
  if (!entry) return Insert();
  const std::lock_guard lock(entry->mutex);
  if (entry->deleted) return;
  if (kind < 11) return Update(id, *entry);
  if (kind < 19) return Select(id, *entry);
  return Delete(id, *entry);
}

void Client::Insert() {
  Values values;
  std::vector<Value> parameters;
  std::string names;
  std::string marks;
  for (const std::string& column : columns_) {
    values[column] = RandomValue(column);
    parameters.push_back(values[column]);
    names += (names.empty() ? "" : ", ") + column;
    marks += marks.empty() ? "?" : ", ?";
  }
  const bool expanded = rows_.expanded;
  const LinkAnswer result =
      Send(fmt::format("INSERT INTO person ({}) VALUES ({})", names, marks), parameters);
  if (!result.error.empty() || result.rows.empty()) return;
  ModelRow row = rows_.model.Insert(version_, values, rows_.contracted);
  row.filled = expanded;
  rows_.Add(std::stoll(*result.rows[0][0]), std::move(row));
}

void Client::Update(std::int64_t id, SharedRows::Entry& entry) {
  Values values;
  std::vector<Value> parameters;
  std::string sets;
  const std::size_t chosen = random_() % (columns_.size() + 1);  // one column, or all
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (chosen != i && chosen != columns_.size()) continue;
    const std::string& column = columns_[i];
    values[column] = RandomValue(column);
    parameters.push_back(values[column]);
    sets += fmt::format("{}{} = ?", sets.empty() ? "" : ", ", column);
  }
  parameters.emplace_back(std::to_string(id));
  const bool expanded = rows_.expanded;
  const LinkAnswer result =
      Send(fmt::format("UPDATE person SET {} WHERE id = ?", sets), parameters);
  if (!result.error.empty()) return;
  if (result.rows.size() != 1) {
    rows_.Fail(fmt::format("{}: row {} is gone", Who(), id));
    return;
  }
  const Values old_sources = Sources(entry.row.old_side);
  const Values new_targets = Sources(entry.row.new_side);
  rows_.model.Update(entry.row, version_, values, rows_.contracted);
  if (expanded &&
      (old_sources != Sources(entry.row.old_side) || new_targets != Sources(entry.row.new_side))) {
    entry.row.filled = true;
  }
}

/// Of one side, the columns that a transition replaces or makes.
Values Client::Sources(const Values& side) const {
  const Shape& shape = rows_.model.shape();
  Values result;
  for (const auto& [column, value] : side) {
    const bool named =
        (shape.rename && (column == "name" || column == "full_name")) ||
        (shape.split && (column == "contact" || column == "email" || column == "phone")) ||
        (shape.fill && column == "nick");
    if (named) result[column] = value;
  }
  return result;
}

void Client::Select(std::int64_t id, SharedRows::Entry& entry) {
  if (version_ == Version::kNew && !rows_.filled && !entry.row.filled) return;
  Values seen;
  if (!Read(id, seen)) return;
  Values expected = rows_.model.Seen(entry.row, version_, rows_.contracted);
  if (seen == expected) return;
  if (rows_.switching && version_ == Version::kNew) {
    expected = rows_.model.Seen(entry.row, version_, !rows_.contracted);
    if (seen == expected) return;
  }
  rows_.Fail(fmt::format("{} reads row {} as\n    {}\n  not\n    {}\n  writes: {}", Who(), id,
                         Shown(seen), Shown(expected), Trimmed(JoinLines(entry.row.history))));
}

bool Client::Read(std::int64_t id, Values& values) {
  std::string names;
  for (const std::string& column : columns_) names += (names.empty() ? "" : ", ") + column;
  const LinkAnswer result =
      Send(fmt::format("SELECT {} FROM person WHERE id = ?", names), {std::to_string(id)});
  if (!result.error.empty()) return false;
  if (result.rows.size() != 1) {
    rows_.Fail(fmt::format("{}: row {} is gone", Who(), id));
    return false;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) values[columns_[i]] = result.rows[0][i];
  return true;
}

void Client::Delete(std::int64_t id, SharedRows::Entry& entry) {
  const LinkAnswer result = Send("DELETE FROM person WHERE id = ?", {std::to_string(id)});
  if (!result.error.empty()) return;
  if (result.rows.size() != 1) rows_.Fail(fmt::format("{}: row {} is gone", Who(), id));
  entry.deleted = true;
}

}  // namespace zdm::test
