// SPDX-License-Identifier: Apache-2.0
// Ways into real servers: addresses, option files, ways to prove who one is, TLS; and what is said
// when there is none.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "runtime/database/mysql_address.h"
#include "runtime/database/mysql_database.h"
#include "tests/support/mysql_server.h"
#include "tests/support/process.h"
#include "tests/support/test_server.h"

namespace zdm {
namespace {

std::unique_ptr<Database> Open(const std::string& url) {
  ConnectOptions options;
  options.url = url;
  return ConnectMysql(options);
}

/// How connecting by `url` fails.
DatabaseError Refusal(const std::string& url) {
  try {
    Open(url);
  } catch (const DatabaseError& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
    return error;
  }
  ADD_FAILURE() << "let in by " << url;
  return {ErrorKind::kOther, {}};
}

/// Set for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = getenv(name)) old_ = old;
    setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (old_) {
      setenv(name_, old_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

/// Certificates for 127.0.0.1, made once.
const std::string& Certificates() {
  static const test::ScratchFolder folder;
  static const std::string path = [] {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    const std::string script =
        "cd \"$1\" && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=zdm-test-ca"
        " -keyout ca.key -out ca.pem && openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1"
        " -keyout server.key -out server.csr && printf 'subjectAltName=IP:127.0.0.1' >san &&"
        " openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
        " -extfile san -out server.pem && chmod a+r *";
    const test::ProcessResult made = test::RunProgram({"sh", "-c", script, "sh", folder.path()});
    if (made.exit_code != 0) throw std::runtime_error(made.Describe());
    return folder.path();
  }();
  return path;
}

class MysqlLogin : public testing::TestWithParam<const char*> {
 protected:
  static test::TestServer& Server(const std::string& family) {
    static std::map<std::string, std::unique_ptr<test::TestServer>> servers;
    std::unique_ptr<test::TestServer>& server = servers[family];
    if (!server) {
      test::ServerOptions options;
      options.family = family;
      options.tcp = true;
      options.settings = {{"ssl-ca", Certificates() + "/ca.pem"},
                          {"ssl-cert", Certificates() + "/server.pem"},
                          {"ssl-key", Certificates() + "/server.key"}};
      server = test::StartServer(options);
      server->CreateDatabase("shop");
    }
    return *server;
  }

  void SetUp() override {
    const std::string reason = test::WhyNoServer(GetParam());
    if (!reason.empty()) GTEST_SKIP() << reason;
    server_ = &Server(GetParam());
  }
  bool IsMariadb() const { return std::string(GetParam()) == "mariadb"; }
  std::string Url(const std::string& login, const std::string& parameters = "") const {
    return fmt::format("mysql://{}@127.0.0.1:{}/shop{}", login, server_->port(), parameters);
  }
  std::string SocketUrl(const std::string& login) const {
    return fmt::format("mysql://{}@localhost/shop?socket={}/mysqld.sock", login, server_->folder());
  }
  void Root(const std::string& sql) { server_->Administer(sql, "mysql"); }
  void MakeUser(const std::string& name, const std::string& how) {
    Root(fmt::format("CREATE USER {}@'%' IDENTIFIED {}", name, how));
    Root(fmt::format("GRANT ALL PRIVILEGES ON shop.* TO {}@'%'", name));
  }
  static bool UsesTls(Database& database) {
    return database.Query("SHOW SESSION STATUS LIKE 'Ssl_cipher'").at(0).at(1) != "";
  }

  test::TestServer* server_ = nullptr;
};

TEST_P(MysqlLogin, EveryWayToProveWhoOneIs) {
  std::vector<std::string> users = {"owner"};
  if (IsMariadb()) {
    Root("INSTALL SONAME 'auth_ed25519'");
    MakeUser("old_way", "VIA mysql_native_password USING PASSWORD('secret')");
    MakeUser("curve", "VIA ed25519 USING PASSWORD('secret')");
    users.insert(users.end(), {"old_way", "curve"});
  } else {
    MakeUser("hashed", "WITH caching_sha2_password BY 'secret'");
    MakeUser("open_hashed", "WITH caching_sha2_password BY 'secret'");
    users.emplace_back("hashed");
    // Without TLS the password is sent under the server's public key.
    EXPECT_EQ(Open(Url("open_hashed:secret", "?ssl-mode=DISABLED"))->info().user, "open_hashed@%");
  }
  for (const std::string& user : users) {
    for (const std::string& url : {Url(user + ":secret"), SocketUrl(user + ":secret"),
                                   Url(user + ":secret", "?ssl-mode=DISABLED")}) {
      EXPECT_EQ(Open(url)->info().user, user + "@%") << url;
    }
    EXPECT_EQ(Refusal(Url(user + ":wrong")).kind(), ErrorKind::kAuthentication);
  }
}

TEST_P(MysqlLogin, Tls) {
  EXPECT_TRUE(UsesTls(*Open(Url("owner:secret"))));
  EXPECT_TRUE(UsesTls(*Open(Url("owner:secret", "?ssl-mode=REQUIRED"))));
  EXPECT_FALSE(UsesTls(*Open(Url("owner:secret", "?ssl-mode=DISABLED"))));
  EXPECT_FALSE(UsesTls(*Open(SocketUrl("owner:secret"))));
  const std::string ca = "ssl-ca=" + Certificates() + "/ca.pem";
  EXPECT_TRUE(UsesTls(*Open(Url("owner:secret", "?ssl-mode=VERIFY_IDENTITY&" + ca))));
  EXPECT_TRUE(UsesTls(*Open(Url("owner:secret", "?" + ca))));
  const DatabaseError unknown = Refusal(Url("owner:secret", "?ssl-mode=VERIFY_IDENTITY"));
  EXPECT_EQ(unknown.kind(), ErrorKind::kAuthentication) << unknown.what();
  const std::string name =
      fmt::format("mysql://owner:secret@localhost:{}/shop?{}", server_->port(), ca);
  EXPECT_EQ(Refusal(name).kind(), ErrorKind::kAuthentication) << "another host's certificate";
  Root("CREATE USER careful@'%' IDENTIFIED BY 'secret' REQUIRE SSL");
  Root("GRANT ALL PRIVILEGES ON shop.* TO careful@'%'");
  EXPECT_TRUE(UsesTls(*Open(Url("careful:secret"))));
  EXPECT_EQ(Refusal(Url("careful:secret", "?ssl-mode=DISABLED")).kind(),
            ErrorKind::kAuthentication);
}

TEST_P(MysqlLogin, OptionFilesAndEnvironmentFillInWhatTheUrlLeavesOut) {
  const test::ScratchFolder home;
  const Variable at_home("HOME", home.path());
  std::ofstream(home.path() + "/.my.cnf")
      << "[client]\nuser = owner\npassword = secret\nsocket = " << server_->folder()
      << "/mysqld.sock\n[zdm]\ndatabase = shop\nreconnect = 1\ninit-command = SET sql_mode = ''\n";
  const auto database = Open("mysql://");
  EXPECT_EQ(database->info().user, "owner@%");
  EXPECT_EQ(database->info().database, "shop");
  EXPECT_EQ(database->info().host, server_->folder() + "/mysqld.sock");
  EXPECT_EQ(Open(fmt::format("mysql://127.0.0.1:{}/shop", server_->port()))->info().user,
            "owner@%");
  EXPECT_EQ(Refusal("mysql://somebody@/shop").kind(), ErrorKind::kAuthentication);
  database->Execute("SET @mine = 1");
  try {
    database->Execute(fmt::format("KILL {}", database->session_id()));
  } catch (const DatabaseError&) {
  }
  EXPECT_THROW(database->Query("SELECT @mine"), DatabaseError) << "a new session in its place";
  std::filesystem::remove(home.path() + "/.my.cnf");
  const Variable password("MYSQL_PWD", "secret");
  const Variable host("MYSQL_HOST", "127.0.0.1");
  EXPECT_EQ(Open(fmt::format("mysql://owner@:{}/shop", server_->port()))->info().user, "owner@%");
}

TEST_P(MysqlLogin, WhatIsInTheWayIsTold) {
  EXPECT_EQ(Refusal(Url("owner:secret") + "s").kind(), ErrorKind::kPermission);
  EXPECT_EQ(Refusal(fmt::format("mysql://root@localhost/nothing?socket={}/mysqld.sock",
                                server_->folder()))
                .kind(),
            ErrorKind::kNoSuchDatabase);
  EXPECT_EQ(Refusal("mysql://owner:secret@127.0.0.1:1/shop").kind(), ErrorKind::kUnreachable);
  EXPECT_EQ(Refusal("mysql://owner:secret@localhost/shop?socket=/nowhere").kind(),
            ErrorKind::kUnreachable);
  EXPECT_EQ(Refusal(fmt::format("mysql://owner:secret@127.0.0.1:{}", server_->port())).kind(),
            ErrorKind::kUsage);
  EXPECT_EQ(Refusal(Url("owner:secret", "?sslmod=REQUIRED")).kind(), ErrorKind::kUsage);
  EXPECT_EQ(Refusal(Url("owner:secret", "?ssl-mode=YES")).kind(), ErrorKind::kUsage);
}

INSTANTIATE_TEST_SUITE_P(Servers, MysqlLogin, testing::Values("mariadb", "mysql"),
                         [](const auto& each) { return std::string(each.param); });

TEST(MysqlAddress, Parts) {
  const MysqlAddress address = ReadMysqlAddress(
      "mariadb://jo%40n:p%3Aw@db.example:3307/shop%20floor?SSL_MODE=required&ssl-ca=%2Fca.pem"
      "&ssl_cert=c&ssl-key=k&tls-version=TLSv1.3");
  EXPECT_EQ(address.user, "jo@n");
  EXPECT_EQ(address.password, "p:w");
  EXPECT_EQ(address.host, "db.example");
  EXPECT_EQ(address.port, 3307U);
  EXPECT_EQ(address.database, "shop floor");
  EXPECT_EQ(address.tls, TlsMode::kRequired);
  EXPECT_EQ(address.ca, "/ca.pem");
  EXPECT_EQ(address.certificate, "c");
  EXPECT_EQ(ReadMysqlAddress("mysql://h/d?ssl-ca=x").tls, TlsMode::kVerified);
  EXPECT_EQ(ReadMysqlAddress("mysql://u@[::1]:3306/d").host, "::1");
  EXPECT_EQ(ReadMysqlAddress("mysql://").database, "");
}

}  // namespace
}  // namespace zdm
