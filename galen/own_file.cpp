#include "galen/own_file.h"

#include "galen/error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen {

int open_own(const std::string& path, int flags, mode_t mode) noexcept {
  const int descriptor = ::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
  if (descriptor < 0) {
    if (errno == ENXIO) errno = ELOOP;  // a FIFO without a reader, or a socket
    return descriptor;
  }
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
  ::close(descriptor);
  errno = ELOOP;
  return -1;
}

bool is_at(int descriptor, const std::string& path) noexcept {
  struct stat open = {}, named = {};
  return ::fstat(descriptor, &open) == 0 && ::lstat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

std::string reason_of(int error) {
  if (error == ELOOP) return "a link, a FIFO or a device has its name. Remove it: Galen writes a file of its own there";
  return std::strerror(error);
}

void expect_own_file(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode)) return;
  if (S_ISDIR(status.st_mode)) throw Error("{}: cannot be written: a folder has its name. Move it out of the way.", path);
  throw Error("{}: cannot be written: {}.", path, reason_of(ELOOP));
}

}  // namespace galen
