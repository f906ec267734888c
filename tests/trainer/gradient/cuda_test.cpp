// Tests that need one GPU for each rank; without GPUs each test is skipped and names what is missing.

#include "trainer/device/cuda_module.h"

#include "comm/mpi_communicator.h"
#include "comm/stream_wait.h"
#include "galen/error.h"
#include "tests/comm/communicator_claims.h"
#include "trainer/device/device.h"
#include "trainer/gradient/optimizer/update_kernels.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <span>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;
using comm::Communicator;
using comm::Reduction;
using comm::wait_for_stream;

class OnGpus : public testing::Test {
 protected:
  void SetUp() override {
    try {
      compute_ = select_device(DeviceChoice::kCuda, *world_);
    } catch (const Error& error) {
      GTEST_SKIP() << "needs a GPU: " << error.what();
    }
  }

  std::unique_ptr<Communicator> make_group(std::vector<at::Tensor> registered = {}) {
    return compute_.cuda->make_communicator(*world_, compute_.device, std::move(registered));
  }

  at::TensorOptions on_gpu(at::ScalarType type = at::kFloat) const { return at::TensorOptions(type).device(compute_.device); }
  c10::Stream stream() const { return comm::current_stream(compute_.device); }

  const std::unique_ptr<Communicator> world_ = comm::make_mpi_communicator(MPI_COMM_WORLD);
  ComputeDevice compute_;
};

/// Copies CPU tensors to the GPU and back, so that the tests of every communicator can run on one for GPUs.
class ByWayOfGpu final : public Communicator {
 public:
  ByWayOfGpu(std::unique_ptr<Communicator> group, at::Device device) : group_(std::move(group)), device_(device) {}

  int rank() const override { return group_->rank(); }
  int size() const override { return group_->size(); }
  int node() const override { return group_->node(); }
  int node_rank() const override { return group_->node_rank(); }
  int node_size() const override { return group_->node_size(); }
  void set_deadline(std::chrono::milliseconds deadline) override { group_->set_deadline(deadline); }
  void check_wait(const char* operation, std::chrono::steady_clock::time_point begin) override { group_->check_wait(operation, begin); }
  void barrier() override { group_->barrier(); }

  void all_reduce(at::Tensor& values, Reduction reduction) override {
    at::Tensor there = values.to(device_);
    group_->all_reduce(there, reduction);
    values.copy_(there);
  }

  void broadcast(at::Tensor& values, int root) override {
    at::Tensor there = values.to(device_);
    group_->broadcast(there, root);
    values.copy_(there);
  }

  void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) override {
    at::Tensor there = all.to(device_);
    group_->all_gather(mine.to(device_), there, counts);
    all.copy_(there);
  }

  void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                  std::span<const std::int64_t> receive_counts) override {
    at::Tensor there = incoming.to(device_);
    group_->all_to_all(outgoing.to(device_), send_counts, there, receive_counts);
    incoming.copy_(there);
  }

  std::unique_ptr<Communicator> split(int colour, int key) override {
    return std::make_unique<ByWayOfGpu>(group_->split(colour, key), device_);
  }

  std::shared_ptr<std::byte> share_memory(std::int64_t bytes) override { return group_->share_memory(bytes); }

 private:
  const std::unique_ptr<Communicator> group_;
  const at::Device device_;
};

class GpuCommunicatorClaim : public OnGpus, public testing::WithParamInterface<test::Claim> {};

TEST_P(GpuCommunicatorClaim, Holds) {
  ByWayOfGpu group(make_group(), compute_.device);
  GetParam().check(group);
}

INSTANTIATE_TEST_SUITE_P(All, GpuCommunicatorClaim, testing::ValuesIn(test::communicator_claims()),
                         [](const auto& instance) { return instance.param.name; });

TEST_F(OnGpus, OperationsFollowTheStreamTheyAreQueuedOn) {
  const auto group = make_group();
  const c10::StreamGuard side(c10::impl::VirtualGuardImpl(at::kCUDA).getStreamFromGlobalPool(compute_.device));
  at::Tensor values = at::ones({1 << 24}, on_gpu());
  for (int round = 0; round < 20; ++round) values.mul_(1.0f);  // still running when the reduction is queued
  values.mul_(group->rank() + 1);
  group->all_reduce(values, Reduction::kSum);
  const at::Tensor doubled = values.mul(2);
  wait_for_stream(*group, stream(), "a test");
  EXPECT_TRUE(doubled.eq(group->size() * (group->size() + 1)).all().item<bool>());
}

TEST_F(OnGpus, RegisteredMemoryIsReducedInPlace) {
  at::Tensor arena = at::full({1 << 20}, world_->rank() + 1, on_gpu());
  const auto group = make_group({arena});
  at::Tensor bucket = arena.narrow(0, 1000, 500'000);
  for (int round = 0; round < 2; ++round) group->all_reduce(bucket, Reduction::kMax);
  EXPECT_EQ(arena[999].item<float>(), world_->rank() + 1);
  EXPECT_EQ(arena[1000].item<float>(), world_->size());
  EXPECT_EQ(arena[500'999].item<float>(), world_->size());
  EXPECT_EQ(arena[501'000].item<float>(), world_->rank() + 1);
}

TEST_F(OnGpus, AKernelThatWaitsForALostRankIsEndedAtTheDeadline) {
  if (world_->size() < 2) return;  // a single rank never waits
  const auto host = comm::make_mpi_communicator(MPI_COMM_WORLD);
  host->set_deadline(1s);
  const auto group = compute_.cuda->make_communicator(*host, compute_.device, {});
  at::Tensor values = at::ones({1000}, on_gpu());
  group->all_reduce(values, Reduction::kSum);  // makes the connections
  wait_for_stream(*group, stream(), "a test");
  if (world_->rank() == 0) {
    group->all_reduce(values, Reduction::kSum);
    EXPECT_THAT([&] { wait_for_stream(*group, stream(), "a step"); },
                testing::ThrowsMessage<Error>(testing::AllOf(testing::StartsWith("a step: waited"), testing::HasSubstr("rank 1"))));
    stream().synchronize();
  }
  world_->barrier();
}

TEST_F(OnGpus, UpdatesAreTheCpus) {
  constexpr std::int64_t kSize = 100'003;
  const auto numbers = [](double scale) { return at::arange(kSize, at::kDouble).mul_(scale).sin_().to(at::kFloat); };
  const std::vector<at::Tensor> start{numbers(0.1), numbers(0.2), numbers(0.3), numbers(0.4).abs_()};
  const auto updated = [&](const UpdateKernels& kernels, at::Device device, bool adam) {
    std::vector<at::Tensor> arenas;
    for (const at::Tensor& arena : start) arenas.push_back(arena.to(device).clone());
    const auto data = [&](int a) { return arenas[a].mutable_data_ptr<float>(); };
    if (adam) {
      const AdamRule rule{1e-3f, 0.999f, 0.1f, 0.001f, 1e-8f, 1e-2f, 0.03f, true, 0.5f};
      kernels.adam(rule, data(0), data(1), {data(2), data(3)}, 0.01f, kSize);
    } else {
      kernels.sgd({1e-2f, 0.9f, true, 0.5f}, data(0), data(1), data(2), 0.01f, kSize);
    }
    return arenas[0].cpu();
  };
  for (const bool adam : {false, true}) {
    const at::Tensor expected = updated(cpu_update_kernels(), at::kCPU, adam);
    const at::Tensor found = updated(compute_.cuda->update_kernels(), compute_.device, adam);
    EXPECT_TRUE(found.allclose(expected, 1e-5, 1e-6)) << (adam ? "adam" : "sgd");
  }
}

TEST_F(OnGpus, AgreesWithTheCpuOnGradientFacts) {
  for (const std::int64_t size : {0, 1, 255, 262'144, 1'000'003}) {
    const at::Tensor numbers = at::arange(size, at::kDouble).mul_(0.7).sin_().to(at::kFloat);
    const at::Tensor there = numbers.to(compute_.device);
    const GradientFacts expected = cpu_update_kernels().look_at(numbers.const_data_ptr<float>(), size);
    const GradientFacts found = compute_.cuda->update_kernels().look_at(there.const_data_ptr<float>(), size);
    EXPECT_NEAR(found.sum_of_squares, expected.sum_of_squares, 1e-12 * expected.sum_of_squares);
    EXPECT_EQ(found.first_nonfinite, -1);
    EXPECT_EQ(compute_.cuda->update_kernels().look_at(there.const_data_ptr<float>(), size).sum_of_squares, found.sum_of_squares);
  }
}

TEST_F(OnGpus, FindsTheFirstGradientThatIsNotFinite) {
  constexpr std::int64_t kSize = 1'000'003;
  for (const std::int64_t first : {std::int64_t{0}, std::int64_t{262'144}, std::int64_t{777'777}, kSize - 1}) {
    const at::Tensor values = at::ones({kSize}, on_gpu());
    values[kSize - 1] = std::numeric_limits<float>::infinity();
    values[first] = std::numeric_limits<float>::quiet_NaN();
    const GradientFacts facts = compute_.cuda->update_kernels().look_at(values.const_data_ptr<float>(), kSize);
    EXPECT_EQ(facts.first_nonfinite, first);
    EXPECT_FALSE(std::isfinite(facts.sum_of_squares));
  }
}

}  // namespace
}  // namespace galen::trainer
