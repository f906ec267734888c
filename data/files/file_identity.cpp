#include "data/files/file_identity.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

namespace galen::data {

std::optional<FileIdentity> identify(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  struct stat status = {};
  const bool known = ::fstat(file, &status) == 0;
  ::close(file);
  if (!known) return std::nullopt;
  constexpr std::int64_t kSecond = 1'000'000'000;
  return FileIdentity{path, static_cast<std::uint64_t>(status.st_size), static_cast<std::uint64_t>(status.st_ino),
                      status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec};
}

std::string difference(const FileIdentity& before, const FileIdentity& now) {
  if (before == now) return "";
  if (before.inode != now.inode) return "was replaced by another file";
  const std::time_t seconds = now.modified / 1'000'000'000;
  const std::string written = fmt::format("was written to at {:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(seconds));
  return before.bytes == now.bytes ? written : fmt::format("{}, and has {} bytes, after {}", written, now.bytes, before.bytes);
}

}  // namespace galen::data
