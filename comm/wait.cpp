#include "comm/wait.h"

#include <unistd.h>

#include <thread>

namespace galen::comm {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto kSpin = 100us;   // waking up takes about half of that, so a wait takes at most twice the best time
constexpr auto kNap = 20us;     // plus the kernel's timer slack of 50: short for a message, long enough for another rank to compute
constexpr auto kCheck = 100ms;  // between two checks of the deadline
constexpr int kTurnsAClock = 64;

void pause_processor() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

bool Wait::spin() {
  if (crowded_ || !spinning_) return false;
  pause_processor();
  if (++turns_ % kTurnsAClock == 0) {
    now_ = steady_clock::now();
    spinning_ = now_ - begin_ < kSpin;
  }
  return true;
}

void Wait::poll() {
  if (!spin()) std::this_thread::sleep_for(kNap);
}

bool Wait::check_is_due() {
  if (spinning_ && !crowded_) return false;
  now_ = steady_clock::now();
  if (now_ - checked_ < kCheck) return false;
  checked_ = now_;
  return true;
}

bool is_crowded(int ranks_of_node) { return ranks_of_node > sysconf(_SC_NPROCESSORS_ONLN); }

}  // namespace galen::comm
