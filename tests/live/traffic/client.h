// SPDX-License-Identifier: Apache-2.0
// One connection of one application, at work on a thread of its own: random single-row statements,
// each written into the model under the row's lock, each read compared with it. Nothing is tried
// again; a lost connection is a failure.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/live/traffic/link.h"
#include "tests/live/traffic/model.h"

namespace zdm::test {

/// The rows that all clients share, and what went wrong.
class SharedRows {
 public:
  explicit SharedRows(Shape shape) : model(shape) {}

  struct Entry {
    std::mutex mutex;
    ModelRow row;
    bool deleted = false;
  };

  void Add(std::int64_t id, ModelRow row);
  /// A random living row, or nullptr.
  std::shared_ptr<Entry> Pick(std::mt19937_64& random, std::int64_t& id);
  std::vector<std::pair<std::int64_t, std::shared_ptr<Entry>>> All();
  void Fail(const std::string& what);
  std::vector<std::string> TakeFailures();

  Model model;
  std::atomic<bool> expanded{false};    ///< `zdm run --until expand` has ended
  std::atomic<bool> filled{false};      ///< migrate has ended
  std::atomic<bool> contracted{false};  ///< contract has ended
  /// A command that moves the name `nick` is at work: either of its meanings is right.
  std::atomic<bool> switching{false};
  std::atomic<std::int64_t> statements{0};
  std::atomic<std::int64_t> excused{0};  ///< of these, given up by the server as it does anyhow
  std::atomic<std::int64_t> slowest_us{0};

 private:
  std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<Entry>> rows_;
  std::vector<std::int64_t> ids_;
  std::vector<std::string> failures_;
};

class Client {
 public:
  Client(Version version, bool prepared, const TestDatabase& database, std::uint64_t seed,
         SharedRows& rows);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Start();
  /// Ends at the next statement; the connection stays for the next Start.
  void Stop();

  /// For the story's own, single-threaded look at one row; a failure is noted.
  bool Read(std::int64_t id, Values& values);

 private:
  void Loop();
  void OneStatement();
  void Insert();
  void Update(std::int64_t id, SharedRows::Entry& entry);
  void Select(std::int64_t id, SharedRows::Entry& entry);
  void Delete(std::int64_t id, SharedRows::Entry& entry);
  Values Sources(const Values& side) const;
  Value RandomValue(const std::string& column);
  const std::vector<std::string>& columns() const { return columns_; }
  LinkAnswer Send(const std::string& sql, const std::vector<Value>& values);
  std::string Who() const;

  Version version_;
  bool prepared_;
  std::vector<std::string> columns_;
  std::mt19937_64 random_;
  SharedRows& rows_;
  std::unique_ptr<Link> link_;
  std::atomic<bool> stop_{true};
  std::thread thread_;
};

}  // namespace zdm::test
