#include "galen/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

namespace galen {

namespace {

constexpr timespec kLongest = {0, 100'000'000};  // then the caller checks its deadline

long futex(const std::atomic<std::uint32_t>& word, int operation, std::uint32_t value, const timespec* timeout) {
  return syscall(SYS_futex, reinterpret_cast<const std::uint32_t*>(&word), operation, value, timeout, nullptr, 0);
}

}  // namespace

void sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t seen) { futex(word, FUTEX_WAIT, seen, &kLongest); }

void wake_all(const std::atomic<std::uint32_t>& word) { futex(word, FUTEX_WAKE, INT_MAX, nullptr); }

}  // namespace galen
