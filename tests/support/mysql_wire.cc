// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <map>
#include <stdexcept>

#include "tests/support/proxy_wire.h"

namespace zdm::test {
namespace {

constexpr unsigned char kQuit = 0x01;
constexpr unsigned char kQuery = 0x03;
constexpr unsigned char kPrepare = 0x16;
constexpr unsigned char kExecute = 0x17;
constexpr unsigned char kSendLong = 0x18;
constexpr unsigned char kClose = 0x19;

constexpr std::uint32_t kTls = 1U << 11;
constexpr std::uint32_t kCompression = (1U << 5) | (1U << 26);
constexpr std::uint32_t kNoEof = 1U << 24;
constexpr std::uint32_t kMoreResults = 8;
constexpr std::uint32_t kInTransaction = 1;

std::uint32_t Little(const std::string& text, std::size_t at, int bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(text.at(at + i))) << (8 * i);
  }
  return value;
}

void SetLittle(std::string& text, std::size_t at, int bytes, std::uint32_t value) {
  for (int i = 0; i < bytes; ++i) text.at(at + i) = static_cast<char>((value >> (8 * i)) & 0xFFU);
}

/// A number of 1 to 9 bytes; `at` moves behind it.
std::uint32_t Packed(const std::string& text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text.at(at++));
  if (first < 0xFB) return first;
  const int bytes = first == 0xFC ? 2 : first == 0xFD ? 3 : 8;
  const std::uint32_t value = Little(text, at, bytes > 4 ? 4 : bytes);
  at += static_cast<std::size_t>(bytes);
  return value;
}

/// One packet with its head; "" when it is not all there yet.
std::string TakePacket(std::string& buffer) {
  if (buffer.size() < 4) return "";
  const std::size_t size = Little(buffer, 0, 3) + 4;
  if (buffer.size() < size) return "";
  std::string packet = buffer.substr(0, size);
  buffer.erase(0, size);
  return packet;
}

class Wire : public ProxyWire {
 public:
  std::optional<ClientPart> FromClient(std::string& buffer) override;
  std::optional<ServerPart> FromServer(std::string& buffer) override;

 private:
  /// What the server's next packet is.
  enum class Expect { kGreeting, kLogin, kNothing, kHead, kColumns, kRows, kPrepared, kSkipped };

  static unsigned char First(const std::string& packet) {
    return packet.size() > 4 ? static_cast<unsigned char>(packet[4]) : 0;
  }
  static bool IsEof(const std::string& packet) {
    return First(packet) == 0xFE && packet.size() < 4 + 9;
  }
  static void CutOffer(std::string& greeting, int& backend);
  /// Whether the packet ends the answer.
  bool Answer(const std::string& packet);
  bool Ended(std::uint32_t status);

  Expect expect_ = Expect::kGreeting;
  std::uint32_t status_ = 0;
  int eofs_ = 0;  ///< to come behind the answer to a prepare
  std::string preparing_;
  std::map<std::uint32_t, std::string> prepared_;
};

std::optional<ClientPart> Wire::FromClient(std::string& buffer) {
  const std::string packet = TakePacket(buffer);
  if (packet.empty()) return std::nullopt;
  const bool command = expect_ == Expect::kNothing && packet[3] == 0;
  if (!command) return ClientPart{packet, false, ""};  // login, or the rest of a long one
  const std::string body = packet.substr(packet.size() > 4 ? 5 : 4);
  switch (First(packet)) {
    case kQuery:
      expect_ = Expect::kHead;
      return ClientPart{packet, true, body};
    case kExecute:
      expect_ = Expect::kHead;
      return ClientPart{packet, true, prepared_[Little(body, 0, 4)]};
    case kPrepare:
      expect_ = Expect::kPrepared;
      preparing_ = body;
      return ClientPart{packet, false, ""};
    case kQuit:
    case kClose:
    case kSendLong:
      return ClientPart{packet, false, ""};  // nothing answers
    default:
      expect_ = Expect::kSkipped;
      return ClientPart{packet, false, ""};
  }
}

/// Takes out of the server's offer what nobody here understands, and reads the connection's number.
void Wire::CutOffer(std::string& greeting, int& backend) {
  const std::size_t number = greeting.find('\0', 5) + 1;
  backend = static_cast<int>(Little(greeting, number, 4));
  const std::size_t low = number + 4 + 8 + 1;
  const std::size_t high = low + 2 + 1 + 2;
  std::uint32_t offer = Little(greeting, low, 2) | (Little(greeting, high, 2) << 16);
  offer &= ~(kTls | kCompression | kNoEof);
  SetLittle(greeting, low, 2, offer & 0xFFFFU);
  SetLittle(greeting, high, 2, offer >> 16);
  SetLittle(greeting, high + 2 + 1 + 6, 4, 0);  // MariaDB's own
}

bool Wire::Ended(std::uint32_t status) {
  status_ = status;
  if ((status & kMoreResults) != 0) {
    expect_ = Expect::kHead;
    return false;
  }
  expect_ = Expect::kNothing;
  return true;
}

bool Wire::Answer(const std::string& packet) {
  const unsigned char first = First(packet);
  if (first == 0xFF) {
    expect_ = Expect::kNothing;
    return true;
  }
  if (expect_ == Expect::kColumns) {
    if (IsEof(packet)) expect_ = Expect::kRows;
    return false;
  }
  if (expect_ == Expect::kRows) return IsEof(packet) && Ended(Little(packet, 7, 2));
  if (expect_ != Expect::kHead) return false;
  if (first != 0) {
    expect_ = Expect::kColumns;
    return false;
  }
  std::size_t at = 5;
  Packed(packet, at);  // changed rows
  Packed(packet, at);  // the last number handed out
  return Ended(Little(packet, at, 2));
}

std::optional<ServerPart> Wire::FromServer(std::string& buffer) {
  std::string packet = TakePacket(buffer);
  if (packet.empty()) return std::nullopt;
  const unsigned char first = First(packet);
  if (expect_ == Expect::kGreeting) {
    if (first != 0xFF) CutOffer(packet, backend);
    expect_ = Expect::kLogin;
  } else if (expect_ == Expect::kLogin) {
    if (first == 0x00) expect_ = Expect::kNothing;
  } else if (expect_ == Expect::kPrepared) {
    eofs_ = 0;
    if (first == 0x00) {
      prepared_[Little(packet, 5, 4)] = preparing_;
      eofs_ = (Little(packet, 9, 2) > 0 ? 1 : 0) + (Little(packet, 11, 2) > 0 ? 1 : 0);
    }
    expect_ = eofs_ == 0 ? Expect::kNothing : Expect::kSkipped;
  } else if (expect_ == Expect::kSkipped) {
    if (eofs_ == 0 || (IsEof(packet) && --eofs_ == 0)) expect_ = Expect::kNothing;
  } else {
    const bool ends = Answer(packet);
    return ServerPart{packet, ends, ends && (status_ & kInTransaction) != 0};
  }
  return ServerPart{packet, false, false};
}

}  // namespace

std::unique_ptr<ProxyWire> MysqlWire() {
  return std::make_unique<Wire>();
}

}  // namespace zdm::test
