// SPDX-License-Identifier: Apache-2.0
#include "runtime/database/scratch_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace zdm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestSocketDirectory = 90;
constexpr const char* kPlainPath =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";

}  // namespace

DirectoryLock::DirectoryLock(const fs::path& directory)
    : file_(open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0 || flock(file_, LOCK_EX) != 0) {
    throw std::runtime_error("cannot lock " + directory.string());
  }
}

DirectoryLock::~DirectoryLock() {
  close(file_);
}

DirectoryLock ClaimScratchDirectory(const fs::path& directory, const fs::path& data,
                                    const ServiceUser& user) {
  const bool made = fs::create_directories(directory);
  if (!made && !fs::exists(data) && !fs::is_empty(directory) && !fs::exists(directory / "lock")) {
    throw std::runtime_error(directory.string() + " is neither empty nor a scratch server's");
  }
  fs::permissions(directory, fs::perms::owner_all);
  WriteText(directory / "lock", "", std::ios::app);
  GiveTo(directory / "lock", user);
  if (user.switched && lchown(directory.c_str(), user.uid, user.gid) != 0) {
    throw std::system_error(errno, std::generic_category(), directory.string());
  }
  return DirectoryLock(directory);
}

fs::path ScratchSocketDirectory(const fs::path& directory) {
  fs::path socket = directory / "socket";
  const bool plain = socket.string().find_first_not_of(kPlainPath) == std::string::npos;
  if (plain && socket.string().size() <= kLongestSocketDirectory) return socket;
  // The path of a socket has room for 107 bytes, and clients take commas and quotes for their
  // own. The name stays the same for the same directory.
  return fs::temp_directory_path() /
         fmt::format("zdm-scratch-{:016x}", std::hash<std::string>()(directory.string()));
}

void KeepCopy(const fs::path& data, const fs::path& cached) {
  const fs::path part = cached.string() + fmt::format(".part-{}", getpid());
  std::error_code failed;
  fs::create_directories(cached.parent_path(), failed);
  if (!failed) fs::copy(data, part, fs::copy_options::recursive, failed);
  if (!failed) fs::permissions(part, fs::perms::owner_all, failed);
  if (!failed) fs::rename(part, cached, failed);
  if (failed) fs::remove_all(part, failed);
}

bool Answers(const fs::path& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket_path.string();
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answers =
      connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(client);
  return answers;
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string LastLines(const fs::path& path) {
  const std::string text = ReadText(path);
  return text.substr(text.size() > 2000 ? text.size() - 2000 : 0);
}

void WriteText(const fs::path& path, const std::string& text, std::ios::openmode mode) {
  std::ofstream file(path, std::ios::binary | mode);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string Trimmed(const std::string& text) {
  return text.substr(0, text.find_last_not_of(" \n\r") + 1);
}

std::string PercentEncoded(const std::string& text) {
  std::string encoded;
  for (char c : text) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace zdm
