#include "trainer/logs/progress.h"

#include "trainer/logs/heartbeat.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen::trainer {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Progress::Progress(std::FILE* out, bool quiet, std::int64_t epochs, std::int64_t total_steps, Heartbeat* heartbeat)
    : line_(out), quiet_(quiet), heartbeat_(heartbeat), epochs_(epochs), total_steps_(total_steps), start_(Clock::now()) {
  if (heartbeat_ != nullptr) heartbeat_->plan(epochs, total_steps);
}

void Progress::begin(const TrainingState& state) {
  first_step_ = state.step;
  start_ = Clock::now();
  if (heartbeat_ != nullptr) heartbeat_->begin(state);
}

void Progress::step(std::int64_t epoch, std::int64_t step, double loss, std::int64_t samples) {
  samples_ += samples;
  if (heartbeat_ != nullptr) heartbeat_->step(epoch, step, loss, samples);
  if (!quiet_ && (line_.is_due() || step == total_steps_)) draw(epoch, step, loss);
}

void Progress::say(const std::string& line) {
  if (!quiet_) line_.print(line);
}

void Progress::draw(std::int64_t epoch, std::int64_t step, double loss) {
  const std::chrono::duration<double> elapsed = std::max<Clock::duration>(Clock::now() - start_, std::chrono::microseconds(1));
  const std::chrono::duration<double> left = elapsed / std::max<std::int64_t>(step - first_step_, 1) * (total_steps_ - step);
  line_.show(fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}  {:.0f} samples/s  {} left", epoch + 1, epochs_, step, total_steps_, loss,
                         static_cast<double>(samples_) / elapsed.count(), format_duration(std::chrono::round<std::chrono::seconds>(left))));
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
