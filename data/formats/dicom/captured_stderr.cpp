#include "data/formats/dicom/captured_stderr.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>

namespace galen::data {
namespace {

constexpr std::size_t kMostKept = 4096;

std::mutex& turns() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

// Where a descriptor cannot be had, text goes to the screen as ever.
CapturedStderr::CapturedStderr() : turn_(turns()) {
  std::fflush(stderr);
  file_ = memfd_create("stderr", MFD_CLOEXEC);
  screen_ = file_ < 0 ? -1 : dup(STDERR_FILENO);
  if (screen_ >= 0) dup2(file_, STDERR_FILENO);
}

CapturedStderr::~CapturedStderr() { finish(); }

std::string CapturedStderr::finish() {
  std::string text;
  if (screen_ >= 0) {
    std::fflush(stderr);
    dup2(screen_, STDERR_FILENO);
    close(screen_);
    text.resize(kMostKept);
    const ssize_t length = pread(file_, text.data(), text.size(), 0);
    text.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  }
  if (file_ >= 0) close(file_);
  screen_ = file_ = -1;
  return text;
}

}  // namespace galen::data
