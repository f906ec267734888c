#include "trainer/checkpoint/file_sink.h"

#include <fcntl.h>

#include <filesystem>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPieceWritten = 1 << 20;    // hashed, then written, while in the cache
constexpr std::int64_t kStartEvery = 32LL << 20;  // bytes after which writing to disk starts, while the next ones are hashed

}  // namespace

FileSink::FileSink(const std::string& path) : file_(path, /*overwrite=*/true, Links::kRefuse) {}

void FileSink::add(std::string_view bytes) {
  if (buffer_.size() + bytes.size() >= kPieceWritten) {
    write(buffer_);
    buffer_.clear();
    for (; bytes.size() >= kPieceWritten; bytes.remove_prefix(kPieceWritten)) write(bytes.substr(0, kPieceWritten));
  }
  buffer_ += bytes;
}

void FileSink::write(std::string_view bytes) {
  digest_.add_bytes(bytes.data(), bytes.size());
  file_.write(bytes);
  written_ += static_cast<std::int64_t>(bytes.size());
  if (written_ - started_ < kStartEvery) return;
  ::sync_file_range(file_.descriptor(), started_, written_ - started_, SYNC_FILE_RANGE_WRITE);  // a hint; finish() guarantees it
  started_ = written_;
}

std::string FileSink::finish() {
  write(buffer_);
  buffer_.clear();
  file_.sync();
  return digest_.hex();
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

}  // namespace galen::trainer
