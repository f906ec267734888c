#pragma once

#include "data/dataset.h"
#include "data/import/import.h"
#include "tests/data/import/error_text.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace galen::data {

/// Imports tables out of texts, and reads back what came of them.
class TableTest : public testing::Test {
 protected:
  ImportReport import(const std::string& source, ImportOptions options = {}) {
    options.source = source;
    options.file = folder_ / "imported.h5";
    options.pseudonyms.identifiers = "keep";
    options.overwrite = true;
    return import_source(options);
  }
  ImportReport import_text(const std::string& text, const ImportOptions& options = {}) {
    return import(folder_.write("t.csv", text), options);
  }
  std::string refusal(const std::string& text, const ImportOptions& options = {}) {
    return test::error_text([&] { import_text(text, options); });
  }

  void compare(const std::string& kind, const std::string& source) {
    if (!test::python()) GTEST_SKIP() << "needs Python with numpy, h5py and scikit-learn; run launch/setup.sh";
    const test::ProgramResult result =
        test::run_program({*test::python(), test::source_folder() / "tests/data/import/compare.py", kind, source, folder_ / "imported.h5"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
  }

  /// Column `feature` of all samples.
  std::vector<float> column(std::size_t feature) const {
    std::vector<float> values;
    for (std::int64_t sample = 0; sample < imported().size(); ++sample) values.push_back(row(sample).at(feature));
    return values;
  }
  Dataset imported() const { return Dataset({.file = folder_ / "imported.h5", .input = "", .target = "/samples/label", .layout = "auto"}); }
  std::vector<float> row(std::int64_t sample) const {
    const Dataset dataset = imported();
    at::Tensor values = at::empty({1, dataset.input_shape()[0]}, at::kFloat);
    dataset.read({&sample, 1}, values);
    return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
  }
  std::vector<std::int64_t> classes() const {
    const at::Tensor targets = imported().targets();
    return {targets.data_ptr<std::int64_t>(), targets.data_ptr<std::int64_t>() + targets.numel()};
  }

  test::TemporaryFolder folder_;
};

inline ImportOptions with(const TableOptions& table) {
  ImportOptions options;
  options.table = table;
  return options;
}

}  // namespace galen::data
