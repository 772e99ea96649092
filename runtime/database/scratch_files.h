// SPDX-License-Identifier: Apache-2.0
// What every family's scratch servers do with files: claiming a directory, keeping a data directory
// for the next one, a socket whose path is short enough.
#pragma once

#include <filesystem>
#include <ios>
#include <string>

#include "runtime/database/process.h"

namespace zdm {

/// Held for as long as a directory is worked on.
class DirectoryLock {
 public:
  /// Throws std::runtime_error.
  explicit DirectoryLock(const std::filesystem::path& directory);
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  ~DirectoryLock();

 private:
  int file_;
};

/// Makes `directory` where it is not there, looks that it is a scratch server's (or empty), gives
/// it to `user` and locks it. `data` is the data directory in it. Throws std::runtime_error.
DirectoryLock ClaimScratchDirectory(const std::filesystem::path& directory,
                                    const std::filesystem::path& data, const ServiceUser& user);

/// DIRECTORY/socket, or a directory below the temporary one where that path is too long for a
/// socket or not plain; always the same for the same directory.
std::filesystem::path ScratchSocketDirectory(const std::filesystem::path& directory);

/// Puts a copy of `data` into the cache, whole or not at all; a cache that cannot be written is
/// done without.
void KeepCopy(const std::filesystem::path& data, const std::filesystem::path& cached);

/// Whether somebody listens on a unix socket.
bool Answers(const std::filesystem::path& socket_path);

std::string ReadText(const std::filesystem::path& path);
std::string LastLines(const std::filesystem::path& path);
/// Throws std::runtime_error.
void WriteText(const std::filesystem::path& path, const std::string& text, std::ios::openmode mode);
/// Without blanks at its end.
std::string Trimmed(const std::string& text);
/// As a part of a URL.
std::string PercentEncoded(const std::string& text);

}  // namespace zdm
