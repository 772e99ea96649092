// SPDX-License-Identifier: Apache-2.0
// Private throw-away servers: made from a cached data directory, reachable by a unix socket only,
// owned by an ordinary user. For judging expressions, for tests and for `zdm scratch`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace zdm {

/// What a family of servers brings to make scratch servers: free functions, so that a family is a
/// row of a table.
struct ScratchServers {
  std::string name;  ///< as in --server
  /// Whether the programs are installed here.
  bool (*installed)() = nullptr;
  /// Starts the server of `directory` (made when absent or empty) and returns its URL: that of an
  /// ordinary role that owns the database in it, which is empty when new, in UTF-8 and with
  /// collation C. A server that runs there already, or was killed there, is taken up again. Its
  /// administrator may connect through the same socket. Throws DatabaseError(kOther) with the
  /// reason and the end of the log.
  std::string (*start)(const std::filesystem::path& directory) = nullptr;
  /// Stops it; nothing happens when it is not running. The directory stays.
  void (*stop)(const std::filesystem::path& directory) = nullptr;
  /// The file whose first line is the number of the server's process.
  std::filesystem::path (*pid_file)(const std::filesystem::path& directory) = nullptr;
  /// Text that is another one when a new server would run other programs, or bring other files of
  /// these extensions along; empty when that cannot be told.
  std::string (*identity)(const std::vector<std::string>& extensions) = nullptr;
};

/// A scratch server in a directory of its own under the temporary directory. Server and directory
/// are gone with this value, also when this process is killed: a watcher process ends them.
class PrivateServer {
 public:
  /// Throws DatabaseError(kOther).
  explicit PrivateServer(const ScratchServers& servers);
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;
  ~PrivateServer();

  const std::string& url() const { return url_; }
  /// What was given to ScratchServers::start.
  std::filesystem::path directory() const { return root_ / "server"; }

 private:
  void End();

  std::filesystem::path root_;
  std::string url_;
  int watch_pipe_ = -1;  ///< closed by our end, however that comes
  int watcher_ = -1;
};

/// `zdm scratch start|stop DIRECTORY`: starts (returning the URL) or stops a server that stays.
std::string StartScratch(const ScratchServers& servers, const std::filesystem::path& directory);
void StopScratch(const ScratchServers& servers, const std::filesystem::path& directory);

}  // namespace zdm
