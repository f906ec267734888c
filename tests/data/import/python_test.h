#pragma once

#include "tests/data/import/import_fixture.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace galen::test {

/// Tests of imports whose source files are written, and whose results are read, by a Python script beside the test.
class PythonImportTest : public ImportFixture {
 protected:
  explicit PythonImportTest(std::string script) : script_(std::move(script)) {}

  void SetUp() override {
    if (!python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
    static std::set<std::string> scripts_that_made;  // once for all tests of a script
    if (scripts_that_made.insert(script_).second) python_script({"make", made()});
  }

  std::string python_script(const std::vector<std::string>& arguments) const { return run_script(script_, arguments); }

  /// Imports made(NAME) as imported(NAME), which the script is to hold against its own reading: one start of Python for many files.
  data::ImportReport import_by_name(const std::string& name) const {
    SCOPED_TRACE(name);
    data::ImportOptions options;
    options.file = imported(name);
    std::filesystem::create_directories(std::filesystem::path(options.file).parent_path());
    return import(made(name), options);
  }
  std::string imported(const std::string& name = "") const { return folder_ / "imported" / (name.empty() ? "" : name + ".h5"); }

  std::string made(const std::string& name = "") const {
    static std::map<std::string, TemporaryFolder> folders;  // by script
    return folders[script_] / name;
  }

 private:
  std::string script_;
};

}  // namespace galen::test
