#include "trainer/device/task_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

TEST(TaskThread, RunsTasksInOrderInParallelWithItsOwner) {
  TaskThread thread;
  for (int round = 0; round < 3; ++round) {
    std::vector<int> done;
    for (int task = 0; task < 100; ++task) {
      thread.push([&done, task](const std::stop_token&) { done.push_back(task); });
    }
    thread.wait();
    ASSERT_EQ(done.size(), 100u);
    for (int task = 0; task < 100; ++task) EXPECT_EQ(done[static_cast<std::size_t>(task)], task);
  }
}

TEST(TaskThread, RethrowsTheFirstFailureAndSkipsLaterTasks) {
  TaskThread thread;
  bool ran = false;
  thread.push([](const std::stop_token&) {
    std::this_thread::sleep_for(20ms);
    throw std::runtime_error("first");
  });
  thread.push([&](const std::stop_token&) { ran = true; });
  EXPECT_THROW(thread.wait(), std::runtime_error);
  EXPECT_FALSE(ran);
  thread.push([&](const std::stop_token&) { ran = true; });
  thread.wait();
  EXPECT_TRUE(ran) << "the next round begins afresh";
}

TEST(TaskThread, AWaitingTaskIsCancelledWhenItIsNotNeeded) {
  std::atomic<bool> begun = false;
  bool told = false, ran = false;
  {
    TaskThread thread;
    thread.push([&](const std::stop_token& stop) {
      begun = true;
      while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
      told = true;
    });
    thread.push([&](const std::stop_token&) { ran = true; });
    while (!begun) std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(told);
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace galen::trainer
