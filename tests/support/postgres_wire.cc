// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>

#include <cstring>

#include "tests/support/proxy_wire.h"

namespace zdm::test {
namespace {

std::uint32_t Number(const std::string& text, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, text.data() + at, 4);
  return ntohl(value);
}

std::string TakeFront(std::string& buffer, std::size_t size) {
  std::string front = buffer.substr(0, size);
  buffer.erase(0, size);
  return front;
}

/// One whole message with a type byte; "" when it is not all there yet.
std::string TakeMessage(std::string& buffer) {
  if (buffer.size() < 5) return "";
  const std::size_t size = Number(buffer, 1) + 1;
  return buffer.size() < size ? "" : TakeFront(buffer, size);
}

class Wire : public ProxyWire {
 public:
  std::optional<ClientPart> FromClient(std::string& buffer) override {
    if (!started_) {  // startup, TLS request or cancel: a length without a type
      if (buffer.size() < 8 || buffer.size() < Number(buffer, 0)) return std::nullopt;
      started_ = Number(buffer, 4) >> 16 == 3;
      return ClientPart{TakeFront(buffer, Number(buffer, 0)), false, ""};
    }
    const std::string raw = TakeMessage(buffer);
    if (raw.empty()) return std::nullopt;
    const std::string body = raw.substr(5);
    if (raw[0] == 'P') {
      const std::size_t name_end = body.find('\0') + 1;
      parsed_ = body.substr(name_end, body.find('\0', name_end) - name_end);
    }
    if (raw[0] == 'Q') parsed_ = body.substr(0, body.find('\0'));
    return ClientPart{raw, raw[0] == 'Q' || raw[0] == 'S', parsed_};
  }

  std::optional<ServerPart> FromServer(std::string& buffer) override {
    if (!started_) {  // the answer to a TLS request is one bare byte
      if (buffer.empty()) return std::nullopt;
      return ServerPart{TakeFront(buffer, buffer.size()), false, false};
    }
    const std::string raw = TakeMessage(buffer);
    if (raw.empty()) return std::nullopt;
    if (raw[0] == 'K' && raw.size() >= 9) backend = static_cast<int>(Number(raw, 5));
    const bool ready = raw[0] == 'Z';
    return ServerPart{raw, ready, ready && raw[5] != 'I'};
  }

 private:
  bool started_ = false;
  std::string parsed_;  ///< text of the last Parse message
};

}  // namespace

std::unique_ptr<ProxyWire> PostgresWire() {
  return std::make_unique<Wire>();
}

}  // namespace zdm::test
