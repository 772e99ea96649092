// SPDX-License-Identifier: Apache-2.0
// What a user of MySQL or MariaDB may do, as SHOW GRANTS words it. Text functions, no connection.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace zdm {

class MysqlGrants {
 public:
  /// Lines of SHOW GRANTS; what is no grant of rights (roles, proxies) is passed over.
  explicit MysqlGrants(const std::vector<std::string>& lines);

  /// Whether the right is there for all of database `name`.
  bool Has(std::string_view right, std::string_view database) const;
  /// Whether it is there for the whole server.
  bool HasGlobally(std::string_view right) const;
  /// Those of `rights` that are not there for all of `database`.
  std::vector<std::string> Missing(const std::vector<std::string>& rights,
                                   std::string_view database) const;

 private:
  struct Grant {
    bool global = false;
    std::string pattern;  ///< of names of databases, as LIKE has it
    bool all = false;
    std::set<std::string, std::less<>> rights;
  };
  std::vector<Grant> grants_;
};

}  // namespace zdm
