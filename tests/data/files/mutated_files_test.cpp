#include "data/files/dataset.h"
#include "galen/error.h"
#include "tests/data/damaged_hdf5.h"
#include "tests/data/small_dataset.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>

#include <gtest/gtest.h>

#include <numeric>

namespace galen::data {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 22;  // that a damaged file is asked for

void read_samples(const Dataset& dataset, const std::vector<std::int64_t>& samples, at::ScalarType type) {
  std::vector<std::int64_t> shape = {static_cast<std::int64_t>(samples.size())};
  shape.insert(shape.end(), dataset.input_shape().begin(), dataset.input_shape().end());
  at::Tensor values = at::empty(shape, type);
  try {
    dataset.read(samples, values);
  } catch (const Error&) {
  }
}

// As training would: all samples backwards, then single ones.
void open_and_read(const std::string& path, const std::string& input) try {
  const Dataset dataset({.file = path, .input = input, .target = "/samples/label", .layout = "nchw"});
  const auto& shape = dataset.input_shape();
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape)
    elements = extent > kMostElements ? kMostElements + 1 : std::min(elements * extent, kMostElements + 1);
  if (elements > kMostElements) return;
  std::vector<std::int64_t> samples(static_cast<std::size_t>(std::min(dataset.size(), kMostElements / elements)));
  std::iota(samples.begin(), samples.end(), dataset.size() - static_cast<std::int64_t>(samples.size()));
  std::reverse(samples.begin(), samples.end());
  read_samples(dataset, samples, at::kFloat);
  if (dataset.input_type() == at::kByte) read_samples(dataset, samples, at::kByte);
  for (const std::int64_t sample : {std::int64_t{0}, dataset.size() / 2, dataset.size() - 1}) read_samples(dataset, {sample}, at::kFloat);
} catch (const Error&) {
}

void expect_survival(const std::vector<std::pair<std::string, std::string>>& files, int mutations) {
  std::vector<std::string> whole;
  for (const auto& [file, input] : files) whole.push_back(test::read_file(file));
  const auto chosen = [&](int i) { return static_cast<std::size_t>(i) % files.size(); };
  const test::TemporaryFolder folder;
  const std::string path = folder / "mutant.h5";
  const auto read_mutant = [&](int i) {
    test::replace_file(path, test::Mutator(static_cast<std::uint64_t>(i))(whole[chosen(i)]));
    open_and_read(path, files[chosen(i)].second);
  };
  test::expect_survival(mutations, read_mutant, [&](int i) { return "mutation " + std::to_string(i) + " of " + files[chosen(i)].first; });
}

TEST(MutatedHdf5Files, EndInAnErrorOrInData) {
  const test::TemporaryFolder folder;
  test::write_small_images(folder / "contiguous.h5", 40, 3, std::vector<std::string>(40, "patient"),
                           std::vector<Subset>(40, Subset::kTrain));
  test::write_small_images(folder / "gzip.h5", 40, 3, {}, {}, 6);
  std::vector<std::pair<std::string, std::string>> files = {{folder / "contiguous.h5", ""}, {folder / "gzip.h5", ""}};
  if (test::python()) {
    const std::string script = test::source_folder() / "tests/data/reading/make_layouts.py";
    const test::ProgramResult made = test::run_python({script, folder.path()});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    for (const char* name :
         {"compact", "chunks_eight_samples_gzip", "gzip_shuffle_fletcher32_float32_edge", "grown_in_two_ways_latest", "libver_latest_gzip",
          "lzf_shuffle_fletcher32_uint16_edge", "szip_uint8_edge", "nbit", "scale_offset_floats", "virtual", "type_enum"}) {
      files.emplace_back(folder / (std::string(name) + ".h5"), "x");
    }
  }
  expect_survival(files, 5000);
}

}  // namespace
}  // namespace galen::data
