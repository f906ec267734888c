// Changes to the folder of a run in progress: it is removed or replaced, its logs are rotated, its names become links.
#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

namespace galen::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using testing::HasSubstr;

class RemovedRun : public testing::Test {
 protected:
  void SetUp() override { data::write_synthetic({.file = folder_ / "small.h5", .samples = 200}); }

  ProgramResult galen(const std::vector<std::string>& arguments) const { return run_galen(folder_.path(), arguments); }

  static std::vector<std::string> training(const std::string& run = "run") {
    return {"train", "--data.file",     "small.h5", "--run.folder",      run, "--trainer.epochs", "100000", "--trainer.batch",
            "16",    "--trainer.lanes", "1",        "--trainer.threads", "1"};
  }
  std::unique_ptr<Program> start(const std::string& run) const {
    return std::make_unique<Program>(galen_command(training(run), 1),
                                     ProgramOptions{.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_.path()});
  }
  static bool becomes(const std::function<bool()>& condition) {
    for (int i = 0; i < 10000 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    return condition();
  }
  bool appears(const std::string& name) const {
    return becomes([&] { return fs::exists(folder_ / name); });
  }
  // Waits until it is whole, while it is written to.
  void remove(const fs::path& path) const {
    const fs::path aside = folder_ / "aside";
    fs::rename(path, aside);
    becomes([&] {
      std::error_code again;
      fs::remove_all(aside, again);
      return !fs::exists(aside);
    });
  }

  TemporaryFolder folder_;
};

TEST_F(RemovedRun, IsCreatedAgainWithItsLock) {
  const auto program = start("run");
  ASSERT_TRUE(appears("run/last"));
  remove(folder_ / "run");
  ASSERT_TRUE(appears("run/last/manifest.json"));
  EXPECT_TRUE(fs::exists(folder_ / "run/config.cfg"));
  const ProgramResult second = galen(training());
  EXPECT_EQ(second.exit_code, 2) << second.errors;
  EXPECT_THAT(second.errors, HasSubstr("is at work on the run in this folder"));

  ASSERT_TRUE(appears("run/metrics.jsonl") && appears("run/events.jsonl"));
  fs::rename(folder_ / "run/metrics.jsonl", folder_ / "metrics.1");
  fs::rename(folder_ / "run/events.jsonl", folder_ / "events.1");
  EXPECT_TRUE(appears("run/metrics.jsonl"));
  program->signal(SIGTERM);
  const ProgramResult result = program->finish();
  EXPECT_EQ(result.exit_code, 75) << result.errors;
  EXPECT_TRUE(fs::exists(folder_ / "run/events.jsonl"));
  EXPECT_EQ(galen({"checkpoint", "verify", "run"}).exit_code, 0);
}

// Two runs whose folders are swapped atomically: neither writes to, nor prunes, the other's.
TEST_F(RemovedRun, ThatBelongsToAnotherJobByThenEnds) {
  const auto first = start("run");
  const auto second = start("other");
  ASSERT_TRUE(appears("run/last") && appears("other/last"));
  ASSERT_EQ(::renameat2(AT_FDCWD, (folder_ / "run").c_str(), AT_FDCWD, (folder_ / "other").c_str(), RENAME_EXCHANGE), 0);
  for (const auto* program : {&first, &second}) {
    const ProgramResult result = (*program)->finish();
    EXPECT_EQ(result.exit_code, 1) << result.output;
    EXPECT_THAT(result.errors, HasSubstr("was removed during the run"));
  }
  for (const char* run : {"run", "other"}) EXPECT_EQ(galen({"checkpoint", "verify", run}).exit_code, 0);
}

TEST_F(RemovedRun, APlacedLinkIsRefusedAndItsTargetWhole) {
  fs::create_directory(folder_ / "run");
  folder_.write("victim", "precious");
  fs::create_symlink("../victim", folder_ / "run/lock");
  const ProgramResult result = galen(training());
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("a link"));
  EXPECT_EQ(read_file(folder_ / "victim"), "precious");
}

TEST_F(RemovedRun, OutputsLeaveDevicesAndFifosAsTheyAre) {
  std::vector<std::string> short_run = training();
  for (const char* more : {"--trainer.max_steps", "2", "--quiet"}) short_run.emplace_back(more);
  ASSERT_EQ(galen(short_run).exit_code, 0);
  const std::vector<std::string> evaluation = {"evaluate", "--checkpoint", "run/best", "--evaluation.resamples", "0", "--json"};
  const auto evaluated = [&](const std::string& file) {
    std::vector<std::string> arguments = evaluation;
    arguments.push_back(file);
    return galen(arguments);
  };
  const ProgramResult into_output = evaluated("/proc/self/fd/1");
  EXPECT_EQ(into_output.exit_code, 0) << into_output.errors;
  EXPECT_THAT(into_output.output, testing::AllOf(HasSubstr("\"data_file\""), HasSubstr("on the test split")));

  const std::string fifo = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(evaluated("fifo").errors, HasSubstr("no program reads from this FIFO"));
  Program reader({"cat", fifo});
  const ProgramResult predicted = galen({"predict", "--checkpoint", "run/best", "--out", "fifo"});
  EXPECT_EQ(predicted.exit_code, 0) << predicted.errors;
  EXPECT_THAT(reader.finish().output, HasSubstr("sample_id,patient,"));
  for (const std::vector<std::string>& binary : {std::vector<std::string>{"synth", "--samples", "10", "--overwrite", "--out", "fifo"},
                                                 {"import", "small.h5", "--repack", "--overwrite", "--out", "fifo"},
                                                 {"inspect", "small.h5", "--show", "2", "--overwrite", "--out", "fifo"}}) {
    const ProgramResult refused = galen(binary);
    EXPECT_EQ(refused.exit_code, 2) << binary.front();
    EXPECT_THAT(refused.errors, HasSubstr("a device, a FIFO or a socket"));
  }
  EXPECT_TRUE(fs::is_fifo(fifo));
}

}  // namespace
}  // namespace galen::test
