// A run in which one rank fails in the fifth step, run by training_failure_test: failing_training FILE.h5 WHAT PHASE RANK [FOLDER].
//
// WHAT: throw, kill or stall. PHASE: set-up (before the first step), forward or backward. The others have a deadline of three seconds.
// With a FOLDER the last rank is the coordinator, and the run leaves its logs there.

#include "comm/mpi_communicator.h"
#include "galen/error.h"
#include "models/factory.h"
#include "trainer/experiment.h"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

namespace {

using namespace galen;

constexpr int kDeadline = 3;  // seconds: longer than a step takes on a busy machine

[[noreturn]] void fail(const std::string& what) {
  if (what == "throw") throw Error("the GPU is on fire. Put it out.");
  if (what == "kill") std::raise(SIGKILL);
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

/// A model that fails in its fifth forward or backward pass.
class FailingModel final : public models::Model {
 public:
  FailingModel(std::unique_ptr<models::Model> model, std::string what, std::string phase)
      : model_(std::move(model)), what_(std::move(what)), phase_(std::move(phase)) {}

  models::Outputs forward(const Inputs& inputs) override {
    const bool now = ++passes_ == 5;
    if (now && phase_ == "forward") fail(what_);
    models::Outputs outputs = model_->forward(inputs);
    if (now && phase_ == "backward") outputs.main.register_hook([this](const at::Tensor&) { fail(what_); });
    return outputs;
  }

  std::vector<models::NamedTensor> parameters() const override { return model_->parameters(); }
  std::vector<models::NamedTensor> buffers() const override { return model_->buffers(); }
  void set_training(bool training) override { model_->set_training(training); }
  void to(at::Device device) override { model_->to(device); }
  models::OutputForm output_form() const override { return model_->output_form(); }
  std::vector<models::LayerRow> layers() const override { return model_->layers(); }

 private:
  std::unique_ptr<models::Model> model_;
  std::string what_, phase_;
  int passes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  comm::MpiSession session(argc, argv);
  const std::string what = argv[2], phase = argv[3];
  try {
    const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
    trainer::ExperimentOptions options;
    options.device = trainer::DeviceChoice::kCpu;
    options.quiet = true;
    options.dataset.file = argv[1];
    options.trainer.threads = 1;
    options.trainer.epochs = 1000000;
    options.deadline = kDeadline;
    if (argc > 5) {
      options.folder = argv[5];
      options.coordinator.placement = trainer::Placement::kProcess;
    }
    models::ModelOptions network;
    network.name = "cnn28";
    std::unique_ptr<models::Model> model = models::make_model(network, {{1, 28, 28}, 1, false}, 1);
    if (world->rank() == std::atoi(argv[4])) {
      if (phase == "set-up") {
        world->set_deadline(std::chrono::seconds(kDeadline));
        fail(what);
      }
      model = std::make_unique<FailingModel>(std::move(model), what, phase);
    }
    trainer::train(options, *world, {}, std::move(model));
  } catch (const std::exception& error) {
    comm::abort_job(MPI_COMM_WORLD, error.what(), 1);
  }
}
