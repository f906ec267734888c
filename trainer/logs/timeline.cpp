#include "trainer/logs/timeline.h"

#include "trainer/logs/heartbeat.h"

#include <fmt/format.h>

#include <utility>

namespace galen::trainer {

namespace {

constexpr std::size_t kMostTimelineEvents = 1'000'000;  // some hours; viewers do not handle more

double microseconds(Timeline::Clock::duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

}  // namespace

const char* name_of(Phase phase) {
  constexpr std::array<const char*, kPhases> kNames = {"load", "forward", "backward", "wait", "update", "rest"};
  return kNames[static_cast<std::size_t>(phase)];
}

void Timeline::enter(Phase phase) {
  const auto now = Clock::now();
  seconds_[static_cast<std::size_t>(phase_)] += std::chrono::duration<double>(now - begin_).count();
  if (keeps_events_) keep({name_of(phase_), 0, begin_, now});
  if (heartbeat_ != nullptr) heartbeat_->enter(phase);
  phase_ = phase;
  begin_ = now;
}

void Timeline::add(std::string name, Clock::time_point begin, Clock::time_point end) {
  if (keeps_events_) keep({std::move(name), 1, begin, end});
}

void Timeline::keep(Event event) {
  if (events_.size() < kMostTimelineEvents) events_.push_back(std::move(event));
}

void Timeline::restart() {
  seconds_ = {};
  begin_ = Clock::now();
}

std::string Timeline::to_chrome_trace(int rank) const {
  std::string json = fmt::format(R"({{"name":"process_name","ph":"M","pid":{0},"args":{{"name":"rank {0}"}}}})", rank);
  for (const auto& [name, thread, begin, end] : events_) {
    json += fmt::format(R"(,
{{"name":"{}","ph":"X","pid":{},"tid":{},"ts":{:.3f},"dur":{:.3f}}})",
                        name, rank, thread, microseconds(begin.time_since_epoch()), microseconds(end - begin));
  }
  return json;
}

}  // namespace galen::trainer
