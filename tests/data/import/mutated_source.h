#pragma once

#include "data/import/import.h"
#include "galen/error.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace galen::test {

/// A sound source of an import, and the same again and again with one of its files damaged.
class MutatedSource {
 public:
  explicit MutatedSource(std::uint64_t first_seed = 0) : first_seed_(first_seed) {}

  const std::filesystem::path& folder() const { return whole_.path(); }  ///< to put its files into
  void add(const std::string& name, const std::string& bytes) const { whole_.write(name, bytes); }

  /// A file, or what a folder holds.
  void add(const std::filesystem::path& existing) const {
    namespace fs = std::filesystem;
    fs::copy(existing, fs::is_directory(existing) ? folder() : folder() / existing.filename(), fs::copy_options::recursive);
  }

  /// Imports it, then its mutants: they give a data set or an error that names a file of theirs, but no crash, no hang, and nothing
  /// printed. Files that `options` names are looked for in the folder.
  void expect_survival(const data::ImportOptions& options, int mutations = 500) const {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder())) {
      if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), folder()));
    }
    std::sort(files.begin(), files.end());
    const auto damaged = [&](int i) { return files[static_cast<std::size_t>(i) % files.size()]; };
    for (const Death& death : run_in_children(1, [&](int) { import(folder(), options); })) FAIL() << death.cause;

    const auto import_mutant = [&](int i) {
      const fs::path mutant = work_ / "mutant";
      fs::remove_all(mutant);
      fs::copy(folder(), mutant, fs::copy_options::recursive);
      fs::remove(mutant / damaged(i));  // file systems bring a file that is cut and written again to the disk at once
      Mutator mutate(first_seed_ + static_cast<std::uint64_t>(i));
      std::ofstream(mutant / damaged(i), std::ios::binary) << mutate(read_file(folder() / damaged(i)));
      try {
        import(mutant, options);
      } catch (const Error& error) {
        const std::string sentence = error.what();
        if (sentence.find(mutant) == std::string::npos) throw std::runtime_error(sentence + " names no file of the source.");
      }
      if (fs::file_size("/proc/self/fd/2") > 0) throw std::runtime_error(" was printed.");  // to a file of run_in_children()
    };
    for (const Death& death : run_in_children(mutations, import_mutant)) {
      ADD_FAILURE() << "mutation " << death.task << ", of " << damaged(death.task) << ": " << death.cause;
    }
  }

 private:
  void import(const std::filesystem::path& folder, data::ImportOptions options) const {
    options.source = folder / options.source;
    if (!options.text.vocabulary_file.empty()) options.text.vocabulary_file = folder / options.text.vocabulary_file;
    options.file = work_ / "out.h5";
    options.overwrite = true;
    data::import_source(options);
  }

  std::uint64_t first_seed_;
  TemporaryFolder whole_;
  TemporaryFolder work_;
};

/// How mutants of a file `name`, or of the folder, are imported where nothing else is said.
inline data::ImportOptions as_source(const std::string& name = "") {
  data::ImportOptions options;
  options.source = name;
  return options;
}

}  // namespace galen::test
