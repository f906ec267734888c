#include "galen/key_file.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "galen/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen {

namespace {

constexpr std::size_t kMiB = 1 << 20;

std::size_t most_bytes(const KeyFile& key) { return key.most == 0 ? kMiB : key.most; }

std::string permitted_size(const KeyFile& key, bool too_short) {
  if (key.fewest == key.most) return fmt::format("{}", key.fewest);
  return too_short ? fmt::format("at least {}", key.fewest) : fmt::format("at most {}", most_bytes(key));
}

}  // namespace

std::string read_key_file(const std::string& path, const KeyFile& key) {
  expect_regular_file(path);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const int reason = errno;
  struct stat status = {};
  const bool is_file = file >= 0 && ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  std::string bytes(is_file ? most_bytes(key) + 1 : 0, '\0');  // one more, to detect a file that is too long
  const ssize_t count = is_file ? ::pread(file, bytes.data(), bytes.size(), 0) : 0;
  const int unread = errno;
  if (file >= 0) ::close(file);

  if (file < 0 && reason != ENOENT && reason != ENOTDIR) throw Error("{}: cannot be opened: {}.", path, std::strerror(reason));
  if (!is_file) throw MissingFile("{}: this key file does not exist. {}", path, key.remedy);
  if (count < 0) throw Error("{}: cannot be read: {}.", path, std::strerror(unread));
  if ((status.st_mode & S_IRWXO) != 0) {
    throw Error("{}: every user of this machine can {} with this key. Run: chmod 600 {}", path, key.danger, path);
  }
  const auto size = static_cast<std::size_t>(count);
  if (size < key.fewest || size == bytes.size()) {
    throw Error("{}: holds {} bytes, but {} has {} bytes. {}", path, status.st_size, key.what, permitted_size(key, size < key.fewest),
                key.remedy);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace galen
