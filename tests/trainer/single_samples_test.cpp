// In the last step of an epoch a lane may have a single sample, for which batch normalisation has no statistics.

#include "comm/mpi_communicator.h"
#include "data/sampling/split.h"
#include "models/module_model.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/lanes/lane_count.h"

#include <gtest/gtest.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/linear.h>

namespace galen::trainer {
namespace {

struct NormedNet : torch::nn::Module {
  NormedNet()
      : dense(register_module("dense", torch::nn::Linear(28 * 28, 8))),
        norm(register_module("norm", torch::nn::BatchNorm1d(8))),
        output(register_module("output", torch::nn::Linear(8, 1))) {}
  at::Tensor forward(const at::Tensor& x) { return output->forward(norm->forward(dense->forward(x.flatten(1)))); }
  torch::nn::Linear dense;
  torch::nn::BatchNorm1d norm;
  torch::nn::Linear output;
};

TEST(SingleSamples, OfALastStepTrainAUsersNetworkToo) {
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const test::SharedFolder folder(*world, 28, 1, 70);
  ExperimentOptions options = test::small_run(folder, "run");
  options.trainer.lanes = kAutomaticLanes;
  const std::int64_t samples = [&] {
    data::Dataset dataset(options.dataset);
    return static_cast<std::int64_t>(data::members(data::split_of(dataset, options.split), data::Subset::kTrain).size());
  }();
  for (const std::int64_t left : {1, 5}) {  // of four lanes: none but one of a single sample; two samples in one, and else one
    options.folder = folder / ("left" + std::to_string(left));
    options.trainer.batch = samples - left;
    options.trainer.epochs = 2;
    const ExperimentOutcome outcome = train(options, *world, nullptr, models::wrap(std::make_shared<NormedNet>()));
    EXPECT_EQ(outcome.ending, Ending::kFinished);
    EXPECT_EQ(outcome.state.step, 4);
    if (world->rank() == 0) {
      EXPECT_EQ(read_manifest(options.folder + "/last").lanes, automatic_lanes(options.trainer.batch));
    }
  }
}

}  // namespace
}  // namespace galen::trainer
