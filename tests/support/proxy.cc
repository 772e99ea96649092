// SPDX-License-Identifier: Apache-2.0
// The frontend/backend protocol, version 3, as far as counting statements needs it: a statement is
// a Query message or a Sync (the extended protocol's end of a round trip).
#include "tests/support/proxy.h"

#include <arpa/inet.h>
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

#include "tests/support/text.h"

namespace zdm::test {
namespace {

sockaddr_un Address(const std::string& folder, int port) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("{}/.s.PGSQL.{}", folder, port);
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

std::uint32_t Number(const std::string& text, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, text.data() + at, 4);
  return ntohl(value);
}

/// Takes one whole message with a type byte off `buffer`; false when it is not all there yet.
bool Take(std::string& buffer, std::string& raw) {
  if (buffer.size() < 5) return false;
  const std::size_t size = Number(buffer, 1) + 1;
  if (buffer.size() < size) return false;
  raw = buffer.substr(0, size);
  buffer.erase(0, size);
  return true;
}

}  // namespace

struct Proxy::Connection {
  int client = -1;
  int server = -1;
  int backend = 0;
  bool started = false;
  std::string from_client;
  std::string from_server;
  std::string parsed;  ///< text of the last Parse message
  std::deque<ProxiedStatement> open;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (client >= 0) close(client);
    if (server >= 0) close(server);
  }
};

Proxy::Proxy(std::string server_folder, int port, ProxyHooks hooks)
    : server_folder_(std::move(server_folder)), port_(port), hooks_(std::move(hooks)) {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = Address(folder_.path(), port_);
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
  return Replaced(url, "host=" + server_folder_, "host=" + folder_.path());
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
  connection->server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = Address(server_folder_, port_);
  if (connection->client < 0 ||
      connect(connection->server, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0) {
    return;
  }
  connections_.push_back(std::move(connection));
}

bool Proxy::FromClient(Connection& connection) {
  if (!Receive(connection.client, connection.from_client)) return false;
  if (!connection.started) {  // startup, TLS request or cancel: a length without a type
    if (connection.from_client.size() < 8) return true;
    const std::size_t size = Number(connection.from_client, 0);
    if (connection.from_client.size() < size) return true;
    connection.started = Number(connection.from_client, 4) >> 16 == 3;
    if (!SendAll(connection.server, connection.from_client.substr(0, size))) return false;
    connection.from_client.erase(0, size);
  }
  std::string raw;
  while (connection.started && Take(connection.from_client, raw)) {
    if (!ClientMessage(connection, raw[0], raw.substr(5), raw)) return false;
  }
  return true;
}

bool Proxy::ClientMessage(Connection& connection, char type, const std::string& body,
                          const std::string& raw) {
  if (type == 'P') {
    const std::size_t name_end = body.find('\0') + 1;
    connection.parsed = body.substr(name_end, body.find('\0', name_end) - name_end);
  }
  if (type == 'Q') connection.parsed = body.substr(0, body.find('\0'));
  if (type == 'Q' || type == 'S') return Arrive(connection, raw);
  return SendAll(connection.server, raw);
}

bool Proxy::Arrive(Connection& connection, const std::string& raw) {
  ProxiedStatement statement{++statements_, connection.backend, connection.parsed, false};
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
  if (!connection.started) {  // the answer to a TLS request is one bare byte
    const bool passed = SendAll(connection.client, connection.from_server);
    connection.from_server.clear();
    return passed;
  }
  std::string raw;
  std::string out;
  while (Take(connection.from_server, raw)) {
    if (raw[0] == 'K' && raw.size() >= 9) connection.backend = static_cast<int>(Number(raw, 5));
    if (raw[0] == 'Z' && !connection.open.empty()) {
      ProxiedStatement statement = connection.open.front();
      connection.open.pop_front();
      statement.in_transaction = raw[5] != 'I';
      if (hooks_.answered && hooks_.answered(statement) == Verdict::kCut) return false;
    }
    out += raw;
  }
  return SendAll(connection.client, out);
}

}  // namespace zdm::test
