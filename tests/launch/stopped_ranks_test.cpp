// A rank that is stopped at any instant, from its start to its exit, ends the job after comm.deadline, with one message that names it.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <sstream>

namespace galen::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Words = std::vector<std::string>;

class StoppedRanks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    data::write_synthetic({.file = *folder_ / "small.h5", .samples = 200});
    const ProgramResult trained = run_galen(folder_->path(), training("run"));
    ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static Words training(const std::string& run) {
    return {"train", "--data.file", "small.h5", "--run.folder", run, "--overwrite", "--trainer.max_steps", "3", "--evaluation.resamples",
            "0",     "--quiet"};
  }

  // `rank` takes `action` at `instant`.
  static ProgramResult strike(Words command, int ranks, const std::string& instant, int rank, const std::string& action = "stop") {
    command.insert(command.end(), {"--comm.deadline", "2"});
    return run_program(galen_command(command, ranks), options(instant, rank, action));
  }

  static ProgramOptions options(const std::string& instant, int rank, const std::string& action = "stop") {
    return {.environment = {"OMP_NUM_THREADS=1", std::string("LD_PRELOAD=") + GALEN_INSTANT_SHIM, "GALEN_TEST_INSTANT=" + instant,
                            "GALEN_TEST_RANK=" + std::to_string(rank), "GALEN_TEST_ACTION=" + action,
                            "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0"},
            .folder = folder_->path()};
  }

  static std::string named(int rank) {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return "rank " + std::to_string(rank) + " (" + host.data() + ")";
  }

  // galen's lines are wrapped.
  static std::string in_one_line(const std::string& text) {
    std::istringstream words(text);
    std::string line;
    for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
    return line;
  }

  static std::ptrdiff_t messages(const std::string& text) {
    std::istringstream lines(text);
    std::ptrdiff_t count = 0;
    for (std::string line; std::getline(lines, line);) count += line.starts_with("galen: rank") ? 1 : 0;
    return count;
  }

  static void expect_ended(const ProgramResult& result, const std::string& words) {
    EXPECT_FALSE(result.timed_out);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(messages(result.errors), 1) << result.errors;
    EXPECT_THAT(in_one_line(result.errors), HasSubstr(words));
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(StoppedRanks, AreNamedByTheOthersAtEachInstant) {
  for (const char* instant :
       {"exec", "MPI_Init_thread", "MPI_Comm_dup", "MPI_Comm_split_type", "MPI_Ibarrier", "H5Fopen", "MPI_Finalize"}) {
    SCOPED_TRACE(instant);
    expect_ended(strike(training("stopped"), 2, instant, 1), named(1) + " has not arrived");
  }
}

TEST_F(StoppedRanks, AreNamedIfTheyAreTheFirstOfSeveral) {
  for (const char* instant : {"MPI_Init_thread", "MPI_Finalize"}) {
    SCOPED_TRACE(instant);
    expect_ended(strike(training("stopped"), 4, instant, 0), named(0) + " has not arrived");
  }
}

TEST_F(StoppedRanks, EndIfNoRankWaitsForThem) {
  for (const int rank : {0, 1}) {
    for (const char* instant : {"finalized", "exit"}) {
      SCOPED_TRACE(instant);
      expect_ended(strike(training("stopped"), 2, instant, rank), "rank " + std::to_string(rank) + ": was stopped when its work was done");
    }
  }
}

TEST_F(StoppedRanks, EndEveryCommandThatRunsOnSeveral) {
  std::filesystem::create_directory(*folder_ / "images");
  folder_->write("table.csv", "a,b,outcome\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n9,1,0\n2,3,1\n");
  const std::vector<Words> commands = {
      {"evaluate", "--checkpoint", "run/best", "--data.split", "all", "--evaluation.resamples", "0"},
      {"predict", "--checkpoint", "run/best", "--out", "p.csv", "--overwrite"},
      {"import", "table.csv", "--out", "t.h5", "--target", "outcome", "--overwrite"},
      {"bench", "comm", "--sizes", "0.1", "--seconds", "0.05"},
      {"bench", "train", "--data.file", "small.h5", "--steps", "2", "--warm-up", "1"},
  };
  for (const Words& command : commands) {
    SCOPED_TRACE(command[0] + " " + command[1]);
    expect_ended(strike(command, 2, "MPI_Ibarrier", 1), named(1) + " has not arrived");
  }
}

// A rank may read for a long time: here it is slow, but not stopped.
TEST_F(StoppedRanks, AreDistinguishedFromWorkingRanks) {
  const ProgramResult result =
      run_program(galen_command({"bench", "data", "--file", "small.h5", "--seconds", "8", "--comm.deadline", "2"}, 2), options("never", 0));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("samples a second"));
}

TEST_F(StoppedRanks, OfAFinishedRunDoNotFailIt) {
  Words command = training("finished");
  command.insert(command.begin(), {"launch", "-n", "2", "--restarts", "2"});
  command.insert(command.end(), {"--comm.deadline", "2"});
  const ProgramResult result = run_program(galen_command(command), options("MPI_Finalize", 1));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(in_one_line(result.errors), HasSubstr("note: the run was complete before its job failed"));
  const std::string events = read_file(*folder_ / "finished/events.jsonl");
  EXPECT_THAT(events, HasSubstr("\"finished\""));
  EXPECT_THAT(events, testing::Not(HasSubstr("restarted")));
}

}  // namespace
}  // namespace galen::test
