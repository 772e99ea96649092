// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/postgres_refusal.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <memory>

namespace zdm {
namespace {

constexpr std::size_t kLength = 5;

bool IsSqlstate(std::string_view text) {
  return text.size() == kLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

/// False: the time is over.
bool WaitFor(const PGconn* connection, PostgresPollingStatusType what,
             std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  pollfd descriptor{PQsocket(connection),
                    static_cast<short>(what == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  return left.count() > 0 && poll(&descriptor, 1, static_cast<int>(left.count())) > 0;
}

}  // namespace

bool ServerSaid(std::string_view message) {
  return message.find(":  ") != std::string_view::npos;
}

std::string SqlstateIn(std::string_view text) {
  std::string found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t mark = line.rfind(":  ");
    if (mark != std::string_view::npos && IsSqlstate(line.substr(mark + 3))) {
      found = line.substr(mark + 3);
    }
  }
  return found;
}

std::string SqlstateOfRefusal(const std::string& connect_string, std::chrono::seconds timeout) {
  const std::unique_ptr<PGconn, Finish> connection(PQconnectStart(connect_string.c_str()));
  if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) return "";
  PQsetErrorVerbosity(connection.get(), PQERRORS_SQLSTATE);
  const auto end = std::chrono::steady_clock::now() + timeout;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status == PGRES_POLLING_WRITING || status == PGRES_POLLING_READING) {
    if (!WaitFor(connection.get(), status, end)) return "";
    status = PQconnectPoll(connection.get());
  }
  return status == PGRES_POLLING_FAILED ? SqlstateIn(PQerrorMessage(connection.get())) : "";
}

}  // namespace zdm
