#include "trainer/device/threads.h"

#include "comm/single_communicator.h"
#include "galen/error.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>

namespace galen::trainer {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Threads : public testing::Test {
 protected:
  Threads() { unsetenv("OMP_NUM_THREADS"); }
  ~Threads() override { set_threads(1, 1); }

  const int cores_ = static_cast<int>(std::thread::hardware_concurrency());
  const std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
};

TEST_F(Threads, AreTheRequestedNumberElseTheEnvironmentsElseTheDefault) {
  EXPECT_EQ(set_threads(0, 2), 2);
  EXPECT_EQ(at::get_num_threads(), 2);
  setenv("OMP_NUM_THREADS", "3", 1);
  EXPECT_EQ(set_threads(0, 2), 3);
  EXPECT_EQ(set_threads(4, 2), 4);
  setenv("OMP_NUM_THREADS", "many", 1);
  EXPECT_EQ(set_threads(0, 2), 2);
  EXPECT_THROW(set_threads(-1, 2), UsageError);
}

TEST_F(Threads, ThatLeaveHalfOfTheMachineIdleAreReported) {
  EXPECT_EQ(share_of_cores(*alone_), cores_);
  EXPECT_THAT(idle_cores_note(0, cores_, *alone_), IsEmpty());
  EXPECT_THAT(idle_cores_note(1, 1, *alone_), IsEmpty()) << "they were chosen";
  if (cores_ < 2) return;
  EXPECT_THAT(idle_cores_note(0, 1, *alone_), HasSubstr("1 of this machine's " + std::to_string(cores_) + " cores computes."));
  setenv("OMP_NUM_THREADS", "1", 1);
  EXPECT_THAT(idle_cores_note(0, 1, *alone_), IsEmpty());
}

}  // namespace
}  // namespace galen::trainer
