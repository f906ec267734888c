#include "trainer/logs/timeline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <numeric>
#include <thread>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

double total(const Timeline& timeline) { return std::accumulate(timeline.seconds().begin(), timeline.seconds().end(), 0.0); }

double since(Timeline::Clock::time_point begin) { return std::chrono::duration<double>(Timeline::Clock::now() - begin).count(); }

// The clock is read before and after each call: the claims hold for any delay in between.
TEST(Timeline, LeavesNoGaps) {
  const auto before = Timeline::Clock::now();
  Timeline timeline;
  const auto begin = Timeline::Clock::now();
  double slept = 0;
  for (int step = 0; step < 100; ++step) {
    for (const Phase phase : {Phase::kLoad, Phase::kForward, Phase::kBackward}) timeline.enter(phase);
    const auto asleep = Timeline::Clock::now();
    std::this_thread::sleep_for(100us);
    slept += since(asleep);
  }
  const double least = since(begin);
  timeline.enter(Phase::kRest);
  EXPECT_LE(total(timeline), since(before) + 1e-6);
  EXPECT_GE(total(timeline), least - 1e-6);
  EXPECT_GE(timeline.seconds()[static_cast<std::size_t>(Phase::kBackward)], slept - 1e-6);
}

TEST(Timeline, RestartsFromNothing) {
  Timeline timeline;
  std::this_thread::sleep_for(5ms);
  const auto before = Timeline::Clock::now();
  timeline.restart();
  timeline.enter(Phase::kLoad);
  EXPECT_LE(total(timeline), since(before) + 1e-6);
}

TEST(Timeline, IsATraceThatViewersRead) {
  Timeline timeline(/*keeps_events=*/true);
  timeline.enter(Phase::kForward);
  timeline.enter(Phase::kUpdate);
  timeline.enter(Phase::kLoad);
  const auto now = Timeline::Clock::now();
  timeline.add("bucket 7", now - 2ms, now);
  const auto events = nlohmann::json::parse(fmt::format("[{}]", timeline.to_chrome_trace(3)));
  ASSERT_EQ(events.size(), 5u);  // the process's name, what has ended, what was added
  EXPECT_EQ(events[0]["args"]["name"], "rank 3");
  EXPECT_EQ(events[2]["name"], "forward");
  EXPECT_EQ(events[3]["name"], "update");
  EXPECT_EQ(events[3]["pid"], 3);
  EXPECT_NEAR(events[2]["ts"].get<double>() + events[2]["dur"].get<double>(), events[3]["ts"].get<double>(), 0.01);
  EXPECT_EQ(events[4]["name"], "bucket 7");
  EXPECT_EQ(events[4]["dur"], 2000);
  EXPECT_NE(events[4]["tid"], events[3]["tid"]) << "in a separate row";
}

}  // namespace
}  // namespace galen::trainer
