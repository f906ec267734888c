#include "trainer/coordinator/message_box.h"

#include "trainer/coordinator/outbox.h"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>
#include <vector>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kCapacity = 1000;

class SharedMemory {
 public:
  SharedMemory() : place_(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~SharedMemory() { munmap(place_, kBytes); }
  std::byte* get() const { return static_cast<std::byte*>(place_); }

 private:
  static constexpr std::size_t kBytes = 1 << 16;
  void* place_;
};

// Of all lengths up to nearly the box's size, so that they wrap around its end in many ways.
std::string text_number(int number) {
  std::mt19937 random(static_cast<unsigned>(number));
  return std::string(random() % 900, static_cast<char>('a' + number % 26));
}

TEST(MessageBox, TextsArriveWholeAndInOrderFromAnotherThread) {
  const SharedMemory memory;
  MessageBox out(memory.get(), kCapacity);
  MessageBox in(memory.get(), kCapacity);
  const std::jthread sender([&] {
    for (int i = 0; i < 2000; ++i) EXPECT_TRUE(out.send(text_number(i)));
  });
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(in.receive(10s), text_number(i)) << i;
}

TEST(MessageBox, AndFromAnotherProcess) {
  const SharedMemory memory;
  const pid_t sender = fork();
  if (sender == 0) {
    MessageBox out(memory.get(), kCapacity);
    for (int i = 0; i < 500; ++i) out.send(text_number(i));
    _exit(0);
  }
  MessageBox in(memory.get(), kCapacity);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(in.receive(10s), text_number(i)) << i;
  waitpid(sender, nullptr, 0);
}

TEST(MessageBox, NothingComesWhereNothingIsSent) {
  const SharedMemory memory;
  MessageBox box(memory.get(), kCapacity);
  EXPECT_FALSE(box.receive(0ms));
  EXPECT_FALSE(box.receive(20ms));
  box.send("");
  EXPECT_EQ(box.receive(0ms), "") << "an empty text is a text";
}

TEST(MessageBox, ASenderIsNotBlockedByAReceiverThatHangs) {
  const SharedMemory memory;
  MessageBox box(memory.get(), kCapacity);
  EXPECT_TRUE(box.send(std::string(900, 'a'), 0ms));
  EXPECT_FALSE(box.send(std::string(900, 'b'), 20ms));
  EXPECT_EQ(box.receive(0ms), std::string(900, 'a'));
  EXPECT_FALSE(box.receive(0ms)) << "unsent messages do not arrive";
}

TEST(Outbox, KeepsMessagesThatDoNotFitAndSendsThemInOrder) {
  const SharedMemory memory;
  MessageBox out(memory.get(), kCapacity), in(memory.get(), kCapacity);
  Outbox outbox(out);
  for (int i = 0; i < 200; ++i) outbox.post(text_number(i));
  EXPECT_FALSE(outbox.flush());
  for (int i = 0; i < 200; ++i, outbox.flush()) ASSERT_EQ(in.receive(0ms), text_number(i)) << i;
  EXPECT_TRUE(outbox.flush());
}

}  // namespace
}  // namespace galen::trainer
