// SPDX-License-Identifier: Apache-2.0
#include "tests/support/mysql_session.h"

#include <mysql.h>

#include <stdexcept>

namespace zdm::test {
namespace {

class MysqlSession : public Session {
 public:
  explicit MysqlSession(MYSQL* connection) : connection_(connection) {}
  ~MysqlSession() override { mysql_close(connection_); }
  MysqlSession(const MysqlSession&) = delete;
  MysqlSession& operator=(const MysqlSession&) = delete;

  Answer Run(const std::string& sql) override;
  int BackendId() const override { return static_cast<int>(mysql_thread_id(connection_)); }

 private:
  void Read(Answer& answer);
  MYSQL* connection_;
};

void MysqlSession::Read(Answer& answer) {
  MYSQL_RES* result = mysql_store_result(connection_);
  if (result == nullptr) return;
  const unsigned columns = mysql_num_fields(result);
  while (MYSQL_ROW row = mysql_fetch_row(result)) {
    const unsigned long* lengths = mysql_fetch_lengths(result);
    Row values;
    for (unsigned i = 0; i < columns; ++i) {
      values.push_back(row[i] == nullptr ? std::nullopt
                                         : std::optional(std::string(row[i], lengths[i])));
    }
    answer.rows.push_back(std::move(values));
  }
  mysql_free_result(result);
}

Answer MysqlSession::Run(const std::string& sql) {
  Answer answer;
  if (mysql_real_query(connection_, sql.data(), sql.size()) == 0) Read(answer);
  const unsigned number = mysql_errno(connection_);
  if (number == 0) return answer;
  answer.error = mysql_error(connection_);
  answer.code = std::to_string(number);
  answer.connection_lost = number == 2006 || number == 2013 || number == 2055 || number == 1927;
  return answer;
}

}  // namespace

std::unique_ptr<Session> ConnectMysql(const MysqlLogin& login) {
  static const int library = mysql_library_init(0, nullptr, nullptr);
  MYSQL* connection = library == 0 ? mysql_init(nullptr) : nullptr;
  if (connection == nullptr) throw std::runtime_error("no client library");
  mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const char tls = login.socket.empty() ? 1 : 0;
  mysql_options(connection, MYSQL_OPT_SSL_ENFORCE, &tls);
  const bool local = !login.socket.empty();
  if (mysql_real_connect(connection, local ? "localhost" : "127.0.0.1", login.user.c_str(),
                         login.password.c_str(),
                         login.database.empty() ? nullptr : login.database.c_str(),
                         static_cast<unsigned>(login.port), local ? login.socket.c_str() : nullptr,
                         0) == nullptr) {
    const std::string error = mysql_error(connection);
    mysql_close(connection);
    throw std::runtime_error(error);
  }
  return std::make_unique<MysqlSession>(connection);
}

}  // namespace zdm::test
