#include "trainer/device/device.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/support/thread_communicator.h"

#include <gmock/gmock.h>

#include <array>

namespace galen::trainer {
namespace {

using testing::HasSubstr;

constexpr char kNotThere[] = ": cannot open shared object file: No such file or directory";

TEST(Device, IsTheCpuIfRequested) {
  const auto alone = comm::make_single_communicator();
  EXPECT_EQ(select_device(DeviceChoice::kCpu, *alone).device, at::kCPU);
}

TEST(Device, IsOfOneKindForAllRanks) {
  std::array<at::DeviceType, 3> found{};
  test::run_ranks(3, [&](comm::Communicator& world) { found[world.rank()] = select_device(DeviceChoice::kAuto, world).device.type(); });
  EXPECT_THAT(found, testing::Each(found[0]));
}

TEST(Device, IsTheCpuForAllRanksIfOneHasNoGpu) {
  test::run_ranks(2, [](comm::Communicator& world) {
    const ComputeDevice compute = select_device(world.rank() == 0 ? DeviceChoice::kAuto : DeviceChoice::kCpu, world);
    EXPECT_EQ(compute.device, at::kCPU);
    EXPECT_EQ(compute.cuda, nullptr);
  });
}

TEST(Device, AutoSaysWhichItTookAndWhyNoGpu) {
  std::array<std::string, 2> words;
  std::array<bool, 2> on_cpu{};
  test::run_ranks(2, [&](comm::Communicator& world) {
    const ComputeDevice compute = select_device(DeviceChoice::kAuto, world);
    words[world.rank()] = compute.words;
    on_cpu[world.rank()] = compute.device == at::kCPU;
  });
  EXPECT_THAT(words[0], HasSubstr(on_cpu[0] ? "cpu, because device = auto found no usable GPU: rank " : "cuda:0"));
  if (on_cpu[0]) {
    EXPECT_EQ(words[0], words[1]);
  }
  const auto alone = comm::make_single_communicator();
  EXPECT_EQ(select_device(DeviceChoice::kCpu, *alone).words, "cpu");
  if (select_device(DeviceChoice::kAuto, *alone).device == at::kCPU) {
    EXPECT_THAT(select_device(DeviceChoice::kAuto, *alone).words, testing::ContainsRegex("libcuda.so.1|galen_cuda|sees no GPU"));
  }
}

TEST(Device, AdviceNamesWhatIsMissing) {
  EXPECT_THAT(advice_on_cuda(std::string("libgalen_cuda.so") + kNotThere), HasSubstr("build again"));
  EXPECT_THAT(advice_on_cuda(std::string("libnccl.so.2") + kNotThere), HasSubstr("Install NCCL"));
  EXPECT_THAT(advice_on_cuda("/lib/libtorch_cuda.so: undefined symbol: ncclCommShrink"), HasSubstr("as new as LibTorch's"));
  EXPECT_THAT(advice_on_cuda(std::string("libcuda.so.1") + kNotThere), HasSubstr("driver"));
  EXPECT_THAT(advice_on_cuda(std::string("libtorch_cuda.so") + kNotThere), HasSubstr("LibTorch's CUDA libraries"));
  EXPECT_THAT(advice_on_cuda(std::string("libcudart.so.13") + kNotThere), HasSubstr("LibTorch's CUDA libraries"));
}

}  // namespace
}  // namespace galen::trainer
