#include "data/synthetic/synthetic.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"
#include "trainer/experiment.h"

#include <gtest/gtest.h>

#include <string>

namespace galen::trainer {
namespace {

// The accuracy of CNN 28 on 3,000 unseen images, trained on two workers on separate nodes, so that all exchanges are compressed.
double test_accuracy(const std::string& file, Compression compression) {
  ExperimentOptions options;
  options.seed = 1;
  options.device = DeviceChoice::kCpu;
  options.quiet = true;
  options.dataset.file = file;
  options.model.name = "cnn28";
  options.trainer.batch = 64;
  options.trainer.epochs = 6;
  options.schedule.course = Course::kCosine;
  options.trainer.threads = 1;
  options.intervals.resamples = 0;
  options.comm.compression = compression;
  options.comm.buckets.first_mib = 0.1;
  double accuracy = 0;
  test::run_ranks(
      2,
      [&](comm::Communicator& world) {
        const ExperimentOutcome outcome = train(options, world);
        if (world.rank() == 0) accuracy = outcome.test.value("accuracy");
      },
      /*node_size=*/1);
  return accuracy;
}

TEST(Compression, KeepsTheAccuracyWithinHalfAPoint) {
  const test::TemporaryFolder folder;
  const std::string file = folder / "lesions.h5";
  data::write_synthetic({.file = file, .samples = 6000, .fractions = {0.5, 0, 0.5}});
  const double exact = test_accuracy(file, Compression::kNone);
  EXPECT_GT(exact, 0.95) << "better than chance";
  EXPECT_LT(exact, 0.999) << "and not perfect";
  for (const Compression compression : {Compression::kBf16, Compression::kPowerSgd}) {
    const double accuracy = test_accuracy(file, compression);
    RecordProperty(galen::name_of(compression), std::to_string(accuracy));
    EXPECT_GE(accuracy, exact - 0.005) << galen::name_of(compression);
  }
}

}  // namespace
}  // namespace galen::trainer
