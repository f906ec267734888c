#include "data/files/dataset.h"
#include "galen/error.h"
#include "tests/data/damaged_hdf5.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <numeric>

namespace galen::data {
namespace {

// Throws galen::Error where that is what the file gives.
std::string read_bytes(const std::string& path) {
  const Dataset dataset({.file = path, .input = "x", .target = "", .layout = "nchw"});
  std::vector<std::int64_t> samples(static_cast<std::size_t>(dataset.size()));
  std::iota(samples.begin(), samples.end(), 0);
  std::vector<std::int64_t> shape = {dataset.size()};
  shape.insert(shape.end(), dataset.input_shape().begin(), dataset.input_shape().end());
  at::Tensor values = at::empty(shape, at::kByte);
  dataset.read(samples, values);
  return {static_cast<const char*>(values.const_data_ptr()), values.nbytes()};
}

// What h5py refuses may be refused, or be what was written.
void expect_error_or_data(const std::string& name) {
  const bool refused = std::filesystem::exists(name + ".refused");
  std::string read;
  try {
    read = read_bytes(name + ".h5");
  } catch (const Error&) {
    return;
  }
  if (read != test::read_file(name + (refused ? ".refused" : ".u8"))) {
    throw std::runtime_error(refused ? "h5py refuses the file; Galen reads other bytes than were written"
                                     : "not the bytes that h5py reads");
  }
}

TEST(ADamagedIndexOfChunks, EndsInAnErrorOrInTheBytesThatH5pyReads) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy and h5py (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  const std::string script = test::source_folder() / "tests/data/reading/damage_chunk_indices.py";
  const test::ProgramResult made = test::run_python({script, folder.path()});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  const int count = std::stoi(made.output);
  ASSERT_GE(count, 500);

  test::expect_survival(
      count, [&](int i) { expect_error_or_data(folder / std::to_string(i)); }, [](int i) { return "copy " + std::to_string(i); });
}

}  // namespace
}  // namespace galen::data
