// An error of LibTorch during training names the step.

#include "comm/mpi_communicator.h"
#include "galen/error.h"
#include "models/module_model.h"
#include "tests/trainer/small_run.h"

#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <torch/nn/modules/linear.h>

namespace galen::trainer {
namespace {

struct FailsInItsThirdStep : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor flat = x.flatten(1);
    return is_training() && ++steps == 3 ? at::mm(flat, at::zeros({5, 1})) : dense->forward(flat);
  }
  torch::nn::Linear dense = register_module("dense", torch::nn::Linear(28 * 28, 1));
  int steps = 0;
};

TEST(LibraryError, NamesTheStep) {
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const test::SharedFolder folder(*world, 28, 1, 70);
  ExperimentOptions options = test::small_run(folder, "run");
  options.trainer.lanes = kLaneForEachWorker;
  std::string message;
  try {
    train(options, *world, nullptr, models::wrap(std::make_shared<FailsInItsThirdStep>()));
  } catch (const Error& error) {
    message = error.what();
  }
  EXPECT_THAT(message, testing::StartsWith("step 3: LibTorch reports: mat1 and mat2 shapes cannot be multiplied"));
}

}  // namespace
}  // namespace galen::trainer
