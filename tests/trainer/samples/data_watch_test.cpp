#include "trainer/samples/data_watch.h"

#include "comm/mpi_communicator.h"
#include "data/files/dataset_writer.h"
#include "data/hdf5/hdf5.h"
#include "galen/error.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/predictor/dataset_prediction.h"

#include <ATen/ops/full.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Runs on data that is changed. `verify` is off, as it would detect some of the changes by itself.
class DataWatchTest : public testing::Test {
 protected:
  ExperimentOptions run(const std::string& name) const {
    ExperimentOptions options = test::small_run(folder_, name);
    options.dataset.verify = data::Verify::kOff;
    options.deadline = 60;
    return options;
  }

  std::string data() const { return folder_ / "data.h5"; }
  bool is_first() const { return ranks_->rank() == 0; }

  // The position of a sample's image: the HDF5 library does not open a file for writing that this process has open for reading.
  std::size_t place_of(std::int64_t sample) const {
    const data::hdf5::File file = data::hdf5::File::open(data());
    std::string image(28 * 28, '\0');
    file.array("/samples/image").read(sample, 1, data::hdf5::Native::kU8, image.data());
    return test::read_file(data()).find(image);
  }

  // In place, like h5py's 'r+'.
  static void invert_image(const std::string& name, std::size_t place) {
    std::fstream file(name, std::ios::in | std::ios::out | std::ios::binary);
    std::string image(28 * 28, '\0');
    file.seekg(static_cast<std::streamoff>(place)).read(image.data(), static_cast<std::streamsize>(image.size()));
    for (char& pixel : image) pixel = static_cast<char>(~pixel);
    file.seekp(static_cast<std::streamoff>(place)).write(image.data(), static_cast<std::streamsize>(image.size()));
  }
  static void touch(const std::string& file) { fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(5)); }

  std::string error_of(const ExperimentOptions& options) {
    try {
      train(options, *ranks_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::unique_ptr<comm::Communicator> ranks_ = comm::make_mpi_communicator(MPI_COMM_WORLD);
  test::SharedFolder folder_{*ranks_, 28, 1, 70};
};

TEST_F(DataWatchTest, AnotherCopyOnOneRankIsNamedWithItsSample) {
  if (ranks_->size() == 1) return;
  const int last = ranks_->size() - 1;
  ExperimentOptions options = run("differ");
  options.dataset.file = folder_ / ("copy" + std::to_string(ranks_->rank()) + ".h5");
  fs::copy_file(data(), options.dataset.file);
  if (ranks_->rank() == last) invert_image(options.dataset.file, place_of(17));
  const std::string error = error_of(options);
  EXPECT_THAT(error, AllOf(HasSubstr("rank " + std::to_string(last) + " on "), HasSubstr("sample 17 has"), HasSubstr("other values")));
  EXPECT_FALSE(fs::exists(options.folder + "/checkpoints"));
  ranks_->barrier();

  // The same copies, to be evaluated.
  options.dataset.file = data();
  const ExperimentOutcome outcome = train(options, *ranks_);
  ranks_->barrier();
  const DatasetPredictionOptions prediction{
      .checkpoint = outcome.best,
      .dataset = {.file = folder_ / ("copy" + std::to_string(ranks_->rank()) + ".h5"), .verify = data::Verify::kOff},
      .split = {},
      .subset = "all",
      .device = DeviceChoice::kCpu};
  EXPECT_THAT([&] { predict_dataset(prediction, *ranks_); }, ThrowsMessage<Error>(HasSubstr("sample 17 has")));
  ranks_->barrier();
}

TEST_F(DataWatchTest, AnotherPatientOnOneRankIsNamedToo) {
  if (ranks_->size() == 1) return;
  ExperimentOptions options = run("patients");
  options.dataset.file = folder_ / ("copy" + std::to_string(ranks_->rank()) + ".h5");
  fs::copy_file(data(), options.dataset.file);
  if (ranks_->rank() == 1) {
    const data::hdf5::File file = data::hdf5::File::modify(options.dataset.file);
    data::hdf5::Array labels = file.array("/samples/label");
    const std::int64_t other = 1 - labels.read_all<std::int64_t>().at(23);
    labels.write(23, 1, data::hdf5::Native::kI64, &other);
  }
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("rank 1 on "), HasSubstr("sample 23 has"), HasSubstr("another id, patient or target")));
  ranks_->barrier();
}

// Overwritten during the run: all ranks stop together, and the kept checkpoint is older than the change.
TEST_F(DataWatchTest, ARunStopsWhereItsDataAreOverwritten) {
  ExperimentOptions options = run("overwritten");
  options.trainer.epochs = 100'000;
  const std::string before = test::read_file(data());
  const std::size_t place = place_of(40);
  std::jthread writer;
  options.begun = [&](const Manifest&) {
    if (!is_first()) return;
    writer = std::jthread([&] {
      while (!fs::exists(options.folder + "/last/manifest.json")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      invert_image(data(), place);
    });
  };
  const std::string error = error_of(options);
  EXPECT_THAT(error, AllOf(HasSubstr(data()), HasSubstr("was written to at"), HasSubstr("sample 40 has"),
                           HasSubstr("The newest checkpoint, of step"), HasSubstr("--resume")));
  ranks_->barrier();
  const std::int64_t kept = read_manifest(options.folder + "/last").state.step;
  EXPECT_THAT(error, HasSubstr("of step " + std::to_string(kept)));

  // With other data the run cannot be resumed; with the restored data it can.
  options.begun = {};
  options.resume = true;
  options.trainer.epochs = 100'000;
  options.trainer.max_steps = kept + 1;
  EXPECT_THAT(error_of(options), AllOf(HasSubstr("data.file"), HasSubstr("other values")));
  ranks_->barrier();
  if (is_first()) std::ofstream(data(), std::ios::binary) << before;
  ranks_->barrier();
  EXPECT_EQ(error_of(options), "");
  ranks_->barrier();
}

TEST_F(DataWatchTest, AFileThatIsTouchedOrReplacedByItsCopyGoesOnWithTheSameBits) {
  const ExperimentOutcome whole = train(run("whole"), *ranks_);
  ExperimentOptions options = run("touched");
  options.begun = [&](const Manifest&) {
    if (is_first()) touch(data());
    ranks_->barrier();
  };
  const ExperimentOutcome touched = train(options, *ranks_);
  ranks_->barrier();
  EXPECT_EQ(read_manifest(touched.last).digests, read_manifest(whole.last).digests);

  options = run("copied");
  options.begun = [&](const Manifest&) {
    if (is_first()) {
      fs::copy_file(data(), folder_ / "copy.h5");
      fs::rename(folder_ / "copy.h5", data());
    }
    ranks_->barrier();
  };
  const ExperimentOutcome copied = train(options, *ranks_);
  ranks_->barrier();
  EXPECT_EQ(read_manifest(copied.last).digests, read_manifest(whole.last).digests);
}

TEST_F(DataWatchTest, ALookHasTheSameResultOnEveryRank) {
  const std::size_t place = place_of(3);
  const auto dataset = std::make_shared<const data::Dataset>(data::DatasetOptions{.file = data()});
  DataWatch watch(dataset, *ranks_);
  EXPECT_EQ(watch.look().fault, "");
  ranks_->barrier();
  if (is_first()) touch(data());
  ranks_->barrier();
  DataWatch::Finding found = watch.look();
  EXPECT_EQ(found.fault, "");
  EXPECT_THAT(found.notes, testing::ElementsAre(HasSubstr("its samples are the same")));
  EXPECT_TRUE(watch.look().notes.empty()) << "reported once";
  ranks_->barrier();
  if (is_first()) fs::rename(data(), folder_ / "moved.h5");
  ranks_->barrier();
  EXPECT_THAT(watch.look().notes, testing::ElementsAre(HasSubstr("is missing")));
  ranks_->barrier();
  if (is_first()) {
    fs::rename(folder_ / "moved.h5", data());
    invert_image(data(), place);
  }
  ranks_->barrier();
  EXPECT_THAT(watch.look().fault, AllOf(HasSubstr("rank 0 on"), HasSubstr("sample 3 has")));
}

// Too large to compare every sample with the start: digests detect the change, and without them it is unknown.
TEST_F(DataWatchTest, ALargeFileIsComparedByItsDigests) {
  constexpr std::int64_t kSamples = 40;
  constexpr std::int64_t kSide = 1024;  // 1 MiB a sample
  const std::string file = folder_ / "large.h5", bare = folder_ / "bare.h5";
  if (is_first()) {
    data::DatasetWriter writer(file, {.sample_shape = {1, kSide, kSide}, .size = kSamples});
    data::hdf5::File without = data::hdf5::File::create(bare);
    data::hdf5::Array images = without.create_array("/samples/image", data::hdf5::Native::kU8, {kSamples, 1, kSide, kSide});
    for (std::int64_t i = 0; i < kSamples; ++i) {
      const at::Tensor image = at::full({1, 1, kSide, kSide}, i + 1, at::kByte);
      writer.append(image);
      images.write(i, 1, data::hdf5::Native::kU8, image.const_data_ptr());
    }
    writer.finish();
  }
  ranks_->barrier();
  const auto open = [](const std::string& path) {
    return std::make_shared<const data::Dataset>(data::DatasetOptions{.file = path, .layout = "nchw"});
  };
  DataWatch watch(open(file), *ranks_);
  DataWatch watch_bare(open(bare), *ranks_);
  ASSERT_FALSE(watch.content().whole);
  std::int64_t unseen = 1;  // a sample that is not among those that were looked at
  while (std::binary_search(watch.content().samples.begin(), watch.content().samples.end(), unseen)) ++unseen;

  ranks_->barrier();
  if (is_first()) {
    touch(file);
    touch(bare);
  }
  ranks_->barrier();
  EXPECT_EQ(watch.look().fault, "");
  EXPECT_THAT(watch_bare.look().fault, HasSubstr("it is unknown"));
  ranks_->barrier();
  if (is_first()) {
    const std::string sample(64, static_cast<char>(unseen + 1));
    const std::size_t place = test::read_file(file).find(sample);
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).seekp(static_cast<std::streamoff>(place + 999)).put('x');
  }
  ranks_->barrier();
  EXPECT_THAT(watch.look().fault, AllOf(HasSubstr("/samples/image"), HasSubstr("are not as they were written")));
  ranks_->barrier();
}

}  // namespace
}  // namespace galen::trainer
