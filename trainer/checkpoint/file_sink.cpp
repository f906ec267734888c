#include "trainer/checkpoint/file_sink.h"

#include "galen/error.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPiece = 1 << 20;           // hashed, then written, out of the cache
constexpr std::int64_t kStartEvery = 32LL << 20;  // bytes that the disk begins with while the next ones are hashed
constexpr char kMark[] = ".tmp-";

// Eight hex digits that no other machine has at the same time.
const std::string& this_machine() {
  static const std::string kId = [] {
    std::string id;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), id);
    return id.substr(0, 8);
  }();
  return kId;
}

std::string temporary_name(const std::string& path) {
  std::random_device random;
  return fmt::format("{}{}{}-{:08x}", path, kMark, this_machine(), random());
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

// A writer on this machine holds a lock. Not all file systems tell of the locks of other machines, but those write all the time.
void remove_if_abandoned(const fs::path& file) {
  std::error_code ignored;  // the next call sees it again
  if (file.filename().string().find(kMark + this_machine()) != std::string::npos) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return;
    const int refused = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if (refused == 0) fs::remove(file, ignored);  // under the lock, for open_locked()
    ::close(descriptor);
    if (refused == 0 || refused == EWOULDBLOCK) return;
  }
  if (is_untouched(file)) fs::remove(file, ignored);
}

// A new file. Where somebody took it for abandoned before it was locked, another one. Where the file system has no locks, the time of the
// last write tells that it is not.
int open_locked(const std::string& path) {
  for (;;) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return file;
    ::flock(file, LOCK_EX);
    struct stat status = {};
    if (::fstat(file, &status) != 0 || status.st_nlink > 0) return file;
    ::close(file);
  }
}

}  // namespace

void cannot_write(const std::string& path, int error) {
  throw Error("{}: cannot be written: {}. {}", path, std::strerror(error), advice(error));
}

FileSink::FileSink(std::string path) : path_(std::move(path)), temporary_(temporary_name(path_)) {
  file_ = open_locked(temporary_);
  if (file_ < 0) cannot_write(path_, errno);
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

bool is_untouched(const fs::path& path) {
  std::error_code unknown;
  const auto touched = fs::last_write_time(path, unknown);
  return !unknown && fs::file_time_type::clock::now() - touched > std::chrono::hours(1);
}

bool is_temporary(const std::string& path) { return fs::path(path).filename().string().find(kMark) != std::string::npos; }

void remove_abandoned(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (is_temporary(entry.path().string())) remove_if_abandoned(entry.path());
  }
}

}  // namespace galen::trainer
