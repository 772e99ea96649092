// SPDX-License-Identifier: Apache-2.0
// Private throw-away servers: made from a cached data directory, reachable by a unix socket only,
// owned by an ordinary user. For judging expressions, for tests and for `zdm scratch`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace zdm {

/// What a family of servers brings to make scratch servers. Free functions, so that a family is a
/// row of a table.
struct ScratchServers {
  std::string name;  ///< as in --server
  /// Whether the programs are installed here.
  bool (*installed)() = nullptr;
  /// Starts the server of `directory` (made when absent or empty) and returns its URL: that of an
  /// ordinary role which owns an empty database `zdm_scratch` with UTF-8 and collation C. A server
  /// that runs there already, or was killed there, is taken up again. Throws DatabaseError(kOther)
  /// with the reason and log.
  std::string (*start)(const std::filesystem::path& directory) = nullptr;
  /// Stops it; nothing happens when it is not running. The directory stays.
  void (*stop)(const std::filesystem::path& directory) = nullptr;
};

/// A scratch server in a directory of its own under the temporary directory, gone with this value.
class PrivateServer {
 public:
  explicit PrivateServer(const ScratchServers& servers);
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;
  ~PrivateServer();
  const std::string& url() const { return url_; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  const ScratchServers& servers_;
  std::filesystem::path directory_;
  std::string url_;
};

}  // namespace zdm
