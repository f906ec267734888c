#include "galen/output_file.h"

#include "galen/atomic_file.h"
#include "galen/error.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

namespace galen {

namespace {

// The standard output or error, where the name leads there too: what was printed before stands in front of what comes. Else -1.
int standard_stream(const struct stat& named) {
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat open = {};
    if (::fstat(descriptor, &open) == 0 && open.st_dev == named.st_dev && open.st_ino == named.st_ino) return descriptor;
  }
  return -1;
}

void write_all(int descriptor, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) cannot_write(name, errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

// A FIFO without a reader would keep open() waiting for one.
int open_stream(const std::string& name) {
  const int descriptor = ::open(name.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0 && errno == ENXIO) throw Error("{}: no program reads from this FIFO. Start its reader first.", name);
  if (descriptor < 0) cannot_write(name, errno);
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  return descriptor;
}

}  // namespace

bool is_stream(const std::string& name) {
  struct stat status = {};
  if (::stat(name.c_str(), &status) != 0) return false;
  return S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode) || standard_stream(status) >= 0;
}

void expect_output(const std::string& name, bool overwrite) {
  if (!is_stream(name)) expect_free_name(name, overwrite);
}

struct OutputFile::Target {
  std::string name;
  std::optional<AtomicFile> file = {};  // else a stream
  int descriptor = -1;                  // of the stream
  bool is_ours = false;                 // the descriptor is to be closed

  ~Target() {
    if (is_ours) ::close(descriptor);
  }
};

OutputFile::OutputFile(const std::string& name, bool overwrite) : target_(std::make_unique<Target>(name)) {
  struct stat status = {};
  if (!is_stream(name) || ::stat(name.c_str(), &status) != 0) {
    target_->file.emplace(name, overwrite);
    return;
  }
  target_->descriptor = standard_stream(status);
  target_->is_ours = target_->descriptor < 0;
  if (target_->is_ours) {
    target_->descriptor = open_stream(name);
  } else {
    std::fflush(target_->descriptor == STDOUT_FILENO ? stdout : stderr);
  }
}

OutputFile::~OutputFile() = default;

void OutputFile::write(std::string_view text) {
  if (target_->file) return target_->file->write(text);
  write_all(target_->descriptor, text, target_->name);
}

void OutputFile::publish() {
  if (target_->file) target_->file->publish();
}

void write_output(const std::string& name, std::string_view text, bool overwrite) {
  OutputFile file(name, overwrite);
  file.write(text);
  file.publish();
}

}  // namespace galen
