#pragma once

#include "data/files/dataset.h"
#include "data/import/import.h"
#include "tests/support/error_text.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace galen::test {

/// Imports sources into output(), and holds what came of them against others' reading.
class ImportFixture : public testing::Test {
 protected:
  enum class Identifiers { kReplaced, kKept };
  explicit ImportFixture(Identifiers identifiers = Identifiers::kReplaced) : identifiers_(identifiers) {}

  data::ImportReport import(const std::string& source, data::ImportOptions options = {}) const {
    options.source = source;
    if (options.file.empty()) options.file = output();
    if (identifiers_ == Identifiers::kKept) options.pseudonyms.identifiers = "keep";
    options.overwrite = true;
    return data::import_source(options);
  }
  data::ImportReport import_text(const std::string& table, const data::ImportOptions& options = {}) const {
    return import(folder_.write("t.csv", table), options);
  }

  /// What an import says that throws galen::Error; empty where it does not throw.
  std::string refusal(const std::string& source, const data::ImportOptions& options = {}) const {
    return error_text([&] { import(source, options); });
  }
  std::string refusal_of_text(const std::string& table, const data::ImportOptions& options = {}) const {
    return error_text([&] { import_text(table, options); });
  }

  /// Runs a script, named by its path below tests/data; returns what it prints.
  static std::string run_script(const std::string& script, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), source_folder() / "tests/data" / script);
    const ProgramResult result = run_python(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  }
  /// Likewise of a script that compares the imported file with its source; skips where there is no Python.
  void compare(const std::string& script, std::vector<std::string> arguments) const {
    if (!python()) GTEST_SKIP() << "needs Python with the packages of launch/setup.sh --tests";
    arguments.push_back(output());
    run_script(script, arguments);
  }

  std::string output() const { return folder_ / "imported.h5"; }
  data::Dataset imported() const { return data::Dataset({.file = output()}); }

  TemporaryFolder folder_;

 private:
  Identifiers identifiers_;
};

}  // namespace galen::test
