// A network of one's own, trained by Galen: mpirun -np 2 outside images.h5
#include <ATen/Context.h>
#include <comm/mpi_communicator.h>
#include <models/module_model.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <trainer/experiment.h>

#include <cstdio>

struct Network : torch::nn::Module {
  torch::nn::Conv2d conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, 5).stride(2)));
  torch::nn::Linear last = register_module("last", torch::nn::Linear(8 * 12 * 12, 1));

  at::Tensor forward(at::Tensor images) { return last(conv(images).relu().flatten(1)); }
};

int main(int argc, char** argv) {
  galen::comm::MpiSession session(argc, argv);
  try {
    at::manual_seed(1);  // of the network's initial weights
    const auto world = galen::comm::make_mpi_communicator(MPI_COMM_WORLD);
    galen::trainer::ExperimentOptions options;
    options.dataset.file = argv[1];
    options.device = galen::trainer::DeviceChoice::kCpu;
    options.quiet = true;
    options.trainer = {.batch = 32, .epochs = 2, .lanes = 2, .threads = 1};
    const auto outcome = galen::trainer::train(options, *world, {}, galen::models::wrap(std::make_shared<Network>()));
    if (world->rank() == 0) std::printf("%d steps, test loss %.9f\n", static_cast<int>(outcome.state.step), outcome.test.value("loss"));
  } catch (const std::exception& error) {
    galen::comm::abort_job(MPI_COMM_WORLD, error.what(), 1);
  }
}
