// NcclCommunicator over a pretended NCCL: its arguments, offsets, polls and aborts, on machines without a GPU. With one:
// tests/trainer/gradient/cuda_test.cpp.

#include "comm/cuda/nccl_communicator.h"

#include "comm/stream_wait.h"
#include "galen/error.h"
#include "tests/comm/communicator_claims.h"
#include "tests/comm/pretended_nccl.h"
#include "tests/support/thread_communicator.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>

namespace galen::test {
namespace {

using comm::Communicator;
using comm::make_nccl_communicator;

/// Gives the CPU a stream with a handle, as GPUs have them.
class CpuWithStream final : public c10::impl::NoOpDeviceGuardImpl<at::kCPU> {
 public:
  void* getStreamNativeHandle(const c10::Stream) const override { return nullptr; }
  bool queryStream(const c10::Stream&) const override { return !busy; }

  static inline std::atomic<bool> busy = false;
};

const c10::impl::DeviceGuardImplRegistrar registrar(at::kCPU, new CpuWithStream);

class NcclCommunicatorClaim : public testing::TestWithParam<Claim> {};

TEST_P(NcclCommunicatorClaim, Holds) {
  const int aborted = look_at_pretended_nccl().aborted;
  for (int size : {1, 2, 3, 4}) {
    SCOPED_TRACE(size);
    run_ranks(size, [](Communicator& host) { GetParam().check(*make_nccl_communicator(host, at::kCPU, {})); });
  }
  EXPECT_EQ(look_at_pretended_nccl().living, 0);
  EXPECT_EQ(look_at_pretended_nccl().aborted, aborted);
}

INSTANTIATE_TEST_SUITE_P(All, NcclCommunicatorClaim, testing::ValuesIn(communicator_claims()),
                         [](const auto& instance) { return instance.param.name; });

TEST(NcclCommunicator, RegistersMemoryWhileItLives) {
  run_ranks(2, [](Communicator& host) {
    {
      const auto group = make_nccl_communicator(host, at::kCPU, {at::zeros({5}), at::zeros({7})});
      host.barrier();
      EXPECT_EQ(look_at_pretended_nccl().registered, 4);
      host.barrier();
    }
    host.barrier();
    EXPECT_EQ(look_at_pretended_nccl().registered, 0);
  });
}

TEST(NcclCommunicator, RefusesTensorsOfAnotherDevice) {
  run_ranks(2, [](Communicator& host) {
    const auto group = make_nccl_communicator(host, at::kCPU, {});
    at::Tensor elsewhere = at::empty({3}, at::kMeta);
    EXPECT_THROW(group->all_reduce(elsewhere, comm::Reduction::kSum), c10::Error);
  });
}

TEST(NcclCommunicator, TellsWhatNcclSays) {
  run_ranks(2, [](Communicator& host) {
    const auto group = make_nccl_communicator(host, at::kCPU, {});
    host.barrier();
    break_pretended_nccl(true);
    at::Tensor values = at::zeros({3});
    const std::string expected = fmt::format("all_reduce failed on rank {}: NCCL says remote error: the wire is cut.", host.rank());
    EXPECT_THAT([&] { group->all_reduce(values, comm::Reduction::kSum); }, testing::ThrowsMessage<Error>(testing::StartsWith(expected)));
    EXPECT_THROW(group->all_reduce(values, comm::Reduction::kSum), c10::Error) << "after an abort";
    host.barrier();
    break_pretended_nccl(false);
  });
  EXPECT_EQ(look_at_pretended_nccl().living, 0);
}

TEST(NcclCommunicator, AbortsWhereARankIsLost) {
  const int aborted = look_at_pretended_nccl().aborted;
  const auto work = [](Communicator& host) {
    const auto group = make_nccl_communicator(host, at::kCPU, {});
    if (host.rank() == 1) throw std::runtime_error("lost");
    at::Tensor values = at::zeros({3});
    group->all_reduce(values, comm::Reduction::kSum);
    FAIL() << "reduced without rank 1";
  };
  EXPECT_THAT([&] { run_ranks(3, work); }, testing::ThrowsMessage<std::runtime_error>("lost"));
  EXPECT_EQ(look_at_pretended_nccl().aborted, aborted + 3);
  EXPECT_EQ(look_at_pretended_nccl().living, 0);
}

TEST(NcclCommunicator, AbortsWhereAWaitForAStreamFails) {
  const auto work = [](Communicator& host) {
    const auto group = make_nccl_communicator(host, at::kCPU, {});
    host.barrier();
    CpuWithStream::busy = true;
    break_pretended_nccl(true);
    EXPECT_THAT([&] { comm::wait_for_stream(*group, comm::current_stream(at::kCPU), "a step"); },
                testing::ThrowsMessage<Error>(testing::StartsWith("a step failed on rank")));
    host.barrier();
    CpuWithStream::busy = false;
    break_pretended_nccl(false);
  };
  run_ranks(2, work);
  EXPECT_EQ(look_at_pretended_nccl().living, 0);
}

TEST(WaitForStream, EndsWithTheStreamsWork) {
  run_ranks(1, [](Communicator& group) {
    CpuWithStream::busy = true;
    std::thread worker([] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      CpuWithStream::busy = false;
    });
    comm::wait_for_stream(group, comm::current_stream(at::kCPU), "a step");
    EXPECT_FALSE(CpuWithStream::busy);
    worker.join();
  });
}

TEST(WaitForStream, EndsWhereARankIsLost) {
  CpuWithStream::busy = true;
  const auto work = [](Communicator& group) {
    if (group.rank() == 0) comm::wait_for_stream(group, comm::current_stream(at::kCPU), "a step");
  };
  EXPECT_THROW(run_ranks(2, work), c10::Error);
  CpuWithStream::busy = false;
}

}  // namespace
}  // namespace galen::test
