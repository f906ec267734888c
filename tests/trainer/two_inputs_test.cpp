// A user's network of two inputs; everything else is as for any other model.

#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "data/hdf5/hdf5.h"
#include "models/module_model.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/predictor/dataset_prediction.h"
#include "trainer/predictor/predictor.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::int64_t kTwoInputPatients = 70;

/// An image and a row of a table of the same patient; a missing row is replaced by a learnt vector.
struct ImageAndRow : torch::nn::Module {
  ImageAndRow() {
    const at::NoGradGuard no_grad;
    for (at::Tensor& values : parameters()) values.copy_(at::arange(values.numel()).mul(0.7).sin().mul(0.3).view_as(values));
  }
  at::Tensor forward(const Inputs& inputs) {
    const at::Tensor seen = image->forward(inputs[0].values.flatten(1)).relu();
    const at::Tensor known = at::where(inputs[1].present.unsqueeze(1), row->forward(inputs[1].values).relu(), absent);
    return output->forward(at::cat({seen, known}, 1));
  }
  torch::nn::Linear image = register_module("image", torch::nn::Linear(64, 8));
  torch::nn::Linear row = register_module("row", torch::nn::Linear(3, 4));
  torch::nn::Linear output = register_module("output", torch::nn::Linear(12, 1));
  at::Tensor absent = register_parameter("absent", at::zeros({4}));
};

std::unique_ptr<models::Model> image_and_row() { return models::wrap(std::make_shared<ImageAndRow>()); }

/// Bright images and high values are of class 1; every fifth patient has no row. Returns the inputs as they are in the file.
Inputs write_patients(const std::string& path) {
  std::vector<std::uint8_t> images(kTwoInputPatients * 64), present(kTwoInputPatients);
  std::vector<float> rows(kTwoInputPatients * 3);
  std::vector<std::int64_t> labels(kTwoInputPatients);
  for (std::int64_t i = 0; i < kTwoInputPatients; ++i) {
    const auto patient = static_cast<std::size_t>(i);
    labels[patient] = i % 2;
    present[patient] = i % 5 != 0;
    for (std::size_t p = 0; p < 64; ++p) images[patient * 64 + p] = static_cast<std::uint8_t>(60 + 40 * (i % 2) + (i * 37 + p * 11) % 90);
    for (std::size_t f = 0; f < 3; ++f) {
      const double value = 5 + 0.5 * static_cast<double>(i % 2) + std::sin(static_cast<double>(3 * i) + static_cast<double>(f));
      rows[patient * 3 + f] = present[patient] ? static_cast<float>(value) : std::numeric_limits<float>::quiet_NaN();
    }
  }
  using data::hdf5::Native;
  data::hdf5::File file = data::hdf5::File::create(path);
  file.create_array("/samples/image", Native::kU8, {kTwoInputPatients, 1, 8, 8}).write(0, kTwoInputPatients, Native::kU8, images.data());
  file.create_array("/samples/tabular", Native::kF32, {kTwoInputPatients, 3}).write(0, kTwoInputPatients, Native::kF32, rows.data());
  file.create_array("/samples/tabular_present", Native::kU8, {kTwoInputPatients}).write(0, kTwoInputPatients, Native::kU8, present.data());
  file.create_array("/samples/label", Native::kI64, {kTwoInputPatients}).write(0, kTwoInputPatients, Native::kI64, labels.data());
  const at::Tensor pixels = at::from_blob(images.data(), {kTwoInputPatients, 1, 8, 8}, at::kByte).clone();
  const at::Tensor values = at::from_blob(rows.data(), {kTwoInputPatients, 3}, at::kFloat).clone();
  const at::Tensor known = at::from_blob(present.data(), {kTwoInputPatients}, at::kByte).to(at::kBool);
  return Inputs{Input{pixels}, Input{values, {}, known}};
}

std::string digest_of_weights(const std::string& checkpoint) { return read_manifest(checkpoint).digests.at("weights.safetensors"); }

TEST(TwoInputs, TrainResumeAndEvaluateWithTheSameBitsOnAnyNumberOfWorkers) {
  const auto ranks = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const test::SharedFolder folder(*ranks, 28, 1, 2);
  Inputs patients;
  if (ranks->rank() == 0) patients = write_patients(folder / "patients.h5");
  ranks->barrier();
  ExperimentOptions options = test::small_run(folder, "whole");
  options.dataset.file = folder / "patients.h5";
  options.dataset.input = "/samples/image, /samples/tabular";
  options.preparation = {.scaling = data::ScalingMethod::kStandardize, .transforms = {.augment = "flip(horizontal)"}};
  options.optimizer.learning_rate = 0.01;
  options.trainer.epochs = 8;
  const ExperimentOutcome whole = train(options, *ranks, nullptr, image_and_row());
  EXPECT_EQ(whole.ending, Ending::kFinished);
  EXPECT_GT(whole.test.value("auc"), 0.8) << "classes are bright and dark";

  options.folder = folder / "parts";
  if (ranks->rank() == 0) {  // alone, and stopped within the second epoch
    options.trainer.max_steps = 6;
    train(options, *comm::make_single_communicator(), nullptr, image_and_row());
    options.trainer.max_steps = 0;
  }
  ranks->barrier();
  options.resume = true;
  const ExperimentOutcome resumed = train(options, *ranks, nullptr, image_and_row());
  ranks->barrier();
  EXPECT_EQ(resumed.state.step, whole.state.step);
  EXPECT_EQ(digest_of_weights(folder / "parts/last"), digest_of_weights(folder / "whole/last"));

  const Manifest manifest = read_manifest(whole.best);
  ASSERT_EQ(manifest.inputs.size(), 2U);
  EXPECT_EQ(manifest.inputs[1].name, "/samples/tabular");
  EXPECT_EQ(manifest.inputs[0].preparation.scaling.mean.size(), 1U);
  EXPECT_EQ(manifest.inputs[1].preparation.scaling.mean.size(), 3U);

  const DatasetPrediction prediction = predict_dataset(
      {.checkpoint = whole.best, .dataset = options.dataset, .split = {}, .device = DeviceChoice::kCpu}, *ranks, image_and_row());
  const Report report =
      make_report(*prediction.task, prediction.predictions, *prediction.dataset, {.intervals = options.intervals}, *ranks);
  EXPECT_EQ(report.value("auc"), whole.test.value("auc"));

  if (ranks->rank() != 0) return;
  Predictor predictor({.checkpoint = whole.best, .device = DeviceChoice::kCpu}, image_and_row());
  std::vector<at::Tensor> expected;
  predict_dataset({.checkpoint = whole.best, .dataset = options.dataset, .split = {}, .subset = "all", .device = DeviceChoice::kCpu},
                  *comm::make_single_communicator(), image_and_row(), [&](const DatasetPrediction& file, const PredictedBatch& batch) {
                    expected.push_back(file.task->scores(batch.outputs));
                  });
  EXPECT_TRUE(predictor.scores(patients).equal(at::cat(expected))) << "samples in memory";
}

}  // namespace
}  // namespace galen::trainer
