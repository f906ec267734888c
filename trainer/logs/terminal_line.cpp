#include "trainer/logs/terminal_line.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace galen::trainer {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kRedrawEvery = std::chrono::milliseconds(250);
constexpr auto kLineEvery = std::chrono::seconds(10);
constexpr const char* kEraseLine = "\r\x1b[2K";

// Standard output may be a stream without a descriptor.
int descriptor_of(std::FILE* out) { return out == stdout ? STDOUT_FILENO : fileno(out); }

// A line that wraps could not be erased.
std::size_t columns(std::FILE* out) {
  winsize size = {};
  return ioctl(descriptor_of(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : 79U;
}

// TERM is dumb if mpirun gives its ranks a pseudo-terminal (launch/mpirun.sh).
bool can_redraw(std::FILE* out) {
  const char* terminal = std::getenv("TERM");
  return isatty(descriptor_of(out)) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

TerminalLine::TerminalLine(std::FILE* out) : out_(out), terminal_(can_redraw(out)), next_(Clock::now()) {}

TerminalLine::~TerminalLine() { clear(); }

bool TerminalLine::is_due() {
  const auto now = Clock::now();
  if (now < next_) return false;
  next_ = now + (terminal_ ? Clock::duration(kRedrawEvery) : Clock::duration(kLineEvery));
  return true;
}

void TerminalLine::show(const std::string& text) {
  if (terminal_) {
    fmt::print(out_, "{}{}", kEraseLine, text.substr(0, columns(out_)));
    on_screen_ = true;
  } else {
    fmt::print(out_, "{}\n", text);
  }
  std::fflush(out_);
}

void TerminalLine::print(const std::string& line) {
  clear();
  fmt::print(out_, "{}\n", line);
  std::fflush(out_);
}

void TerminalLine::clear() {
  if (!on_screen_) return;
  std::fputs(kEraseLine, out_);
  std::fflush(out_);
  on_screen_ = false;
}

}  // namespace galen::trainer
