// Imports of many files: by several workers (threads here, processes in launch/importing_test), interrupted and taken up again, with bad
// files.

#include "data/files/dataset.h"
#include "data/import/decoded_parts.h"
#include "data/import/import.h"
#include "data/import/target_lock.h"
#include "tests/data/formats/images/bitmaps.h"
#include "tests/data/import/workers_as_threads.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Interruption {};

class ParallelImport : public testing::Test {
 protected:
  static constexpr int kSamples = 600;  // three parts
  static constexpr int kPart = 256;

  void SetUp() override { source_ = test::write_bitmaps(folder_, "images", kSamples, 8); }

  ImportOptions options(const std::string& file = "imported.h5") const {
    ImportOptions options;
    options.source = source_;
    options.file = folder_ / file;
    options.pseudonyms.identifiers = "keep";
    return options;
  }

  bool same(const std::string& one, const std::string& other) const {
    return test::read_file(folder_ / one) == test::read_file(folder_ / other);
  }
  bool exists(const std::string& file) const { return fs::exists(folder_ / file); }

  /// Runs an import that breaks off after so many samples.
  void interrupt(const ImportOptions& options, std::int64_t after) const {
    ImportWorkers workers;
    std::int64_t done = 0;
    workers.progress = [&](const char*, std::int64_t, std::int64_t) {
      if (++done == after) throw Interruption();
    };
    EXPECT_THROW(import_source(options, workers), Interruption);
  }

  void expect_nothing_left(const std::string& file) const {
    for (const char* ending : {".parts", ".lock"}) EXPECT_FALSE(exists(file + ending)) << ending;
    EXPECT_EQ(test::count_temporaries(folder_.path()), 0U);
  }

  test::TemporaryFolder folder_;
  std::string source_;
};

TEST_F(ParallelImport, GivesTheSameFileForEveryNumberOfWorkers) {
  EXPECT_EQ(import_source(options("1.h5")).samples, kSamples);
  for (const int size : {2, 3, 4}) {
    const std::string name = fmt::format("{}.h5", size);
    test::run_as_workers(size, [&](const ImportWorkers& workers) {
      const ImportReport report = import_source(options(name), workers);
      EXPECT_EQ(report.samples, workers.rank == 0 ? kSamples : 0);
    });
    EXPECT_TRUE(same(name, "1.h5")) << size;
    expect_nothing_left(name);
  }
}

TEST_F(ParallelImport, GoesOnWhereItWasInterrupted) {
  import_source(options("whole.h5"));
  for (const int after : {1, kPart, kPart + 50, 2 * kPart + 1, kSamples, kSamples + 2}) {
    SCOPED_TRACE(after);
    const std::string name = fmt::format("after{}.h5", after);
    interrupt(options(name), after);
    EXPECT_FALSE(exists(name));
    const ImportReport report = import_source(options(name));
    const int whole_parts = after >= kSamples ? kSamples : (after - 1) / kPart * kPart;
    EXPECT_EQ(report.resumed, after == kSamples ? 2 * kPart : whole_parts);
    EXPECT_TRUE(same(name, "whole.h5"));
    expect_nothing_left(name);
  }
}

// As in: cd images; galen import . --out imported.h5 2> log
TEST_F(ParallelImport, GoesOnWhereTheTargetLiesInTheSource) {
  import_source(options("whole.h5"));
  for (const char* place : {"imported.h5", "ill/imported.h5"}) {
    SCOPED_TRACE(place);
    ImportOptions inside = options();
    inside.file = source_ + "/" + place;
    interrupt(inside, kPart + 50);
    folder_.write("images/log", place);
    EXPECT_EQ(import_source(inside).resumed, kPart);
    EXPECT_EQ(test::read_file(inside.file), test::read_file(folder_ / "whole.h5"));
  }
}

TEST_F(ParallelImport, BeginsAnewWhereTheSourceChanged) {
  interrupt(options(), kPart + 1);
  const std::string changed = source_ + "/ill/0000.bmp";
  const auto before = fs::last_write_time(changed);
  folder_.write("images/ill/0000.bmp", test::bitmap(1000, 8));
  fs::last_write_time(changed, before + std::chrono::seconds(1));
  EXPECT_EQ(import_source(options()).resumed, 0);
  import_source(options("fresh.h5"));
  EXPECT_TRUE(same("imported.h5", "fresh.h5"));
}

TEST_F(ParallelImport, BeginsAnewUnderOtherOptionsUnlessTheyLeaveSamplesAlone) {
  ImportOptions first = options();
  first.record = {{"size", ""}, {"compression", "0"}};
  interrupt(first, kPart + 1);
  ImportOptions other = first;
  other.size = {4, 4};
  other.record["size"] = "4,4";
  EXPECT_EQ(import_source(other).resumed, 0);

  first.file = folder_ / "compressed.h5";
  interrupt(first, kPart + 1);
  first.compression = 4;
  first.record["compression"] = "4";
  EXPECT_EQ(import_source(first).resumed, kPart);
}

TEST_F(ParallelImport, PartsThatWereDamagedOnTheDiskAreMadeAnew) {
  import_source(options("whole.h5"));
  interrupt(options(), kSamples + 1);  // when all parts are there
  fs::resize_file(folder_ / "imported.h5.parts/000001", 1000);
  std::fstream part(folder_ / "imported.h5.parts/000002", std::ios::in | std::ios::out | std::ios::binary);
  part.seekp(-5, std::ios::end);
  part.put('?');
  part.close();
  EXPECT_THAT(test::error_text([&] { import_source(options()); }), AllOf(HasSubstr("000002"), HasSubstr("Run the same import again")));
  EXPECT_FALSE(exists("imported.h5"));
  import_source(options());
  EXPECT_TRUE(same("imported.h5", "whole.h5"));
}

TEST_F(ParallelImport, BadFilesAreLeftOutWithAllThatBelongsToThem) {
  import_source(options("whole.h5"));
  const Dataset whole({.file = folder_ / "whole.h5"});
  for (const char* name : {"ill/0000.bmp", "well/0301.bmp"}) fs::resize_file(fs::path(source_) / name, 1100);  // cut off in the pixels
  folder_.write("images/well/0599.bmp", "BM");                                                                 // no header

  const ImportReport report = import_source(options());
  EXPECT_EQ(report.samples, kSamples - 3);
  EXPECT_THAT(report.skipped, testing::UnorderedElementsAre(HasSubstr("0000.bmp"), HasSubstr("0301.bmp"), HasSubstr("0599.bmp")));
  const Dataset dataset({.file = folder_ / "imported.h5"});
  std::int64_t original = 0;
  at::Tensor sample = at::empty({1, 1, 8, 8}, at::kByte);
  at::Tensor expected = at::empty({1, 1, 8, 8}, at::kByte);
  for (std::int64_t i = 0; i < dataset.size(); ++i, ++original) {
    while (whole.sample_name(original) != dataset.sample_name(i)) ++original;
    dataset.read(std::array{i}, sample);
    whole.read(std::array{original}, expected);
    ASSERT_TRUE(at::equal(sample, expected)) << dataset.sample_name(i);
    ASSERT_EQ(dataset.targets()[i].item<std::int64_t>(), dataset.sample_name(i).starts_with("well") ? 1 : 0);
  }
}

TEST_F(ParallelImport, StrictlyABadFileIsAnErrorThatLeavesNothing) {
  fs::resize_file(source_ + "/ill/0000.bmp", 1100);
  ImportOptions strict = options();
  strict.strict = true;
  EXPECT_THAT(test::error_text([&] { import_source(strict); }), AllOf(HasSubstr("1 bad sample,"), HasSubstr("0000.bmp")));
  EXPECT_FALSE(exists("imported.h5"));
  expect_nothing_left("imported.h5");
}

TEST_F(ParallelImport, NothingButBadFilesIsAnError) {
  for (const auto& entry : fs::recursive_directory_iterator(source_)) {
    if (entry.is_regular_file()) fs::resize_file(entry.path(), 1090);
  }
  EXPECT_THAT(test::error_text([&] { import_source(options()); }), HasSubstr("None of the 600 samples can be read"));
  expect_nothing_left("imported.h5");
}

TEST_F(ParallelImport, ASecondImportIntoTheSameFileIsRefused) {
  {
    const TargetLock lock(options().file);
    EXPECT_THAT(test::error_text([&] { import_source(options()); }), AllOf(HasSubstr("imported.h5"), HasSubstr("another import")));
  }
  import_source(options());
  expect_nothing_left("imported.h5");
}

TEST(DecodedParts, HoldInputsAndMasksOfGoodSamples) {
  const test::TemporaryFolder folder;
  Source source;
  source.description.sample_shape = {2, 3, 4};
  source.description.type = at::kFloat;
  source.description.size = 5;
  source.description.has_mask = true;
  source.item_name = [](std::int64_t i) { return std::to_string(i); };
  source.read_sample = [](std::int64_t i, SourceSample& into) {
    if (i == 2) throw Error("\xff sample {} is bad.", i);
    EXPECT_EQ(into.input.sizes(), at::IntArrayRef({2, 3, 4}));
    EXPECT_EQ(into.mask.sizes(), at::IntArrayRef({3, 4}));
    into.input.fill_(static_cast<double>(i) / 2);
    into.mask.fill_(i);
  };
  const DecodedParts parts(source, folder / "x.h5", "fingerprint");
  ASSERT_EQ(parts.count(), 1);
  EXPECT_FALSE(parts.has(0));
  parts.make(0, [] {});
  EXPECT_TRUE(parts.has(0));
  EXPECT_FALSE(DecodedParts(source, folder / "x.h5", "another").has(0));
  EXPECT_THAT(parts.index(0).good, ElementsAre(0, 1, 3, 4));
  EXPECT_THAT(parts.index(0).bad, ElementsAre(HasSubstr("sample 2 is bad")));

  at::Tensor inputs;
  at::Tensor masks;
  parts.read(0, inputs, masks);
  EXPECT_EQ(inputs.sizes(), at::IntArrayRef({4, 2, 3, 4}));
  EXPECT_EQ(masks.sizes(), at::IntArrayRef({4, 3, 4}));
  EXPECT_TRUE(at::equal(inputs[2], at::full({2, 3, 4}, 1.5F, at::kFloat)));
  EXPECT_TRUE(at::equal(masks[3], at::full({3, 4}, 4, at::kByte)));
  parts.remove();
  EXPECT_FALSE(fs::exists(folder / "x.h5.parts"));
}

}  // namespace
}  // namespace galen::data
