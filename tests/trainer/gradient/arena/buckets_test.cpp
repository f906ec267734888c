#include "trainer/gradient/arena/buckets.h"

#include "galen/error.h"
#include "models/factory.h"
#include "tests/support/thread_communicator.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/arena/lane_fold.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

#include <vector>

namespace galen::trainer {
namespace {

constexpr std::int64_t kBlock = LaneFold::kBlock;
constexpr double kBlockMib = kBlock * 4.0 / 1048576;

/// Parameters of one, two and three blocks, in that order.
class ThreeVectors final : public models::Model {
 public:
  models::Outputs forward(const Inputs& factors) override {
    at::Tensor sum;
    for (std::size_t i = 0; i < 3; ++i) {
      const at::Tensor part = vectors_[i].sum() * factors.only()[static_cast<std::int64_t>(i)];
      sum = sum.defined() ? sum + part : part;
    }
    return sum;
  }
  std::vector<models::NamedTensor> parameters() const override {
    return {{"one", vectors_[0]}, {"two", vectors_[1]}, {"three", vectors_[2]}};
  }
  std::vector<models::NamedTensor> buffers() const override { return {}; }
  void set_training(bool) override {}
  void to(at::Device) override {}
  models::OutputForm output_form() const override { return models::OutputForm::kLogits; }
  std::vector<models::LayerRow> layers() const override { return {}; }

 private:
  at::Tensor vectors_[3] = {at::ones({kBlock}).requires_grad_(), at::ones({2 * kBlock}).requires_grad_(),
                            at::ones({3 * kBlock}).requires_grad_()};
};

std::vector<std::size_t> launched_by(Buckets& buckets, std::size_t parameter) {
  std::vector<std::size_t> launched;
  buckets.arrived(parameter, [&](std::size_t b) { launched.push_back(b); });
  return launched;
}

std::vector<std::size_t> launched_at_end(Buckets& buckets) {
  std::vector<std::size_t> launched;
  buckets.end_pass([&](std::size_t b) { launched.push_back(b); });
  return launched;
}

using Launches = std::vector<std::size_t>;

void with_arena(const std::function<void(ParameterArena&, comm::Communicator&)>& work, int ranks = 1) {
  test::run_ranks(ranks, [&](comm::Communicator& world) {
    ThreeVectors model;
    comm::Node node(world);
    ParameterArena arena(model, node);
    work(arena, world);
    world.barrier();
  });
}

TEST(Buckets, AreCutFromTheEndInWholeBlocksAndCoverTheVector) {
  with_arena([](ParameterArena& arena, comm::Communicator&) {
    for (const std::int64_t extra : {0, 1, 300}) {  // running averages behind the parameters
      const std::int64_t size = arena.size() + extra;
      const Buckets buckets(arena, size, {.first_mib = kBlockMib, .mib = 2 * kBlockMib});
      std::int64_t end = 0;
      for (const Range& range : buckets.ranges()) {
        EXPECT_EQ(range.begin, end);
        EXPECT_EQ(range.begin % kBlock, 0);
        EXPECT_LE(range.size(), 3 * kBlock);
        end = range.end;
      }
      EXPECT_EQ(end, size);
      EXPECT_LE(buckets.ranges().back().size(), 2 * kBlock) << "the first one sent is small";
      EXPECT_EQ(buckets.order().front(), buckets.ranges().size() - 1);
    }
    EXPECT_EQ(Buckets(arena, arena.size()).ranges().size(), 1u);
    EXPECT_THROW(Buckets(arena, arena.size(), {.first_mib = 0, .mib = 1}), UsageError);
  });
}

TEST(Buckets, AreLaunchedInOrderOnceAllTheirParametersAreComplete) {
  with_arena([](ParameterArena& arena, comm::Communicator&) {
    Buckets buckets(arena, arena.size(), {.first_mib = kBlockMib, .mib = 2 * kBlockMib});
    ASSERT_EQ(buckets.ranges().size(), 4u);  // blocks 0 | 1 2 | 3 4 | 5: parameters "one", "two", and twice "three"
    buckets.begin_pass();
    EXPECT_EQ(launched_by(buckets, 1), Launches{}) << "complete, but not its turn";
    EXPECT_EQ(launched_by(buckets, 2), (Launches{3, 2, 1}));
    EXPECT_EQ(launched_by(buckets, 0), Launches{0});
    EXPECT_EQ(launched_at_end(buckets), Launches{});

    buckets.begin_pass();
    EXPECT_EQ(launched_by(buckets, 2), (Launches{3, 2}));
    EXPECT_EQ(launched_at_end(buckets), (Launches{1, 0})) << "parameters without a gradient delay nothing";
  });
}

TEST(Buckets, AdoptTheOrderOfRankZero) {
  with_arena(
      [](ParameterArena& arena, comm::Communicator& world) {
        Buckets buckets(arena, arena.size(), {.first_mib = kBlockMib, .mib = 2 * kBlockMib});
        buckets.begin_pass();
        for (const std::size_t parameter : world.rank() == 0 ? Launches{0, 2} : Launches{2, 1, 0}) launched_by(buckets, parameter);
        launched_at_end(buckets);
        buckets.learn_order(world);
        EXPECT_EQ(buckets.order(), (Launches{0, 2, 3, 1}));
      },
      2);
}

TEST(Gradients, CallsForABucketWithinTheBackwardPass) {
  test::run_ranks(1, [](comm::Communicator& world) {
    ThreeVectors model;
    comm::Node node(world);
    ParameterArena arena(model, node);
    const BucketOptions options{.first_mib = kBlockMib, .mib = 2 * kBlockMib};
    Gradients gradients(model, arena, {0, 2}, 2, 1, &options);
    std::vector<std::string> events;
    const at::Tensor factors = at::ones({3}).requires_grad_();
    factors.register_hook([&](const at::Tensor&) { events.emplace_back("end of the backward pass"); });
    gradients.on_bucket([&](std::size_t b) {
      const Range range = gradients.buckets().ranges()[b];
      const at::Tensor sums = gradients.partial_sum(0).narrow(0, range.begin, range.size());
      EXPECT_TRUE(sums.eq(2).all().item<bool>()) << "both lanes' gradients of bucket " << b;
      events.push_back(std::to_string(b));
    });
    gradients.begin_step();
    for (int lane = 0; lane < 2; ++lane) {
      gradients.begin_lane();
      gradients.accumulate(model.forward(factors).main, 1, 1);
    }
    const std::string end = "end of the backward pass";
    EXPECT_EQ(events, (std::vector<std::string>{end, "3", "2", "1", "0", end})) << "the last lane completes buckets, in order";
  });
}

}  // namespace
}  // namespace galen::trainer
