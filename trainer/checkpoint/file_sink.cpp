#include "trainer/checkpoint/file_sink.h"

#include "galen/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPiece = 1 << 20;           // hashed, then written, out of the cache
constexpr std::int64_t kStartEvery = 32LL << 20;  // bytes that the disk begins with while the next ones are hashed
constexpr char kMark[] = ".tmp-";

std::string temporary_name(const std::string& path) {
  std::random_device random;
  return fmt::format("{}{}{:08x}{:08x}", path, kMark, random(), random());
}

std::string advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "Free some space, or let checkpoint.keep_last and checkpoint.keep_best keep fewer.";
    case EROFS:
    case EACCES:
    case EPERM:
      return "Check the folder's permissions, and how its disk is mounted.";
    case ENOENT:
    case ESTALE:
      return "Its folder was removed or renamed by somebody else.";
    case EIO:
      return "The disk or the network behind it fails: see the system's log.";
    default:
      return "Check the disk and the folder's permissions.";
  }
}

bool writer_lives(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return errno != ELOOP;
  const bool lives = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0;
  ::close(descriptor);
  return lives;
}

}  // namespace

void cannot_write(const std::string& path, int error) {
  throw Error("{}: cannot be written: {}. {}", path, std::strerror(error), advice(error));
}

FileSink::FileSink(std::string path) : path_(std::move(path)), temporary_(temporary_name(path_)) {
  file_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file_ < 0) cannot_write(path_, errno);
  ::flock(file_, LOCK_EX | LOCK_NB);  // where the file system has no locks, nothing is taken for abandoned either
}

FileSink::~FileSink() {
  if (file_ < 0) return;
  ::unlink(temporary_.c_str());
  ::close(file_);
}

void FileSink::add(std::string_view bytes) {
  if (buffer_.size() + bytes.size() >= kPiece) {
    write(buffer_);
    buffer_.clear();
    for (; bytes.size() >= kPiece; bytes.remove_prefix(kPiece)) write(bytes.substr(0, kPiece));
  }
  buffer_ += bytes;
}

void FileSink::write(std::string_view bytes) {
  digest_.add_bytes(bytes.data(), bytes.size());
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) cannot_write(path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    written_ += count;
  }
  if (written_ - started_ < kStartEvery) return;
  ::sync_file_range(file_, started_, written_ - started_, SYNC_FILE_RANGE_WRITE);  // a hint; finish() is what counts
  started_ = written_;
}

std::string FileSink::finish() {
  write(buffer_);
  buffer_.clear();
  if (::fdatasync(file_) != 0) cannot_write(path_, errno);
  return digest_.hex();
}

void FileSink::publish() {
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) cannot_write(path_, errno);
  const int closed = ::close(file_);
  file_ = -1;
  if (closed != 0) cannot_write(path_, errno);
}

void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) cannot_write(folder, errno);
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (error != 0 && error != EINVAL) cannot_write(folder, error);  // some file systems cannot sync a folder
}

void make_folder(const std::string& folder) {
  const fs::path path(folder);
  std::error_code problem;
  if (fs::is_directory(path, problem)) return;
  const std::string parent = path.has_parent_path() ? path.parent_path().string() : ".";
  make_folder(parent);
  fs::create_directory(path, problem);
  if (problem) cannot_write(folder, problem.value());
  sync_folder(parent);
}

bool is_temporary(const std::string& path) { return fs::path(path).filename().string().find(kMark) != std::string::npos; }

void remove_abandoned(const std::string& folder) {
  std::error_code ignored;  // the next call sees it again
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (is_temporary(entry.path().string()) && !writer_lives(entry.path())) fs::remove(entry.path(), ignored);
  }
}

}  // namespace galen::trainer
