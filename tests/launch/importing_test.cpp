// galen import as processes: several ranks, killed at any moment, two at a time.

#include "data/import/option_rules.h"
#include "tests/data/formats/images/bitmaps.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>
#include <thread>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Importing : public testing::Test {
 protected:
  static constexpr int kSamples = 1100;  // five parts

  void SetUp() override { write_bitmaps(folder_, "images", kSamples, 32); }

  // Resizing makes the import slow.
  static std::vector<std::string> import_to(const std::string& file) { return {"import", "images", "--out", file, "--size", "96,96"}; }
  ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) { return run_galen(folder_.path(), arguments, ranks); }
  std::unique_ptr<Program> start(const std::vector<std::string>& arguments) {
    return std::make_unique<Program>(galen_command(arguments),
                                     ProgramOptions{.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_.path()});
  }
  bool same(const std::string& one, const std::string& other) const { return read_file(folder_ / one) == read_file(folder_ / other); }
  void expect_nothing_left(const std::string& file) const {
    for (const char* ending : {".parts", ".lock"}) EXPECT_FALSE(fs::exists(folder_ / (file + ending))) << ending;
    EXPECT_EQ(count_temporaries(folder_.path()), 0U);
  }

  TemporaryFolder folder_;
};

TEST_F(Importing, EveryNumberOfRanksWritesTheSameFile) {
  for (const int ranks : {1, 2, 3, 4}) {
    const std::string file = std::to_string(ranks) + ".h5";
    const ProgramResult result = galen(import_to(file), ranks);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, AllOf(HasSubstr("1100 samples of 1 x 96 x 96, binary"), HasSubstr("galen inspect " + file)));
    EXPECT_TRUE(same(file, "1.h5")) << ranks;
    expect_nothing_left(file);
  }
}

TEST_F(Importing, KilledAtAnyMomentItLeavesNoFileAndGoesOn) {
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(galen(import_to("whole.h5")).exit_code, 0);
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);

  std::mt19937 random(3);
  for (int round = 0; round < 4; ++round) {
    const std::string file = "killed" + std::to_string(round) + ".h5";
    int killed = 0;
    for (int attempt = 0; attempt < 6; ++attempt) {
      const auto program = start(import_to(file));
      std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<unsigned>(whole.count())));
      if (fs::exists(folder_ / file)) break;
      program->signal(SIGKILL);
      if (program->finish().exit_code == 0) break;
      ++killed;
      if (fs::exists(folder_ / file)) break;  // killed between its publication and its end
    }
    if (!fs::exists(folder_ / file)) {
      const ProgramResult result = galen(import_to(file), round % 2 == 0 ? 1 : 3);
      ASSERT_EQ(result.exit_code, 0) << result.errors;
      expect_nothing_left(file);
    }
    EXPECT_TRUE(same(file, "whole.h5")) << killed;
  }
}

TEST_F(Importing, RemainsOfAnInterruptionAreReported) {
  const auto program = start(import_to("a.h5"));
  for (int i = 0; i < 24000 && !fs::exists(folder_ / "a.h5.parts/000001"); ++i) std::this_thread::sleep_for(5ms);
  program->signal(SIGINT);
  EXPECT_EQ(program->finish().exit_code, 128 + SIGINT);
  EXPECT_FALSE(fs::exists(folder_ / "a.h5"));
  const ProgramResult result = galen(import_to("a.h5"));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, testing::ContainsRegex("resumed +[0-9]+ samples"));
}

TEST_F(Importing, OnlyOneOfTwoWritesAFile) {
  const auto first = start(import_to("a.h5"));
  for (int i = 0; i < 120000 && !fs::exists(folder_ / "a.h5.parts"); ++i) std::this_thread::sleep_for(1ms);
  first->signal(SIGSTOP);
  const ProgramResult second = galen(import_to("a.h5"));
  first->signal(SIGCONT);
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.errors, AllOf(HasSubstr("a.h5"), HasSubstr("another import is writing this file: process ")));
  EXPECT_EQ(first->finish().exit_code, 0);
}

TEST_F(Importing, BadFilesAreNamedAndStrictlyFailTheImport) {
  fs::resize_file(folder_ / "images/ill/0000.bmp", 1100);
  const ProgramResult tolerant = galen(import_to("a.h5"), 2);
  EXPECT_EQ(tolerant.exit_code, 0) << tolerant.errors;
  EXPECT_THAT(tolerant.output, AllOf(HasSubstr("1099 samples"), HasSubstr("skipped 1:"), HasSubstr("images/ill/0000.bmp")));
  for (const int ranks : {1, 2}) {
    std::vector<std::string> arguments = import_to("b.h5");
    arguments.emplace_back("--strict");
    const ProgramResult strict = galen(arguments, ranks);
    EXPECT_EQ(strict.exit_code, 1);
    EXPECT_THAT(strict.errors, HasSubstr("images/ill/0000.bmp"));
    EXPECT_FALSE(fs::exists(folder_ / "b.h5"));
    expect_nothing_left("b.h5");
  }
}

// An option without a row in data/import/option_rules.cpp would be checked against no format.
TEST_F(Importing, EveryOptionHasItsFormats) {
  std::set<std::string> described;
  std::istringstream help(galen({"import", "--help"}).output);
  for (std::string line; std::getline(help, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || !line.substr(begin).starts_with("--")) continue;
    described.insert(line.substr(begin + 2, line.find_first_not_of("abcdefghijklmnopqrstuvwxyz-.", begin) - begin - 2));
  }
  std::set<std::string> ruled = {"out", "comm.deadline"};  // of every format
  for (const data::OptionRule& rule : data::option_rules()) EXPECT_TRUE(ruled.insert(rule.key).second) << rule.key;
  EXPECT_EQ(ruled, described);
}

TEST_F(Importing, OptionsWithoutEffectAreRefused) {
  for (const int ranks : {1, 2}) {
    const ProgramResult beats = galen({"import", "images", "--out", "a.h5", "--beats", "aami"}, ranks);
    EXPECT_EQ(beats.exit_code, 2);
    EXPECT_THAT(beats.errors, AllOf(HasSubstr("--beats is for wfdb"), HasSubstr("images")));
  }
  EXPECT_EQ(galen({"import", "images", "--out", "a.h5", "--like", "b.h5"}).exit_code, 2);
  EXPECT_EQ(galen({"import", "images", "--out", "a.h5", "--target", "diagnosis"}).exit_code, 2);
  EXPECT_EQ(galen({"import", "a.h5", "--out", "b.h5", "--repack", "--task", "binary"}).exit_code, 2);
  EXPECT_FALSE(fs::exists(folder_ / "a.h5"));
}

TEST_F(Importing, RepackingStoresAnotherLayout) {
  ASSERT_EQ(galen({"synth", "--out", "a.h5", "--samples", "50"}).exit_code, 0);
  const ProgramResult result = galen({"import", "a.h5", "--repack", "--compression", "2", "--chunk-samples", "3", "--out", "b.h5"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("/samples/image: 3 samples a chunk, gzip level 2"));
  EXPECT_EQ(galen({"inspect", "b.h5"}).exit_code, 0);
}

}  // namespace
}  // namespace galen::test
