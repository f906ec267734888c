// Whole runs that need one GPU for each rank; without GPUs each test is skipped and names what is missing.

#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/support/shared_folder.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/device/device.h"
#include "trainer/experiment.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace galen::trainer {
namespace {

using test::SharedFolder;

class TrainingOnGpus : public testing::Test {
 protected:
  void SetUp() override {
    try {
      select_device(DeviceChoice::kCuda, *world_);
    } catch (const Error& error) {
      GTEST_SKIP() << "needs a GPU: " << error.what();
    }
  }

  ExperimentOptions small_run(const SharedFolder& folder, const std::string& run) const {
    ExperimentOptions options;
    options.folder = folder / run;
    options.seed = 3;
    options.device = DeviceChoice::kCuda;
    options.quiet = true;
    options.dataset.file = folder / "data.h5";
    options.model.name = "cnn28";
    options.model.batch_norm = true;
    options.trainer.batch = 16;
    options.trainer.epochs = 3;
    options.trainer.lanes = 4;
    options.optimizer.clip_norm = 1;
    options.comm.buckets.first_mib = 0.1;
    options.intervals.resamples = 0;
    return options;
  }

  const std::unique_ptr<comm::Communicator> world_ = comm::make_mpi_communicator(MPI_COMM_WORLD);
};

std::string gpu_weights_digest(const std::string& checkpoint) { return read_manifest(checkpoint).digests.at("weights.safetensors"); }

TEST_F(TrainingOnGpus, HasTheSameBitsOnAnyNumberOfThem) {
  const SharedFolder folder(*world_, 28, 1, 100);
  ExperimentOptions options = small_run(folder, "world");
  train(options, *world_);
  if (world_->rank() == 0) {
    options.folder = folder / "alone";
    const auto single = comm::make_single_communicator();
    train(options, *single);
    EXPECT_EQ(gpu_weights_digest(folder / "world/last"), gpu_weights_digest(folder / "alone/last"));
  }
  world_->barrier();
}

TEST_F(TrainingOnGpus, AgreesWithTheCpu) {
  const SharedFolder folder(*world_, 28, 1, 100);
  ExperimentOptions options = small_run(folder, "gpu");
  const double on_gpu = train(options, *world_).test.value("loss");
  options.comm.order = AdditionOrder::kFast;
  options.folder = folder / "fast";
  const double fast = train(options, *world_).test.value("loss");
  options.device = DeviceChoice::kCpu;
  options.folder = folder / "cpu";
  const double on_cpu = train(options, *world_).test.value("loss");
  EXPECT_NEAR(on_gpu, on_cpu, 0.02 * on_cpu);
  EXPECT_NEAR(fast, on_cpu, 0.02 * on_cpu);
}

TEST_F(TrainingOnGpus, SkipsStepsThatAreNotFinite) {
  const SharedFolder folder(*world_, 28, 1, 100);
  ExperimentOptions options = small_run(folder, "run");
  options.optimizer.learning_rate = 1e30;
  EXPECT_THROW(train(options, *world_), Error);
  options.trainer.on_nonfinite = OnNonfinite::kSkip;
  options.folder = folder / "skip";
  EXPECT_EQ(train(options, *world_).ending, Ending::kFinished);
}

}  // namespace
}  // namespace galen::trainer
