// How long the workers' preparations, the coordinator's and its evaluations take is their own affair: comm.deadline is for ranks that hang.

#include "comm/mpi_communicator.h"
#include "models/factory.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

namespace galen::trainer {
namespace {

using namespace std::chrono_literals;

constexpr double kDeadline = 3;  // seconds
constexpr auto kLonger = 4s;

/// A model that takes its time to be set up and, where `evaluates_slowly`, to evaluate.
class SlowModel final : public models::Model {
 public:
  SlowModel(std::unique_ptr<models::Model> model, bool evaluates_slowly) : model_(std::move(model)), slow_(evaluates_slowly) {}

  at::Tensor forward(const at::Tensor& input) override {
    if (slow_) std::this_thread::sleep_for(kLonger);
    return model_->forward(input);
  }
  void to(at::Device device) override {
    std::this_thread::sleep_for(kLonger);
    model_->to(device);
  }

  std::vector<models::NamedTensor> parameters() const override { return model_->parameters(); }
  std::vector<models::NamedTensor> buffers() const override { return model_->buffers(); }
  void set_training(bool training) override { model_->set_training(training); }
  models::OutputForm output_form() const override { return model_->output_form(); }
  std::vector<models::LayerRow> layers() const override { return model_->layers(); }

 private:
  std::unique_ptr<models::Model> model_;
  bool slow_;
};

TEST(ASlowService, IsNotTakenForOneThatHangs) {
  const auto ranks = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const test::SharedFolder folder(*ranks, 28, 1, 70);
  ExperimentOptions options = test::small_run(folder, "run");
  options.deadline = kDeadline;
  options.coordinator.placement = "process";

  models::ModelOptions network;
  network.name = "cnn28";
  const bool coordinates = ranks->rank() + 1 == ranks->size();
  auto model = std::make_unique<SlowModel>(models::make_model(network, {{1, 28, 28}, 1, false}, 1), coordinates);
  const ExperimentOutcome outcome = train(options, *ranks, nullptr, std::move(model));
  EXPECT_EQ(outcome.ending, Ending::kFinished);
  ranks->barrier();
  EXPECT_EQ(read_manifest(outcome.last).state.step, outcome.state.step);
}

}  // namespace
}  // namespace galen::trainer
