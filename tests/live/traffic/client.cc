// SPDX-License-Identifier: Apache-2.0
#include "tests/live/traffic/client.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/text.h"

namespace zdm::test {
struct Client::Connection {
  explicit Connection(const std::string& url) : handle(PQconnectdb(url.c_str())) {
    if (PQstatus(handle) != CONNECTION_OK) {
      const std::string error = PQerrorMessage(handle);
      PQfinish(handle);
      throw std::runtime_error(error);
    }
  }
  ~Connection() { PQfinish(handle); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  PGconn* handle;
  std::map<std::string, std::string> names;  ///< of prepared statements
};

struct Client::Result {
  bool ok = false;
  std::vector<std::vector<Value>> rows;
};

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

Client::Client(Version version, bool prepared, std::string url, std::uint64_t seed,
               SharedRows& rows)
    : version_(version),
      prepared_(prepared),
      columns_(version == Version::kOld ? rows.model.shape().OldColumns()
                                        : rows.model.shape().NewColumns()),
      random_(seed),
      rows_(rows),
      connection_(std::make_unique<Connection>(url)) {}

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
    if (PQstatus(connection_->handle) != CONNECTION_OK) {
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

Client::Result Client::Send(const std::string& sql, const std::vector<Value>& values) {
  std::vector<const char*> texts;
  for (const Value& value : values) texts.push_back(value ? value->c_str() : nullptr);
  const int count = static_cast<int>(values.size());
  const auto began = std::chrono::steady_clock::now();
  PGresult* answer = nullptr;
  if (prepared_) {
    std::string& name = connection_->names[sql];
    if (name.empty()) {
      name = fmt::format("p{}", connection_->names.size());
      answer = PQprepare(connection_->handle, name.c_str(), sql.c_str(), 0, nullptr);
    }
    if (answer == nullptr || PQresultStatus(answer) == PGRES_COMMAND_OK) {
      PQclear(answer);
      answer = PQexecPrepared(connection_->handle, name.c_str(), count, texts.data(), nullptr,
                              nullptr, 0);
    }
  } else {
    answer = PQexecParams(connection_->handle, sql.c_str(), count, nullptr, texts.data(), nullptr,
                          nullptr, 0);
  }
  const std::int64_t took = std::chrono::duration_cast<std::chrono::microseconds>(
                                std::chrono::steady_clock::now() - began)
                                .count();
  ++rows_.statements;
  for (std::int64_t seen = rows_.slowest_us; took > seen;) {
    if (rows_.slowest_us.compare_exchange_weak(seen, took)) break;
  }
  Result result;
  const ExecStatusType status = PQresultStatus(answer);
  result.ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
  if (!result.ok) {
    rows_.Fail(fmt::format("{}: {}\n  in: {}", Who(), Trimmed(PQresultErrorMessage(answer)), sql));
  }
  for (int row = 0; row < PQntuples(answer); ++row) {
    std::vector<Value> one;
    for (int column = 0; column < PQnfields(answer); ++column) {
      one.push_back(PQgetisnull(answer, row, column) != 0 ? Value()
                                                          : PQgetvalue(answer, row, column));
    }
    result.rows.push_back(std::move(one));
  }
  PQclear(answer);
  return result;
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
  std::string numbers;
  for (const std::string& column : columns_) {
    values[column] = RandomValue(column);
    parameters.push_back(values[column]);
    names += (names.empty() ? "" : ", ") + column;
    numbers += fmt::format("{}${}", numbers.empty() ? "" : ", ", parameters.size());
  }
  const bool expanded = rows_.expanded;
  const Result result = Send(
      fmt::format("INSERT INTO person ({}) VALUES ({}) RETURNING id", names, numbers), parameters);
  if (!result.ok || result.rows.empty()) return;
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
    sets += fmt::format("{}{} = ${}", sets.empty() ? "" : ", ", column, parameters.size());
  }
  parameters.emplace_back(std::to_string(id));
  const bool expanded = rows_.expanded;
  const Result result =
      Send(fmt::format("UPDATE person SET {} WHERE id = ${} RETURNING id", sets, parameters.size()),
           parameters);
  if (!result.ok) return;
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
  const Result result =
      Send(fmt::format("SELECT {} FROM person WHERE id = $1", names), {std::to_string(id)});
  if (!result.ok) return false;
  if (result.rows.size() != 1) {
    rows_.Fail(fmt::format("{}: row {} is gone", Who(), id));
    return false;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) values[columns_[i]] = result.rows[0][i];
  return true;
}

void Client::Delete(std::int64_t id, SharedRows::Entry& entry) {
  const Result result = Send("DELETE FROM person WHERE id = $1 RETURNING id", {std::to_string(id)});
  if (!result.ok) return;
  if (result.rows.size() != 1) rows_.Fail(fmt::format("{}: row {} is gone", Who(), id));
  entry.deleted = true;
}

}  // namespace zdm::test
