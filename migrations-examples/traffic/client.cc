// SPDX-License-Identifier: Apache-2.0
#include "migrations-examples/traffic/client.h"

namespace zdm::traffic {

std::unique_ptr<Client> ConnectClient(const std::string& url,
                                      const std::vector<Statement>& workload, bool prepared) {
  return url.starts_with("postgres") ? ConnectPostgresClient(url, workload, prepared)
                                     : ConnectMysqlClient(url, workload, prepared);
}

}  // namespace zdm::traffic
