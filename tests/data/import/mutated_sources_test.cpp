#include "data/import/import.h"
#include "data/reading_file.h"
#include "galen/error.h"
#include "tests/support/mutations.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr int kMutations = 500;  // of each format

// A whole source of one format, and the same over and over again with one of its files damaged.
class MutatedSource : public testing::Test {
 protected:
  /// Runs Python with numpy as np in the folder of the whole source.
  void make_with_python(const std::string& script) const {
    if (!test::python()) GTEST_SKIP() << "needs a Python with numpy (launch/setup.sh --tests)";
    const test::ProgramResult made = test::run_program({*test::python(), "-c", "import numpy as np\n" + script}, {.folder = whole_.path()});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
  }
  void make(const std::string& name, const std::string& bytes) const { whole_.write(name, bytes); }

  /// Imports whole and mutants: a file of the folder by its `name`; empty: the folder.
  void expect_survival(const std::string& name, ImportOptions options = {}) const {
    if (IsSkipped()) return;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(whole_.path())) {
      if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), whole_.path()));
    }
    std::sort(files.begin(), files.end());
    const test::TemporaryFolder work;
    options.file = work / "out.h5";
    options.overwrite = true;
    options.source = whole_ / name;
    ASSERT_NO_THROW(import_source(options));

    const auto import_mutant = [&](int i) {
      explain_crashes();
      const fs::path folder = work / "mutant";
      fs::remove_all(folder);
      fs::copy(whole_.path(), folder, fs::copy_options::recursive);
      const fs::path& damaged = files[static_cast<std::size_t>(i) % files.size()];
      std::ofstream(folder / damaged, std::ios::binary) << test::Mutator(static_cast<std::uint64_t>(i))(test::read_file(whole_ / damaged));
      options.source = folder / name;
      try {
        import_source(options);
      } catch (const Error&) {
      }
    };
    for (const test::Death& death : test::run_in_children(kMutations, import_mutant)) {
      ADD_FAILURE() << "mutation " << death.task << " of " << files[static_cast<std::size_t>(death.task) % files.size()] << ": "
                    << death.cause;
    }
  }

 private:
  test::TemporaryFolder whole_;
};

TEST_F(MutatedSource, Npz) {
  make_with_python(
      "r = np.random.default_rng(1)\n"
      "np.savez('m.npz', **{f'{s}_{k}': r.integers(0, 256, (9, 4, 5)).astype('u1') if k == 'images' else r.integers(0, 3, (9, 1))\n"
      "         for s in ['train', 'val', 'test'] for k in ['images', 'labels']})");
  expect_survival("m.npz");
}

TEST_F(MutatedSource, CompressedNpz) {
  make_with_python(
      "np.savez_compressed('k.npz', x_train=np.zeros((9, 4, 5, 3), '>u2'), y_train=np.arange(9) % 2, x_test=np.ones((4, 4, 5, 3), '>u2'), "
      "y_test=np.arange(4) % 2)");
  expect_survival("k.npz");
}

TEST_F(MutatedSource, Idx) {
  using namespace std::string_literals;
  make("train-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x0c\0\0\0\x04\0\0\0\x05"s + std::string(12 * 20, 'x'));
  make("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x0c"s + "\0\1\2\0\1\2\0\1\2\0\1\2"s);
  make("t10k-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x03\0\0\0\x04\0\0\0\x05"s + std::string(3 * 20, 'y'));
  make("t10k-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x03\0\1\2"s);
  expect_survival("");
}

TEST_F(MutatedSource, Csv) {
  std::string table = "patient,age,\"weight, kg\",outcome\r\n";
  for (int i = 0; i < 30; ++i)
    table += fmt::format("p{},{},{},{}\r\n", i / 2, 20 + i, i % 7 == 0 ? "?" : "60.5", i % 4 < 2 ? "\"well\"" : "ill");
  make("t.csv", table);
  expect_survival("t.csv");
}

}  // namespace
}  // namespace galen::data
