#include "tests/data/import/mutated_source.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"

namespace galen::data {
namespace {

using namespace std::string_literals;
using test::as_source;

// Runs Python with numpy as np in the folder of the source.
void make_with_python(const test::MutatedSource& source, const std::string& script) {
  const test::ProgramResult made = test::run_python({"-c", "import numpy as np\n" + script}, source.folder());
  ASSERT_EQ(made.exit_code, 0) << made.errors;
}

TEST(MutatedArraysAndTables, Npz) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy (launch/setup.sh --tests)";
  const test::MutatedSource source;
  make_with_python(
      source,
      "r = np.random.default_rng(1)\n"
      "np.savez('m.npz', **{f'{s}_{k}': r.integers(0, 256, (9, 4, 5)).astype('u1') if k == 'images' else r.integers(0, 3, (9, 1))\n"
      "         for s in ['train', 'val', 'test'] for k in ['images', 'labels']})");
  source.expect_survival(as_source("m.npz"));
}

TEST(MutatedArraysAndTables, CompressedNpz) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy (launch/setup.sh --tests)";
  const test::MutatedSource source;
  make_with_python(
      source,
      "np.savez_compressed('k.npz', x_train=np.zeros((9, 4, 5, 3), '>u2'), y_train=np.arange(9) % 2, x_test=np.ones((4, 4, 5, 3), '>u2'), "
      "y_test=np.arange(4) % 2)");
  source.expect_survival(as_source("k.npz"));
}

TEST(MutatedArraysAndTables, Idx) {
  const test::MutatedSource source;
  source.add("train-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x0c\0\0\0\x04\0\0\0\x05"s + std::string(12 * 20, 'x'));
  source.add("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x0c"s + "\0\1\2\0\1\2\0\1\2\0\1\2"s);
  source.add("t10k-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x03\0\0\0\x04\0\0\0\x05"s + std::string(3 * 20, 'y'));
  source.add("t10k-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x03\0\1\2"s);
  source.expect_survival(as_source());
}

TEST(MutatedArraysAndTables, Csv) {
  std::string table = "patient,age,\"weight, kg\",outcome\r\n";
  for (int i = 0; i < 30; ++i)
    table += fmt::format("p{},{},{},{}\r\n", i / 2, 20 + i, i % 7 == 0 ? "?" : "60.5", i % 4 < 2 ? "\"well\"" : "ill");
  const test::MutatedSource source;
  source.add("t.csv", table);
  source.expect_survival(as_source("t.csv"));
}

}  // namespace
}  // namespace galen::data
