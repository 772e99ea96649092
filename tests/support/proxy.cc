// SPDX-License-Identifier: Apache-2.0
#include "tests/support/proxy.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <stdexcept>

#include "tests/support/proxy_wire.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

sockaddr_un Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool SendAll(int socket, const std::string& data) {
  std::size_t done = 0;
  while (done < data.size()) {
    const ssize_t n = send(socket, data.data() + done, data.size() - done, MSG_NOSIGNAL);
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

bool Receive(int socket, std::string& buffer) {
  char chunk[65536];
  const ssize_t n = recv(socket, chunk, sizeof chunk, 0);
  if (n <= 0) return false;
  buffer.append(chunk, static_cast<std::size_t>(n));
  return true;
}

}  // namespace

struct Proxy::Connection {
  int client = -1;
  int server = -1;
  std::unique_ptr<ProxyWire> wire;
  std::string from_client;
  std::string from_server;
  std::deque<ProxiedStatement> open;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (client >= 0) close(client);
    if (server >= 0) close(server);
  }
};

Proxy::Proxy(const TestServer& server, ProxyHooks hooks)
    : server_folder_(server.folder()),
      socket_name_(server.family() == "postgresql" ? fmt::format(".s.PGSQL.{}", server.port())
                                                   : "mysqld.sock"),
      postgres_(server.family() == "postgresql"),
      hooks_(std::move(hooks)) {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = Address(folder_.path() + "/" + socket_name_);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 64) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  chmod(address.sun_path, 0777);
  thread_ = std::thread([this] { Loop(); });
}

Proxy::~Proxy() {
  stop_ = true;
  thread_.join();
  connections_.clear();
  close(listener_);
}

std::string Proxy::Through(const std::string& url) const {
  return Replaced(url, "=" + server_folder_, "=" + folder_.path());
}

void Proxy::Loop() {
  while (!stop_) {
    std::vector<pollfd> polled = {{listener_, POLLIN, 0}};
    for (const auto& connection : connections_) {
      polled.push_back({connection->client, POLLIN, 0});
      polled.push_back({connection->server, POLLIN, 0});
    }
    if (poll(polled.data(), polled.size(), 50) <= 0) continue;
    const std::size_t known = connections_.size();
    if (polled[0].revents != 0) Accept();
    std::vector<bool> alive(connections_.size(), true);
    for (std::size_t i = 0; i < known; ++i) {
      if (polled[2 * i + 2].revents != 0) alive[i] = FromServer(*connections_[i]);
      if (alive[i] && polled[2 * i + 1].revents != 0) alive[i] = FromClient(*connections_[i]);
    }
    for (std::size_t i = alive.size(); i-- > 0;) {
      if (!alive[i]) connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

void Proxy::Accept() {
  auto connection = std::make_unique<Connection>();
  connection->client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  connection->wire = postgres_ ? PostgresWire() : MysqlWire();
  connection->server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = Address(server_folder_ + "/" + socket_name_);
  if (connection->client < 0 ||
      connect(connection->server, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0) {
    return;
  }
  connections_.push_back(std::move(connection));
}

bool Proxy::FromClient(Connection& connection) {
  if (!Receive(connection.client, connection.from_client)) return false;
  while (const auto part = connection.wire->FromClient(connection.from_client)) {
    if (!(part->statement ? Arrive(connection, part->raw, part->text)
                          : SendAll(connection.server, part->raw))) {
      return false;
    }
  }
  return true;
}

bool Proxy::Arrive(Connection& connection, const std::string& raw, const std::string& text) {
  ProxiedStatement statement{++statements_, connection.wire->backend, text, false};
  if (hooks_.arrived && hooks_.arrived(statement) == Verdict::kCut) return false;
  if (!SendAll(connection.server, raw)) return false;
  connection.open.push_back(statement);
  return !hooks_.sent || hooks_.sent(statement) == Verdict::kPass;
}

bool Proxy::FromServer(Connection& connection) {
  if (!Receive(connection.server, connection.from_server)) {
    SendAll(connection.client, connection.from_server);
    return false;
  }
  std::string out;
  while (const auto part = connection.wire->FromServer(connection.from_server)) {
    if (part->ends && !connection.open.empty()) {
      ProxiedStatement statement = connection.open.front();
      connection.open.pop_front();
      statement.in_transaction = part->in_transaction;
      if (hooks_.answered && hooks_.answered(statement) == Verdict::kCut) return false;
    }
    out += part->raw;
  }
  return SendAll(connection.client, out);
}

}  // namespace zdm::test
