#include "data/files/atomic_file.h"

#include "galen/error.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace galen::data {

namespace {

void sync(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  // Some file systems cannot sync a folder; the file itself is safe by then.
  if (!synced && error != EINVAL) throw Error("{}: cannot be brought to the disk: {}.", path.string(), std::strerror(error));
}

std::filesystem::path folder_of(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(name).parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

void expect_free_name(const std::string& name, bool overwrite) {
  if (std::filesystem::is_directory(name)) throw UsageError("{}: this is a folder; name a file to write.", name);
  if (!overwrite && std::filesystem::exists(name)) {
    throw UsageError("{}: the file exists. Choose another name, or use --overwrite.", name);
  }
  if (!std::filesystem::is_directory(folder_of(name))) {
    throw UsageError("{}: the folder {} does not exist. Make it first.", name, folder_of(name).string());
  }
}

AtomicFile::AtomicFile(std::string name, bool overwrite) : name_(std::move(name)), temporary_name_(name_ + ".tmp") {
  expect_free_name(name_, overwrite);
}

AtomicFile::~AtomicFile() {
  std::error_code ignored;
  if (!published_) std::filesystem::remove(temporary_name_, ignored);
}

void AtomicFile::publish() {
  sync(temporary_name_);
  std::error_code error;
  std::filesystem::rename(temporary_name_, name_, error);
  if (error) throw Error("{}: cannot get its name: {}.", name_, error.message());
  published_ = true;
  sync(folder_of(name_));
}

}  // namespace galen::data
