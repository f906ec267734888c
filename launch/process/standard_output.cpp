#include "launch/process/standard_output.h"

#include "galen/terminal_text.h"
#include "launch/process/exit_code.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace galen::launch {

namespace {

std::atomic<int> first_error = 0;

// Writes all of it; after an error, nothing more. A terminal or pipe shared with others may have been made non-blocking.
ssize_t write_or_drop(void*, const char* bytes, std::size_t size) {
  for (std::size_t done = 0; done < size && first_error == 0;) {
    const ssize_t count = ::write(STDOUT_FILENO, bytes + done, size - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      pollfd file{STDOUT_FILENO, POLLOUT, 0};
      ::poll(&file, 1, /*no limit:*/ -1);
    } else if (errno != EINTR) {
      first_error = errno;
    }
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

// A stream of the C library whose writes never fail, because fmt::print() throws if they do.
StandardOutput::StandardOutput() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::FILE* stream = fopencookie(nullptr, "w", {.read = nullptr, .write = write_or_drop, .seek = nullptr, .close = nullptr});
  if (stream == nullptr) return;
  if (isatty(STDOUT_FILENO) == 1) std::setvbuf(stream, nullptr, _IOLBF, BUFSIZ);
  stdout = stream;
}

int StandardOutput::end(int exit_code, bool kept) const {
  std::fflush(stdout);
  const int error = first_error;
  if (error == 0) return exit_code;
  const std::string what =
      fmt::format("standard output cannot be written ({}): the output is lost, in whole or in part.", std::strerror(error));
  const std::string advice = kept ? " The run's folder holds the results." : " Free some space, or read the output to its end.";
  std::fprintf(stderr, "%s\n", wrap(fmt::format("galen: {}{}{}", kept ? "note: " : "", what, advice), 7).c_str());
  return exit_code == kDone && !kept ? kFailed : exit_code;
}

}  // namespace galen::launch
