// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mysql_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/support/mysql_catalog.h"
#include "tests/support/mysql_session.h"
#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPassword = "secret";

std::string SystemUser() {
  return geteuid() == 0 ? "mysql" : "";
}

void Own(const std::string& path) {
  if (geteuid() != 0) return;
  const passwd* entry = getpwnam("mysql");
  if (entry == nullptr) throw std::runtime_error("no system user mysql");
  for (const auto& item : fs::recursive_directory_iterator(path)) {
    if (lchown(item.path().c_str(), entry->pw_uid, entry->pw_gid) != 0) break;
  }
  if (chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
    throw std::runtime_error("cannot give " + path + " to mysql");
  }
}

ProcessResult AsServerUser(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.user = SystemUser();
  options.directory = "/";
  return RunProgram(arguments, options);
}

int FreePort() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(probe, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

std::string Quoted(const std::string& name) {
  return "`" + Replaced(name, "`", "``") + "`";
}

/// In a grant `_` and `%` stand for other characters.
std::string Pattern(const std::string& name) {
  return Quoted(Replaced(Replaced(name, "_", "\\_"), "%", "\\%"));
}

class MysqlServer : public TestServer {
 public:
  explicit MysqlServer(ServerOptions options);
  ~MysqlServer() override { Stop(); }

  std::string family() const override { return options_.family; }
  int version() const override { return version_; }
  std::string programs() const override { return options_.programs; }
  std::string folder() const override { return folder_.path(); }
  int port() const override { return port_; }
  void CreateDatabase(const std::string& name) override;
  void CloneDatabase(const std::string& from, const std::string& to) override;
  void DropDatabase(const std::string& name) override;
  void Administer(const std::string& sql, const std::string& database) override {
    Connect(database, "root")->Must(sql);
  }
  std::string Url(const std::string& database, const std::string& role) const override;
  std::unique_ptr<Session> Connect(const std::string& database, const std::string& role) override;
  std::string Dump(const std::string& database) override {
    return MysqlCatalogText(*Connect(database, "root"), database);
  }
  std::string Rows(const std::string& database) override {
    return MysqlRowsText(*Connect(database, "root"), database);
  }
  std::string SaveState() override;
  void RestoreState(const std::string& state) override;
  void Crash() override { End(SIGKILL); }
  void Stop() override { End(SIGTERM); }
  void Start() override;
  std::string LogTail() override;

 private:
  bool IsMysql() const { return options_.family == "mysql"; }
  std::string Program(const std::string& name) const { return options_.programs + "/" + name; }
  std::string DataTemplate() const;
  std::string Configuration() const;
  void Configure();
  void MakeRoles();
  void End(int signal);
  std::string socket() const { return folder_.path() + "/mysqld.sock"; }

  ServerOptions options_;
  ScratchFolder folder_;
  std::string data_;
  std::string server_;
  int version_ = 0;
  int port_ = 0;
  int states_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

MysqlServer::MysqlServer(ServerOptions options) : options_(std::move(options)) {
  if (options_.programs.empty()) {
    options_.programs = IsMysql() ? FetchedMysqlPrograms() : "/usr/sbin";
  }
  server_ = Program(IsMysql() ? "mysqld" : "mariadbd");
  const ProcessResult said = RunProgram({server_, "--no-defaults", "--version"});
  const auto ver = said.out.find("Ver ");
  if (ver == std::string::npos) throw std::runtime_error(server_ + ": " + said.Describe());
  version_ = std::stoi(said.out.substr(ver + 4));
  port_ = FreePort();
  const bool fresh = options_.data.empty();
  data_ = fresh ? folder_.path() + "/data" : options_.data;
  Configure();
  if (fresh) fs::copy(DataTemplate(), data_, fs::copy_options::recursive);
  fs::permissions(folder_.path(), fs::perms::others_exec, fs::perm_options::add);
  Own(folder_.path());
  Own(data_);
  Start();
  if (fresh) MakeRoles();
}

/// What fetch-mysql unpacked is not where it was built for.
std::string MysqlPlaces(const std::string& programs) {
  const std::string share = fs::path(programs).parent_path().string() + "/unpacked/usr";
  return fmt::format(
      "lc-messages-dir = {0}/share/mysql\ncharacter-sets-dir = "
      "{0}/share/mysql/charsets\nplugin-dir = {0}/lib/mysql/plugin\n"
      "mysqlx = OFF\nsecure-file-priv =\n",
      share);
}

std::string MysqlServer::Configuration() const {
  std::string text = "[mysqld]\n";
  text += IsMysql() ? MysqlPlaces(options_.programs) : "innodb-log-file-size = 32M\n";
  const std::map<std::string, std::string> sizes = {{"innodb-buffer-pool-size", "64M"}};
  for (const auto& [name, value] : sizes) text += name + " = " + value + "\n";
  return text;
}

/// One initialised data folder a server, made once and copied for every server.
std::string MysqlServer::DataTemplate() const {
  const std::string folder = fmt::format("/tmp/zdm-test-cache-{}", getuid());
  fs::create_directories(folder);
  const auto stamp = fs::last_write_time(server_).time_since_epoch().count();
  const std::string ready = fmt::format("{}/{}-{}-{}", folder, options_.family, version_, stamp);
  const int lock = open((folder + "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  flock(lock, LOCK_EX);
  if (!fs::exists(ready)) {
    const std::string fresh = ready + ".new";
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    WriteFile(fresh + ".cnf", Configuration() + "tmpdir = " + fresh + "\n");
    Own(fresh);
    const ProcessResult result = AsServerUser(
        IsMysql() ? std::vector<std::string>{server_, "--defaults-file=" + fresh + ".cnf",
                                             "--initialize-insecure", "--datadir=" + fresh}
                  : std::vector<std::string>{
                        "/usr/bin/mariadb-install-db", "--defaults-file=" + fresh + ".cnf",
                        "--datadir=" + fresh, "--skip-test-db", "--skip-name-resolve",
                        "--auth-root-authentication-method=normal"});
    if (result.exit_code != 0) throw std::runtime_error(server_ + ": " + result.Describe());
    fs::rename(fresh, ready);
  }
  close(lock);
  return ready;
}

void MysqlServer::Configure() {
  std::map<std::string, std::string> settings = {
      {"port", std::to_string(port_)},
      {"socket", socket()},
      {"pid-file", folder_.path() + "/pid"},
      // One that starts removes temporary tables of every server in the same directory.
      {"tmpdir", folder_.path() + "/tmp"},
      {"innodb-flush-log-at-trx-commit", "2"},
      {"sync-binlog", "0"},
      {"log-bin", folder_.path() + "/data/binlog"},
      {"server-id", "1"},
      {"log-bin-trust-function-creators", "1"},  // a provider of databases sets it
      {"max-connections", "200"},
      {"skip-name-resolve", "ON"},
  };
  settings[options_.tcp ? "bind-address" : "skip-networking"] = options_.tcp ? "127.0.0.1" : "ON";
  for (const auto& [name, value] : options_.settings) settings[name] = value;
  std::string text = Configuration();
  for (const auto& [name, value] : settings) text += name + " = " + value + "\n";
  WriteFile(folder_.path() + "/my.cnf", text);
  fs::create_directories(folder_.path() + "/tmp");
  Own(folder_.path() + "/tmp");
}

void MysqlServer::Start() {
  ProcessOptions options;
  options.user = SystemUser();
  options.directory = folder_.path();
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{server_, "--defaults-file=" + folder_.path() + "/my.cnf",
                               "--datadir=" + data_},
      options);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (true) {
    try {
      Connect("mysql", "root");
      return;
    } catch (const std::exception& error) {
      if (!process_->Running() || std::chrono::steady_clock::now() > deadline) {
        throw std::runtime_error(
            fmt::format("{} does not start: {}\n{}", server_, error.what(), LogTail()));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void MysqlServer::MakeRoles() {
  const auto root = Connect("mysql", "root");
  for (const char* role : {"owner", "app"}) {
    root->Must(fmt::format("CREATE USER {}@'%' IDENTIFIED BY '{}'", role, kPassword));
  }
  for (const char* ours : {"zdm", "zdm_trash"}) {
    root->Must(fmt::format("GRANT ALL PRIVILEGES ON {}.* TO owner@'%'", Pattern(ours)));
  }
}

void MysqlServer::End(int signal) {
  if (!process_) return;
  process_->Signal(signal);
  process_->Wait(std::chrono::seconds(60));
  process_.reset();
}

std::string MysqlServer::SaveState() {
  const std::string state = fmt::format("{}/state{}", folder_.path(), ++states_);
  Stop();
  fs::copy(data_, state, fs::copy_options::recursive);
  Start();
  return state;
}

void MysqlServer::RestoreState(const std::string& state) {
  Stop();
  fs::remove_all(data_);
  fs::copy(state, data_, fs::copy_options::recursive);
  Own(data_);
  Start();
}

std::string MysqlServer::LogTail() {
  if (!process_) return "";
  std::vector<std::string> lines = SplitLines(process_->ErrSoFar());
  if (lines.size() > 60) lines.erase(lines.begin(), lines.end() - 60);
  return JoinLines(lines);
}

std::string MysqlServer::Url(const std::string& database, const std::string& role) const {
  const std::string login = role == "root" ? "root" : fmt::format("{}:{}", role, kPassword);
  if (options_.tcp && role != "root") {
    return fmt::format("{}://{}@127.0.0.1:{}/{}", options_.family, login, port_, database);
  }
  return fmt::format("{}://{}@localhost/{}?socket={}", options_.family, login, database, socket());
}

std::unique_ptr<Session> MysqlServer::Connect(const std::string& database,
                                              const std::string& role) {
  const bool tcp = options_.tcp && role != "root";
  return ConnectMysql(
      {tcp ? "" : socket(), port_, role, role == "root" ? "" : kPassword, database});
}

void MysqlServer::CreateDatabase(const std::string& name) {
  DropDatabase(name);
  const auto root = Connect("mysql", "root");
  root->Must("CREATE DATABASE " + Quoted(name));
  root->Must(fmt::format("GRANT ALL PRIVILEGES ON {}.* TO owner@'%'", Pattern(name)));
  root->Must(fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO app@'%'", Pattern(name)));
}

void MysqlServer::CloneDatabase(const std::string& from, const std::string& to) {
  CreateDatabase(to);
  CopyMysqlDatabase(*Connect("mysql", "root"), from, to);
}

void MysqlServer::DropDatabase(const std::string& name) {
  Administer("DROP DATABASE IF EXISTS " + Quoted(name), "mysql");
}

}  // namespace

std::string FetchedMysqlPrograms() {
  ProcessOptions options;
  options.timeout = std::chrono::minutes(10);
  const ProcessResult result = RunProgram({SourceFolder() + "/tests/support/fetch-mysql"}, options);
  if (result.exit_code != 0) {
    throw std::runtime_error("MySQL cannot be fetched: " + Trimmed(result.err));
  }
  return Trimmed(result.out);
}

std::unique_ptr<TestServer> StartMysqlServer(const ServerOptions& options) {
  return std::make_unique<MysqlServer>(options);
}

}  // namespace zdm::test
