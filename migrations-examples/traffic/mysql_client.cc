// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <mysql.h>

#include <map>
#include <stdexcept>

#include "migrations-examples/traffic/client.h"

namespace zdm::traffic {
namespace {

// Those who wait for a table while a session of the schema's owner waits for it or has it, and
// those who wait for a row that such a session has locked.
constexpr const char* kLongestWait = R"(
  select greatest(
    (select coalesce(max(w.time_ms), 0) from information_schema.processlist w
      where w.state = 'Waiting for table metadata lock' and w.user <> 'shop_owner'
        and exists (select 1 from information_schema.processlist us
                     where us.user = 'shop_owner' and us.command = 'Query')),
    (select coalesce(max(timestampdiff(microsecond, w.trx_wait_started, now(6))) / 1000, 0)
       from information_schema.innodb_lock_waits l
       join information_schema.innodb_trx w on w.trx_id = l.requesting_trx_id
       join information_schema.innodb_trx b on b.trx_id = l.blocking_trx_id
       join information_schema.processlist us on us.id = b.trx_mysql_thread_id
       join information_schema.processlist them on them.id = w.trx_mysql_thread_id
      where us.user = 'shop_owner' and them.user <> 'shop_owner')))";

/// The parts of mariadb://USER@localhost/DATABASE?socket=PATH, as `zdm scratch` prints it.
struct Address {
  std::string user, database, socket;
};

Address ReadUrl(const std::string& url) {
  const auto between = [&](const std::string& from, const std::string& to) {
    const std::size_t begin = url.find(from);
    if (begin == std::string::npos) throw std::runtime_error("no " + from + " in the URL");
    return url.substr(begin + from.size(), url.find(to, begin + from.size()) - begin - from.size());
  };
  Address address{between("://", "@"), between("localhost/", "?"), ""};
  const std::string socket = between("socket=", "&");
  for (std::size_t i = 0; i < socket.size(); ++i) {
    const bool encoded = socket[i] == '%' && i + 2 < socket.size();
    address.socket +=
        encoded ? static_cast<char>(std::stoi(socket.substr(i + 1, 2), nullptr, 16)) : socket[i];
    if (encoded) i += 2;
  }
  return address;
}

class MysqlClient final : public Client {
 public:
  MysqlClient(const std::string& url, const std::vector<Statement>& workload, bool prepared)
      : workload_(workload), prepared_(prepared), connection_(mysql_init(nullptr), &mysql_close) {
    const Address address = ReadUrl(url);
    mysql_options(connection_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(connection_.get(), "localhost", address.user.c_str(), "",
                           address.database.c_str(), 0, address.socket.c_str(), 0) == nullptr) {
      throw std::runtime_error(mysql_error(connection_.get()));
    }
  }
  MysqlClient(const MysqlClient&) = delete;
  MysqlClient& operator=(const MysqlClient&) = delete;
  ~MysqlClient() override {
    for (const auto& [index, statement] : ready_) mysql_stmt_close(statement);
  }

  std::string Run(std::size_t index, const std::vector<std::string>& values) override {
    return prepared_ ? RunPrepared(index, values) : RunSimple(index, values);
  }

  bool alive() const override { return alive_; }

  double LongestWaitBehindZdm() override {
    if (mysql_query(connection_.get(), kLongestWait) != 0) return 0;
    MYSQL_RES* result = mysql_store_result(connection_.get());
    if (result == nullptr) return 0;
    MYSQL_ROW row = mysql_fetch_row(result);
    const double longest = row != nullptr && row[0] != nullptr ? std::stod(row[0]) : 0;
    mysql_free_result(result);
    return longest;
  }

 private:
  std::string Failed(unsigned number, const char* message) {
    alive_ = number < 2000 || number >= 3000;
    return fmt::format("{}: {}", number, message);
  }

  std::string RunSimple(std::size_t index, const std::vector<std::string>& values) {
    const Statement& statement = workload_[index];
    std::string sql = statement.pieces[0];
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool text = statement.parameters[i].kind == Parameter::Kind::kText;
      sql += (text ? "'" + values[i] + "'" : values[i]) + statement.pieces[i + 1];
    }
    if (mysql_real_query(connection_.get(), sql.data(), sql.size()) != 0) {
      return Failed(mysql_errno(connection_.get()), mysql_error(connection_.get()));
    }
    mysql_free_result(mysql_store_result(connection_.get()));
    return "";
  }

  std::string RunPrepared(std::size_t index, const std::vector<std::string>& values) {
    MYSQL_STMT*& statement = ready_[index];
    if (statement == nullptr) {
      std::string sql = workload_[index].pieces[0];
      for (std::size_t i = 0; i < values.size(); ++i) sql += "?" + workload_[index].pieces[i + 1];
      statement = mysql_stmt_init(connection_.get());
      if (mysql_stmt_prepare(statement, sql.data(), sql.size()) != 0) {
        const std::string error = Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
        mysql_stmt_close(statement);
        ready_.erase(index);
        return error;
      }
    }
    std::vector<MYSQL_BIND> binds(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      binds[i].buffer_type = MYSQL_TYPE_STRING;
      binds[i].buffer = const_cast<char*>(values[i].data());  // NOLINT: never written to
      binds[i].buffer_length = values[i].size();
    }
    if (mysql_stmt_bind_param(statement, binds.data()) != 0 || mysql_stmt_execute(statement) != 0 ||
        mysql_stmt_store_result(statement) != 0) {
      return Failed(mysql_stmt_errno(statement), mysql_stmt_error(statement));
    }
    mysql_stmt_free_result(statement);
    return "";
  }

  const std::vector<Statement>& workload_;
  bool prepared_;
  bool alive_ = true;
  std::unique_ptr<MYSQL, decltype(&mysql_close)> connection_;
  std::map<std::size_t, MYSQL_STMT*> ready_;
};

}  // namespace

std::unique_ptr<Client> ConnectMysqlClient(const std::string& url,
                                           const std::vector<Statement>& workload, bool prepared) {
  return std::make_unique<MysqlClient>(url, workload, prepared);
}

}  // namespace zdm::traffic
