#include "galen/futex.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <new>
#include <thread>

namespace galen {
namespace {

using namespace std::chrono_literals;
using Word = std::atomic<std::uint32_t>;

std::chrono::milliseconds time_of_sleep(const Word& word, std::uint32_t seen) {
  const auto begin = std::chrono::steady_clock::now();
  sleep_on(word, seen);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

TEST(SleepOn, ReturnsAtOnceWhereTheWordHasChanged) {
  const Word word = 2;
  EXPECT_LT(time_of_sleep(word, 1), 90ms);
}

TEST(SleepOn, EndsAfterATenthOfASecond) {
  const Word word = 1;
  EXPECT_GE(time_of_sleep(word, 1), 90ms);
}

// A sleep ends after 100 ms in any case: only where wake_all() reaches the child is it through with 20 of them in less than 2 s.
TEST(WakeAll, WakesAnotherProcess) {
  constexpr std::uint32_t kRounds = 20;
  void* memory = ::mmap(nullptr, 2 * sizeof(Word), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  Word* sent = new (memory) Word(0);
  Word* received = new (static_cast<std::byte*>(memory) + sizeof(Word)) Word(0);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    for (std::uint32_t round = 0; round < kRounds; ++round) {
      while (sent->load() == round) sleep_on(*sent, round);
      received->store(round + 1);
      wake_all(*received);
    }
    ::_exit(0);
  }
  ASSERT_GT(child, 0);
  for (std::uint32_t round = 0; round < kRounds; ++round) {
    std::this_thread::sleep_for(5ms);  // the child sleeps by then
    sent->store(round + 1);
    wake_all(*sent);
    while (received->load() == round) sleep_on(*received, round);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::munmap(memory, 2 * sizeof(Word));
}

}  // namespace
}  // namespace galen
