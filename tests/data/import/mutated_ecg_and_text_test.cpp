#include "data/import/import.h"
#include "galen/error.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr int kMutations = 500;  // of each format

// A whole source of small files, and the same over and over again with one of them damaged: an error or a data set, but no crash, no hang.
class MutatedFiles : public testing::Test {
 protected:
  void make(const std::string& name, const std::string& bytes) {
    whole_.write(name, bytes);
    names_.push_back(name);
  }

  /// Imports whole and mutants: a file by its `source`; empty: the folder. `vocabulary`: the file that is one, if any.
  void expect_survival(const std::string& source, ImportOptions options, const std::string& vocabulary = "") const {
    const test::TemporaryFolder work;
    options.file = work / "out.h5";
    options.overwrite = true;
    const auto use = [&](const fs::path& folder) {
      options.source = folder / source;
      if (!vocabulary.empty()) options.text.vocabulary_file = folder / vocabulary;
    };
    use(whole_.path());
    ASSERT_NO_THROW(import_source(options));

    const auto import_mutant = [&](int i) {
      const fs::path folder = work / "mutant";
      fs::remove_all(folder);
      fs::copy(whole_.path(), folder);
      const std::string& damaged = names_[static_cast<std::size_t>(i) % names_.size()];
      fs::remove(folder / damaged);
      std::ofstream(folder / damaged, std::ios::binary) << test::Mutator(static_cast<std::uint64_t>(i))(test::read_file(whole_ / damaged));
      use(folder);
      try {
        import_source(options);
      } catch (const Error&) {
      }
    };
    for (const test::Death& death : test::run_in_children(kMutations, import_mutant)) {
      ADD_FAILURE() << "mutation " << death.task << " of " << names_[static_cast<std::size_t>(death.task) % names_.size()] << ": "
                    << death.cause;
    }
  }

 private:
  test::TemporaryFolder whole_;
  std::vector<std::string> names_;
};

std::string word(int value) { return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8 & 0xff)}; }

TEST_F(MutatedFiles, Wfdb) {
  std::string annotations = word(28 << 10 | 2) + word(63 << 10 | 3) + std::string("(N\0\0", 4);
  for (int i = 0; i < 12; ++i) annotations += word((i % 3 == 0 ? 5 : 1) << 10 | 40) + word(62 << 10 | i % 2);
  annotations += word(59 << 10) + word(0) + word(300) + word(1 << 10) + word(0);
  for (const char* name : {"a", "b"}) {
    const bool packed = name[0] == 'a';
    std::string samples;
    for (int i = 0; i < (packed ? 3 * 1000 : 4 * 1000); ++i) samples += static_cast<char>(i * 37);
    make(fmt::format("{}.dat", name), samples);
    make(fmt::format("{}.atr", name), annotations);
    make(fmt::format("{}.hea", name),
         fmt::format("{0} 2 100 1000\n{0}.dat {1} 200(12)/mV 12 0 0\n{0}.dat {1} 100/uV 12\n# 63 M\n", name, packed ? "212" : "16"));
  }
  expect_survival("", {});
}

TEST_F(MutatedFiles, TextTable) {
  std::string table = "patient,\"report, first\",finding_label\r\n";
  for (int i = 0; i < 20; ++i) {
    table +=
        fmt::format("p{},\"the n\u00E9phritic patient no. {} said \"\"it hurts\"\" and was then seen by two doctors \u8840\u538B\",{}\r\n",
                    i / 2, i, i % 4 < 2 ? "well" : "ill");
  }
  make("t.csv", table);
  expect_survival("t.csv", {});
  ImportOptions pieces;
  pieces.text = {.column = "report, first", .tokenizer = "wordpiece", .vocabulary_size = 120};
  expect_survival("t.csv", pieces);
}

TEST_F(MutatedFiles, Vocabulary) {
  make("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nheart\n##s\nthe\n\u00E9\n");
  make("t.csv", "note,label\nthe hearts \u00E9,1\nheart the,0\nthe,1\n");
  ImportOptions options;
  options.text = {.column = "note", .tokenizer = "wordpiece"};
  expect_survival("t.csv", options, "vocab.txt");
}

}  // namespace
}  // namespace galen::data
