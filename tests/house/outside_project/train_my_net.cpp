#include "comm/mpi_communicator.h"
#include "models/module_model.h"
#include "trainer/experiment.h"

#include <torch/nn/modules/linear.h>

#include <cstdio>

struct MyNet : torch::nn::Module {
  torch::nn::Linear layer = register_module("layer", torch::nn::Linear(16 * 16, 1));
  at::Tensor forward(const at::Tensor& images) { return layer(images.flatten(1)); }
};

int main(int argc, char** argv) {
  const galen::comm::MpiSession session(argc, argv);
  const auto world = galen::comm::make_mpi_communicator(MPI_COMM_WORLD);
  galen::trainer::ExperimentOptions options;
  options.dataset.file = argv[1];
  options.folder = argv[2];
  const auto outcome = galen::trainer::train(options, *world, {}, galen::models::wrap(std::make_shared<MyNet>()));
  if (world->rank() == 0) std::printf("%lld steps, test auc %.3f\n", static_cast<long long>(outcome.state.step), outcome.test.value("auc"));
}
