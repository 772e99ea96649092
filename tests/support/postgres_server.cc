// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/support/dump.h"
#include "tests/support/postgres_catalog.h"
#include "tests/support/postgres_session.h"
#include "tests/support/process.h"
#include "tests/support/text.h"

namespace zdm::test {
namespace {

namespace fs = std::filesystem;

void Own(const std::string& path) {
  if (geteuid() != 0) return;
  const passwd* entry = getpwnam("postgres");
  if (entry == nullptr) throw std::runtime_error("no system user postgres");
  for (const auto& item : fs::recursive_directory_iterator(path)) {
    if (lchown(item.path().c_str(), entry->pw_uid, entry->pw_gid) != 0) break;
  }
  if (chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
    throw std::runtime_error("cannot give " + path + " to postgres");
  }
}

ProcessResult AsServerUser(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.user = ServerUser();
  options.directory = "/";
  return RunProgram(arguments, options);
}

/// One initialised data folder a version and user, made once and copied for every server.
std::string DataTemplate(const std::string& programs, int version) {
  const std::string folder = fmt::format("/tmp/zdm-test-cache-{}", getuid());
  fs::create_directories(folder);
  const std::string ready = fmt::format("{}/postgresql-{}", folder, version);
  const int lock = open((folder + "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  flock(lock, LOCK_EX);
  if (!fs::exists(ready)) {
    const std::string fresh = ready + ".new";
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    Own(fresh);
    const ProcessResult result =
        AsServerUser({programs + "/initdb", "-D", fresh, "-U", "postgres", "-E", "UTF8",
                      "--locale=C", "--auth=trust", "--no-sync", "--wal-segsize=4"});
    if (result.exit_code != 0) throw std::runtime_error("initdb: " + result.Describe());
    fs::rename(fresh, ready);
  }
  close(lock);
  return ready;
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
  return '"' + Replaced(name, "\"", "\"\"") + '"';
}

class PostgresServer : public TestServer {
 public:
  explicit PostgresServer(ServerOptions options);
  ~PostgresServer() override { Stop(); }

  std::string family() const override { return "postgresql"; }
  int version() const override { return version_; }
  std::string programs() const override { return options_.programs; }
  std::string folder() const override { return folder_.path(); }
  int port() const override { return port_; }
  void CreateDatabase(const std::string& name) override;
  void CloneDatabase(const std::string& from, const std::string& to) override;
  void DropDatabase(const std::string& name) override;
  void Administer(const std::string& sql, const std::string& database) override {
    Connect(database, "postgres")->Must(sql);
  }
  std::string Url(const std::string& database, const std::string& role) const override;
  std::unique_ptr<Session> Connect(const std::string& database, const std::string& role) override {
    return ConnectPostgres(Url(database, role));
  }
  std::string Dump(const std::string& database) override;
  std::string Rows(const std::string& database) override;
  void Crash() override;
  void Stop() override;
  void Start() override;
  std::string LogTail() override;

 private:
  void Configure();
  std::string DumpProgram() const;
  void End(int signal);
  void WaitUntilReady();

  ServerOptions options_;
  ScratchFolder folder_;
  std::string data_;
  int version_ = 0;
  int port_ = 5432;
  std::unique_ptr<ChildProcess> postmaster_;
};

PostgresServer::PostgresServer(ServerOptions options) : options_(std::move(options)) {
  if (options_.programs.empty()) options_.programs = SystemPostgresPrograms();
  const ProcessResult said = RunProgram({options_.programs + "/postgres", "--version"});
  const auto digit = said.out.find_first_of("0123456789");
  if (digit == std::string::npos) throw std::runtime_error("postgres: " + said.Describe());
  version_ = std::stoi(said.out.substr(digit));
  port_ = FreePort();
  const bool fresh = options_.data.empty();
  data_ = fresh ? folder_.path() + "/data" : options_.data;
  if (fresh) {
    fs::copy(DataTemplate(options_.programs, version_), data_, fs::copy_options::recursive);
  }
  fs::permissions(data_, fs::perms::owner_all);
  Configure();
  if (geteuid() == 0) Own(folder_.path());
  Own(data_);
  Start();
  if (fresh) {
    Administer("CREATE ROLE owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'secret'",
               "postgres");
    Administer("CREATE ROLE app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'secret'",
               "postgres");
  }
}

void PostgresServer::Configure() {
  std::map<std::string, std::string> settings = {
      {"listen_addresses", options_.tcp ? "'127.0.0.1'" : "''"},
      {"port", std::to_string(port_)},
      {"unix_socket_directories", "'" + folder_.path() + "'"},
      {"fsync", "off"},
      {"full_page_writes", "off"},
      {"max_wal_size", "'1GB'"},
      {"shared_buffers", "'128MB'"},
      {"max_connections", "100"},
      {"log_line_prefix", "'%m [%p] %q%u@%d '"},
      {"timezone", "'UTC'"},
  };
  for (const auto& [name, value] : options_.settings) settings[name] = value;
  std::string text;
  for (const auto& [name, value] : settings) text += name + " = " + value + "\n";
  WriteFile(data_ + "/postgresql.auto.conf", text);
  WriteFile(data_ + "/pg_hba.conf",
            "local all all trust\nlocal replication all trust\n"
            "host all all 127.0.0.1/32 scram-sha-256\n");
}

void PostgresServer::Start() {
  ProcessOptions options;
  options.user = ServerUser();
  options.directory = folder_.path();
  options.death_signal = SIGQUIT;  // an immediate shutdown
  postmaster_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{options_.programs + "/postgres", "-D", data_}, options);
  WaitUntilReady();
}

void PostgresServer::WaitUntilReady() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (true) {
    try {
      Connect("postgres", "postgres");
      return;
    } catch (const std::exception& error) {
      if (!postmaster_->Running() || std::chrono::steady_clock::now() > deadline) {
        throw std::runtime_error(
            fmt::format("PostgreSQL does not start: {}\n{}", error.what(), LogTail()));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void PostgresServer::End(int signal) {
  if (!postmaster_) return;
  postmaster_->Signal(signal);
  postmaster_->Wait(std::chrono::seconds(30));
  postmaster_.reset();
}

void PostgresServer::Crash() {
  End(SIGQUIT);
}
void PostgresServer::Stop() {
  End(SIGINT);
}

std::string PostgresServer::LogTail() {
  if (!postmaster_) return "";
  std::vector<std::string> lines = SplitLines(postmaster_->ErrSoFar());
  if (lines.size() > 60) lines.erase(lines.begin(), lines.end() - 60);
  return JoinLines(lines);
}

std::string PostgresServer::Url(const std::string& database, const std::string& role) const {
  if (options_.tcp && role != "postgres") {
    return fmt::format("postgresql://{}:secret@127.0.0.1:{}/{}", role, port_, database);
  }
  return fmt::format("postgresql:///{}?host={}&port={}&user={}", database, folder_.path(), port_,
                     role);
}

void PostgresServer::CreateDatabase(const std::string& name) {
  DropDatabase(name);
  Administer(fmt::format("CREATE DATABASE {} OWNER owner TEMPLATE template0", Quoted(name)),
             "postgres");
}

void PostgresServer::CloneDatabase(const std::string& from, const std::string& to) {
  DropDatabase(to);
  const std::string fast = version_ >= 15 ? " STRATEGY file_copy" : "";
  const std::string sql =
      fmt::format("CREATE DATABASE {} OWNER owner TEMPLATE {}{}", Quoted(to), Quoted(from), fast);
  // A backend that has just been left, or autovacuum, may still be in the source.
  for (int attempt = 0;; ++attempt) {
    const Answer answer = Connect("postgres", "postgres")->Run(sql);
    if (answer.ok()) return;
    if (answer.code != "55006" || attempt > 20) throw std::runtime_error(answer.error);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void PostgresServer::DropDatabase(const std::string& name) {
  const std::string force = version_ >= 13 ? " WITH (FORCE)" : "";
  Administer(fmt::format("DROP DATABASE IF EXISTS {}{}", Quoted(name), force), "postgres");
}

/// A pg_dump that can read this server: its own, or a newer one of the system. "" without one.
std::string PostgresServer::DumpProgram() const {
  const std::string own = options_.programs + "/pg_dump";
  if (fs::exists(own)) return own;
  const std::string system = SystemPostgresPrograms();
  const auto bin = system.rfind("/bin");
  const auto slash = system.rfind('/', bin - 1);
  return std::stoi(system.substr(slash + 1)) >= version_ ? system + "/pg_dump" : "";
}

std::string PostgresServer::Dump(const std::string& database) {
  const std::string pg_dump = DumpProgram();
  if (pg_dump.empty()) return CatalogText(*Connect(database, "owner"));
  const ProcessResult result =
      RunProgram({pg_dump, "--schema-only", "--exclude-schema=zdm", "--exclude-schema=zdm_trash",
                  "--dbname=" + Url(database, "owner")});
  if (result.exit_code != 0) throw std::runtime_error("pg_dump: " + result.Describe());
  return NormalizedDump(result.out);
}

std::string PostgresServer::Rows(const std::string& database) {
  const std::unique_ptr<Session> session = Connect(database, "owner");
  const Answer tables = session->Run(
      "SELECT format('%I.%I', n.nspname, c.relname), string_agg(format("
      "'''%s='' || coalesce(%I::text, ''~'')', replace(a.attname, '''', ''''''), a.attname),"
      " ' || '' | '' || ' ORDER BY a.attname) FROM pg_class c"
      " JOIN pg_namespace n ON n.oid = c.relnamespace"
      " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
      " WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'zdm',"
      " 'zdm_trash') AND n.nspname NOT LIKE 'pg\\_%' GROUP BY 1 ORDER BY 1");
  if (!tables.ok()) throw std::runtime_error(tables.error);
  std::string text;
  for (const Row& table : tables.rows) {
    text += "table " + *table[0] + "\n";
    if (!table[1]) continue;
    const Answer rows = session->Run(fmt::format(
        "SELECT x COLLATE \"C\" FROM (SELECT {} FROM {}) s(x) ORDER BY 1", *table[1], *table[0]));
    if (!rows.ok()) throw std::runtime_error(rows.error);
    text += rows.Text();
  }
  return text;
}

}  // namespace

std::string SystemPostgresPrograms() {
  int best = 0;
  if (fs::is_directory("/usr/lib/postgresql")) {
    for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql")) {
      if (!fs::exists(entry.path() / "bin/postgres")) continue;
      best = std::max(best, std::stoi(entry.path().filename().string()));
    }
  }
  if (best == 0) throw std::runtime_error("no PostgreSQL server below /usr/lib/postgresql");
  return fmt::format("/usr/lib/postgresql/{}/bin", best);
}

std::string ServerUser() {
  return geteuid() == 0 ? "postgres" : "";
}

std::unique_ptr<TestServer> StartPostgresServer(const ServerOptions& options) {
  return std::make_unique<PostgresServer>(options);
}

}  // namespace zdm::test
