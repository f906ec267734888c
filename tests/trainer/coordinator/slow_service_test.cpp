// Preparations and evaluations may take longer than comm.deadline, which is for ranks that hang.

#include "comm/mpi_communicator.h"
#include "models/factory.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"

#include <ATen/ops/full.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

using Seconds = std::chrono::duration<double>;

/// A model whose set-up takes `pause`, as does, if `evaluates_slowly`, the evaluation of each batch.
class SlowModel final : public models::Model {
 public:
  SlowModel(std::unique_ptr<models::Model> model, Seconds pause, bool evaluates_slowly)
      : model_(std::move(model)), pause_(pause), slow_(evaluates_slowly) {}

  models::Outputs forward(const Inputs& inputs) override {
    if (slow_) std::this_thread::sleep_for(pause_);
    return model_->forward(inputs);
  }
  void to(at::Device device) override {
    std::this_thread::sleep_for(pause_);
    model_->to(device);
  }

  std::vector<models::NamedTensor> parameters() const override { return model_->parameters(); }
  std::vector<models::NamedTensor> buffers() const override { return model_->buffers(); }
  void set_training(bool training) override { model_->set_training(training); }
  models::OutputForm output_form() const override { return model_->output_form(); }
  std::vector<models::LayerRow> layers() const override { return model_->layers(); }

 private:
  std::unique_ptr<models::Model> model_;
  Seconds pause_;
  bool slow_;
};

TEST(ASlowService, IsNotMistakenForOneThatHangs) {
  const auto ranks = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const test::SharedFolder folder(*ranks, 28, 1, 70);
  models::ModelOptions network;
  network.name = "cnn28";
  const bool coordinates = ranks->rank() + 1 == ranks->size();
  const auto run = [&](const std::string& name, Seconds deadline, Seconds pause) {
    ExperimentOptions options = test::small_run(folder, name);
    options.deadline = deadline.count();
    options.coordinator.placement = Placement::kProcess;
    auto model = models::make_model(network, {{1, 28, 28}, 1, false}, 1);
    return train(options, *ranks, nullptr, std::make_unique<SlowModel>(std::move(model), pause, coordinates));
  };

  // The total time on this machine under its present load: no rank waits that long for one that does not hang.
  const auto begin = std::chrono::steady_clock::now();
  run("quick", 0s, 0s);
  at::Tensor taken = at::full({1}, Seconds(std::chrono::steady_clock::now() - begin).count(), at::kDouble);
  ranks->all_reduce(taken, comm::Reduction::kMax);
  const Seconds deadline(std::max(1.0, 2 * taken.item<double>()));

  const ExperimentOutcome outcome = run("slow", deadline, deadline + 1s);
  EXPECT_EQ(outcome.ending, Ending::kFinished);
  ranks->barrier();
  EXPECT_EQ(read_manifest(outcome.last).state.step, outcome.state.step);
}

}  // namespace
}  // namespace galen::trainer
