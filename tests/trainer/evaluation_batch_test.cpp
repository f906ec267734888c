// The number of samples in a forward pass of validation and test.
#include "comm/mpi_communicator.h"
#include "models/factory.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/experiment.h"
#include "trainer/predictor/dataset_prediction.h"
#include "trainer/samples/loading_resources.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace galen::trainer {
namespace {

using test::SharedFolder;

/// A model that records the size of each batch without gradients.
class Noting final : public models::Model {
 public:
  Noting(std::unique_ptr<models::Model> model, std::vector<std::int64_t>& sizes) : model_(std::move(model)), sizes_(sizes) {}

  models::Outputs forward(const Inputs& inputs) override {
    if (!training_) sizes_.push_back(inputs.samples());
    return model_->forward(inputs);
  }
  std::vector<models::NamedTensor> parameters() const override { return model_->parameters(); }
  std::vector<models::NamedTensor> buffers() const override { return model_->buffers(); }
  void set_training(bool training) override { model_->set_training(training_ = training); }
  void to(at::Device device) override { model_->to(device); }
  models::OutputForm output_form() const override { return model_->output_form(); }
  std::vector<models::LayerRow> layers() const override { return model_->layers(); }

 private:
  std::unique_ptr<models::Model> model_;
  std::vector<std::int64_t>& sizes_;
  bool training_ = true;
};

std::unique_ptr<models::Model> noting(std::vector<std::int64_t>& sizes) {
  models::ModelOptions options;
  options.name = "dense_net";
  return std::make_unique<Noting>(models::make_model(options, {{1, 28, 28}, 1, true}, /*seed=*/3), sizes);
}

std::int64_t largest(const std::vector<std::int64_t>& sizes) { return sizes.empty() ? 0 : *std::max_element(sizes.begin(), sizes.end()); }

TEST(EvaluationBatch, IsALanesShareUnlessGiven) {
  EXPECT_EQ(evaluation_batch(0, 64, 4), 16);
  EXPECT_EQ(evaluation_batch(0, 12, 8), 2) << "of the largest lane";
  EXPECT_EQ(evaluation_batch(0, 2, 1), 2);
  EXPECT_EQ(evaluation_batch(100, 12, 8), 100);
}

TEST(EvaluationBatch, OfARunNeedsNoMoreMemoryThanTraining) {
  const auto ranks = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const SharedFolder folder(*ranks, 28, 1, 70);
  for (const std::int64_t requested : {0, 3}) {
    ExperimentOptions options = test::small_run(folder, "run" + std::to_string(requested));
    options.evaluation_batch = requested;
    std::vector<std::int64_t> sizes;
    const ExperimentOutcome outcome = train(options, *ranks, nullptr, noting(sizes));
    const std::int64_t expected = requested > 0 ? requested : 2;  // of a batch of 12 in eight lanes
    EXPECT_EQ(largest(sizes), expected);
    ranks->barrier();
    EXPECT_EQ(read_manifest(outcome.best).evaluation_batch, expected);

    for (const std::int64_t applied : {0, 5}) {
      std::vector<std::int64_t> sizes_applied;
      DatasetPredictionOptions how{.checkpoint = outcome.best, .dataset = options.dataset, .split = {}, .device = DeviceChoice::kCpu};
      how.batch = applied;
      const DatasetPrediction prediction = predict_dataset(how, *ranks, noting(sizes_applied));
      EXPECT_EQ(largest(sizes_applied), applied > 0 ? applied : expected) << "of galen evaluate and predict";
      EXPECT_EQ(prediction.batch, applied > 0 ? applied : expected);
    }
  }
}

}  // namespace
}  // namespace galen::trainer
