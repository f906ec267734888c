#pragma once

#include "data/import/import.h"
#include "tests/data/import/error_text.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace galen::test {

/// Tests of imports whose source files are written, and whose results are read, by a Python script beside the test.
class PythonImportTest : public testing::Test {
 protected:
  explicit PythonImportTest(std::string script) : script_(std::move(script)) {}

  void SetUp() override {
    if (!python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
    static bool is_made = false;  // once for all tests of a program
    if (!is_made) python_script({"make", made()});
    is_made = true;
  }

  std::string python_script(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {*python(), source_folder() / "tests/data/import" / script_});
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  }

  data::ImportReport import(const std::string& source, data::ImportOptions options = {}) const {
    options.source = source;
    if (options.file.empty()) options.file = output();
    options.overwrite = true;
    return data::import_source(options);
  }
  std::string refusal(const std::string& source, const data::ImportOptions& options = {}) const {
    return error_text([&] { import(source, options); });
  }

  /// Imports made(NAME) as imported(NAME), which the script is to hold against its own reading: one start of Python for many files.
  data::ImportReport import_by_name(const std::string& name) const {
    SCOPED_TRACE(name);
    data::ImportOptions options;
    options.file = imported(name);
    std::filesystem::create_directories(std::filesystem::path(options.file).parent_path());
    return import(made(name), options);
  }
  std::string imported(const std::string& name = "") const { return folder_ / "imported" / (name.empty() ? "" : name + ".h5"); }

  static std::string made(const std::string& name = "") {
    static const TemporaryFolder folder;
    return folder / name;
  }
  std::string output() const { return folder_ / "imported.h5"; }

  TemporaryFolder folder_;

 private:
  std::string script_;
};

}  // namespace galen::test
