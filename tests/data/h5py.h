#pragma once

#include "data/files/dataset.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace galen::test {

/// Tests that share a file `path()` with h5py; skipped where there is no Python with it.
class H5pyTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!python()) GTEST_SKIP() << "needs a Python with numpy and h5py (launch/setup.sh --tests)";
  }

  std::string path() const { return folder_ / "data.h5"; }

  /// Runs `script`, which finds numpy as np, h5py, path, and the file opened in `mode` as f; returns what it prints.
  std::string run(const std::string& script, const std::string& mode) const {
    const std::string head = "import numpy as np, h5py, sys\npath = sys.argv[1]\nf = h5py.File(path, '" + mode + "')\n";
    const ProgramResult result = run_python({"-c", head + script + "\nf.close()\n", path()});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  }
  void write(const std::string& script) const { run(script, "w"); }
  std::string read(const std::string& script) const { return run(script, "r"); }

  /// The values of a numpy expression, flattened.
  std::vector<double> evaluate(const std::string& expression) const {
    std::istringstream text(read("print(*(repr(float(x)) for x in np.asarray(" + expression + ").ravel()))"));
    std::vector<double> values;
    for (std::string word; text >> word;) values.push_back(std::stod(word));
    return values;
  }

  /// Writes nonsense over chunk number `chunk` of the array x.
  void damage_chunk(int chunk) const {
    const std::string offset = read("print(f['x'].id.get_chunk_info(" + std::to_string(chunk) + ").byte_offset)");
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(std::stoll(offset));
    file << "this is not what gzip wrote";
  }

  std::shared_ptr<const data::Dataset> open(const std::string& input = "", const std::string& target = "/samples/label",
                                            const std::string& layout = "auto") const {
    return std::make_shared<data::Dataset>(data::DatasetOptions{path(), input, target, layout});
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace galen::test
