#include "tests/support/hang_watchdog.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace galen::test {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

HangWatchdog::HangWatchdog(std::string who, std::chrono::seconds patience)
    : who_(std::move(who)), task_("the start"), deadline_(steady_clock::now() + patience), thread_([this] { watch(); }) {}

HangWatchdog::~HangWatchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  news_.notify_one();
  thread_.join();
}

void HangWatchdog::begin(const std::string& task) {
  const std::lock_guard lock(mutex_);
  task_ = task;
}

void HangWatchdog::hurry(std::chrono::seconds patience) {
  {
    const std::lock_guard lock(mutex_);
    deadline_ = std::min(deadline_, steady_clock::now() + patience);
  }
  news_.notify_one();
}

void HangWatchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!done_ && steady_clock::now() < deadline_) news_.wait_until(lock, deadline_);
  if (done_) return;
  std::fprintf(stderr, "%s hangs in %s\n", who_.c_str(), task_.c_str());
  std::fflush(nullptr);
  std::this_thread::sleep_for(2s);  // time for the other ranks to print theirs
  std::_Exit(1);
}

}  // namespace galen::test
