#include "trainer/logs/log_file.h"

#include "galen/error.h"
#include "galen/own_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace galen::trainer {

namespace {

constexpr std::size_t kMuch = std::size_t{1} << 16;

[[noreturn]] void fail(const std::string& file, const char* what) {
  throw Error("{}: cannot be {}: {}; check that the run's folder is writable and its disk is not full", file, what, reason_of(errno));
}

}  // namespace

LogFile::LogFile(std::string file, Begin begin, std::string head)
    : file_(std::move(file)),
      head_(std::move(head)),
      descriptor_(open_own(file_, O_WRONLY | O_APPEND | O_CREAT | (begin == Begin::kAfresh ? O_TRUNC : 0))) {
  if (descriptor_ < 0) fail(file_, "opened");
  if (begin == Begin::kAfresh) waiting_ = head_;
}

LogFile::~LogFile() {
  write_out();
  ::close(descriptor_);
}

void LogFile::append(std::string_view bytes) {
  waiting_ += bytes;
  if (waiting_.size() >= kMuch) flush();
}

// The old file is not written again: it was rotated or removed.
void LogFile::make_again_where_gone() {
  if (is_at(descriptor_, file_)) return;
  const int made = open_own(file_, O_WRONLY | O_APPEND | O_CREAT);
  if (made < 0) fail(file_, "opened");
  ::close(std::exchange(descriptor_, made));
  waiting_.insert(0, head_);
}

void LogFile::flush() {
  make_again_where_gone();
  if (!write_out()) fail(file_, "written");
}

void LogFile::sync() {
  flush();
  if (::fdatasync(descriptor_) != 0 && errno != EINVAL) fail(file_, "brought to the disk");
}

bool LogFile::write_out() {
  while (!waiting_.empty()) {
    const ssize_t written = ::write(descriptor_, waiting_.data(), waiting_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    waiting_.erase(0, static_cast<std::size_t>(written));
  }
  return true;
}

// Old event files are on disk already; syncing them again costs nothing.
void sync_logs(const std::string& run_folder) {
  std::error_code none;
  for (std::filesystem::directory_iterator entry(run_folder, none), end; !none && entry != end; entry.increment(none)) {
    const std::string name = entry->path().filename().string();
    if (name == "metrics.jsonl" || name.starts_with("events.out.tfevents.")) LogFile(entry->path(), LogFile::Begin::kAtTheEnd).sync();
  }
}

}  // namespace galen::trainer
