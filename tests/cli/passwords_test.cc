// SPDX-License-Identifier: Apache-2.0
// A password given in a URL is not for the other users of the machine to read.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "tests/cli/fixture.h"

namespace zdm::test {
namespace {

/// Accepts connections and never says a word: whoever connects stays for as long as it is patient.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    listen(socket_, 8);
    port_ = ntohs(address.sin_port);
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { close(socket_); }
  int port() const { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

TEST(Passwords, AreNotInTheProcessList) {
  const SilentServer server;
  const std::string url =
      fmt::format("postgresql://owner:hunter2@127.0.0.1:{}/shop", server.port());
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{ProgramPath("zdm"), "status", "--db", url},
                                             {ProgramPath("zdm"), "status", "--db=" + url}}) {
    ChildProcess program(arguments, {});
    std::string shown;
    for (int tries = 0; tries < 100; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      shown = ReadFile(fmt::format("/proc/{}/cmdline", program.pid()));
      if (Contains(shown, "*******@")) break;
    }
    ASSERT_TRUE(program.Running()) << program.ErrSoFar();
    EXPECT_TRUE(Contains(shown, "owner:*******@127.0.0.1")) << shown;
    program.Signal(9);
  }
}

TEST(Passwords, AreNotRepeatedWhenTheArgumentsAreWrong) {
  const std::string url = "postgresql://owner:hunter2@127.0.0.1/shop";
  for (const ProcessResult& result :
       {Zdm({"status", url}), Zdm({"run", "plan", "more", url}), Zdmc({"explain-code", "1", url}),
        Zdm({"nonsense", "--db", url}), Zdmc({"nonsense", url})}) {
    EXPECT_EQ(result.exit_code, 2) << result.Describe();
    EXPECT_FALSE(Contains(result.out + result.err, "hunter2")) << result.Describe();
  }
}

}  // namespace
}  // namespace zdm::test
