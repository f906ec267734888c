#include "trainer/logs/progress.h"

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

// A line that wraps could not be erased any more.
std::size_t columns(std::FILE* out) {
  winsize size = {};
  return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : 79U;
}

// TERM is dumb where mpirun hands its ranks a terminal of its own making (launch/mpirun.sh).
bool can_redraw(std::FILE* out) {
  const char* terminal = std::getenv("TERM");
  return isatty(fileno(out)) == 1 && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

Progress::Progress(std::FILE* out, bool quiet, std::int64_t epochs, std::int64_t total_steps, std::int64_t first_step)
    : out_(out),
      quiet_(quiet),
      terminal_(can_redraw(out)),
      epochs_(epochs),
      total_steps_(total_steps),
      first_step_(first_step),
      start_(Clock::now()),
      next_draw_(start_) {}

Progress::~Progress() { clear(); }

void Progress::step(std::int64_t epoch, std::int64_t step, double loss, std::int64_t samples) {
  samples_ += samples;
  if (quiet_) return;
  const auto now = Clock::now();
  if (now < next_draw_ && step != total_steps_) return;
  next_draw_ = now + (terminal_ ? Clock::duration(kRedrawEvery) : Clock::duration(kLineEvery));
  draw(epoch, step, loss);
}

void Progress::say(const std::string& line) {
  if (quiet_) return;
  clear();
  fmt::print(out_, "{}\n", line);
  std::fflush(out_);
}

void Progress::draw(std::int64_t epoch, std::int64_t step, double loss) {
  const std::chrono::duration<double> elapsed = std::max<Clock::duration>(Clock::now() - start_, std::chrono::microseconds(1));
  const std::chrono::duration<double> left = elapsed / std::max<std::int64_t>(step - first_step_, 1) * (total_steps_ - step);
  std::string line =
      fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {:.0f} samples/s  {} left", epoch + 1, epochs_, step, total_steps_, loss,
                  static_cast<double>(samples_) / elapsed.count(), format_duration(std::chrono::round<std::chrono::seconds>(left)));
  if (terminal_) {
    line.resize(std::min(line.size(), columns(out_)));
    fmt::print(out_, "{}{}", kEraseLine, line);
    on_screen_ = true;
  } else {
    fmt::print(out_, "{}\n", line);
  }
  std::fflush(out_);
}

void Progress::clear() {
  if (!on_screen_) return;
  std::fputs(kEraseLine, out_);
  std::fflush(out_);
  on_screen_ = false;
}

std::string format_duration(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  if (minutes == 0) return fmt::format("{} s", seconds);
  if (hours == 0) return fmt::format("{} min {:02} s", minutes, seconds % 60);
  if (hours < 24) return fmt::format("{} h {:02} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

}  // namespace galen::trainer
