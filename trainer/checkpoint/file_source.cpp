#include "trainer/checkpoint/file_source.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen::trainer {

namespace {

constexpr std::size_t kPieceRead = 1 << 20;  // read, then hashed, while in the cache

}  // namespace

FileSource::FileSource(std::string path) : path_(std::move(path)) {
  expect_regular_file(path_);
  file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0 && errno == ENOENT) throw Error("{}: is missing.", path_);
  if (file_ < 0) throw Error("{}: cannot be opened: {}.", path_, std::strerror(errno));
  ::posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

FileSource::~FileSource() { ::close(file_); }

std::size_t FileSource::read_some(char* bytes, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count = ::read(file_, bytes + got, std::min(kPieceRead, size - got));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error("{}: cannot be read: {}.", path_, std::strerror(errno));
    if (count == 0) break;
    digest_.add_bytes(bytes + got, static_cast<std::size_t>(count));
    got += static_cast<std::size_t>(count);
  }
  position_ += static_cast<std::int64_t>(got);
  return got;
}

void drain(ByteSource& source) {
  std::string piece(kPieceRead, '\0');
  while (source.read_some(piece.data(), piece.size()) > 0) {
  }
}

}  // namespace galen::trainer
