// galen launch looks after training: what it does when ranks die, hang, or are asked to stop. The weights at the end are those of a run
// that nothing happened to.

#include "launch/supervision/job_processes.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

constexpr auto kPatience = 120s;

bool wait_for(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

class Supervising : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    ASSERT_EQ(run_galen(folder_->path(), {"synth", "--out", "small.h5", "--samples", "200"}).exit_code, 0);
    ASSERT_EQ(run_galen(folder_->path(), training("undisturbed")).exit_code, 0);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  // Long enough to be struck in the middle.
  static std::vector<std::string> training(const std::string& run, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train",    "--data.file",
                                          "small.h5", "--run.folder",
                                          run,        "--trainer.batch",
                                          "16",       "--trainer.lanes",
                                          "2",        "--trainer.max_steps",
                                          "400",      "--trainer.epochs",
                                          "1000",     "--checkpoint.every_steps",
                                          "20",       "--model.name",
                                          "cnn28",    "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  static std::unique_ptr<Program> launch(std::vector<std::string> own, const std::vector<std::string>& command,
                                         const std::vector<std::string>& environment = {"OMP_NUM_THREADS=1"}) {
    own.insert(own.begin(), "launch");
    own.insert(own.end(), command.begin(), command.end());
    return std::make_unique<Program>(galen_command(own),
                                     ProgramOptions{.environment = environment, .folder = folder_->path(), .patience = 2 * kPatience});
  }

  static std::vector<nlohmann::json> events(const std::string& run, const std::string& kind) {
    std::vector<nlohmann::json> found;
    std::ifstream file(*folder_ / run / "events.jsonl");
    for (std::string line; std::getline(file, line);) {
      nlohmann::json event = nlohmann::json::parse(line);
      if (event["event"] == kind) found.push_back(std::move(event));
    }
    return found;
  }

  static fs::path newest_checkpoint(const std::string& run) {
    std::error_code none;
    return fs::read_symlink(*folder_ / run / "last", none);
  }

  // Processes of galen that mpirun has started for the run.
  static std::vector<pid_t> ranks(const std::string& run) {
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string words = read(entry.path() / "cmdline");
      const bool of_run =
          words.find('\0' + run + '\0') != std::string::npos || words.find("--run.folder=" + run + '\0') != std::string::npos;
      if (!of_run || !words.starts_with(GALEN_PROGRAM)) continue;
      if (read(entry.path() / "environ").find("OMPI_COMM_WORLD_RANK=") == std::string::npos) continue;
      found.push_back(std::stoi(entry.path().filename().string()));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  // Empty where it cannot be read, as of a process that has ended.
  static std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  static void expect_undisturbed(const std::string& run) {
    EXPECT_EQ(read_file(*folder_ / run / "last/weights.safetensors"), read_file(*folder_ / "undisturbed/last/weights.safetensors"));
    EXPECT_EQ(read_file(*folder_ / run / "metrics.jsonl"), read_file(*folder_ / "undisturbed/metrics.jsonl"));
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(Supervising, AKilledRankIsMadeGoodBitForBit) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("killed"));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("killed").empty(); }));
  ASSERT_EQ(ranks("killed").size(), 2u);
  kill(ranks("killed").back(), SIGKILL);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("killed");
  const auto lost = events("killed", "rank_lost");
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_THAT(lost[0]["reason"].get<std::string>(), HasSubstr("signal 9"));
  EXPECT_EQ(lost[0]["rank"], "1");
  ASSERT_EQ(events("killed", "restarted").size(), 1u);
  EXPECT_NE(events("killed", "restarted")[0]["from_step"], "0");
}

TEST_F(Supervising, KilledAgainAndAgainBeforeTheFirstCheckpointItBeginsAnewWithTheSameLanes) {
  const auto program = launch({"-n", "2", "--restarts", "9", "--tries", "9"}, training("early", {"--trainer.lanes", "2"}));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(wait_for([] { return ranks("early").size() == 2; }));
    kill(ranks("early").front(), SIGKILL);
    ASSERT_TRUE(wait_for([i] { return events("early", "restarted").size() == static_cast<std::size_t>(i + 1); }));
  }
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("early");
}

TEST_F(Supervising, AKilledMpirunLeavesNothingBehind) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("headless"));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("headless").empty(); }));
  std::ifstream stat("/proc/" + std::to_string(ranks("headless").front()) + "/stat");
  std::string id, name, state;
  pid_t mpirun = 0;
  ASSERT_TRUE(stat >> id >> name >> state >> mpirun);
  kill(mpirun, SIGKILL);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("headless");
  EXPECT_THAT(events("headless", "rank_lost")[0]["reason"].get<std::string>(), HasSubstr("mpirun was ended by signal 9"));
}

TEST_F(Supervising, AHangingRankIsNamedAndMadeGood) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("hangs", {"--comm.deadline", "2"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("hangs").empty(); }));
  kill(ranks("hangs").back(), SIGSTOP);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("hangs");
  EXPECT_THAT(events("hangs", "rank_lost")[0]["reason"].get<std::string>(), HasSubstr("rank 1"));
  EXPECT_THAT(ranks("hangs"), testing::IsEmpty());
}

TEST_F(Supervising, AJobThatDoesNothingAnyMoreIsEnded) {
  const auto program = launch({"-n", "2", "--restarts", "3", "--hang-after", "4"}, training("stands", {"--comm.deadline", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("stands").empty(); }));
  for (const pid_t rank : ranks("stands")) kill(rank, SIGSTOP);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("stands");
  EXPECT_THAT(events("stands", "rank_lost")[0]["reason"].get<std::string>(), HasSubstr("no sign of life for 4 s"));
}

TEST_F(Supervising, OverwritingRunsDoNotGoOnFromTheOldOne) {
  ASSERT_EQ(run_galen(folder_->path(), training("replaced", {"--run.seed", "7", "--trainer.max_steps", "60"})).exit_code, 0);
  const auto program = launch({"-n", "2", "--restarts", "9", "--tries", "9"}, training("replaced", {"--overwrite"}));
  ASSERT_TRUE(wait_for([] { return ranks("replaced").size() == 2; }));
  kill(ranks("replaced").front(), SIGKILL);  // before it has touched the old run, or just after
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("replaced");
}

TEST_F(Supervising, AKilledCoordinatorProcessIsMadeGoodBitForBit) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("coordinator", {"--coordinator.placement", "process"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("coordinator").empty(); }));
  ASSERT_EQ(ranks("coordinator").size(), 3u);
  kill(ranks("coordinator").back(), SIGKILL);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(read_file(*folder_ / "coordinator/last/weights.safetensors"), read_file(*folder_ / "undisturbed/last/weights.safetensors"));
  EXPECT_EQ(events("coordinator", "restarted")[0]["workers"], "2");
}

// A program that stands in for mpirun, and writes down how often it was called.
std::string pretended_mpirun(const TemporaryFolder& folder, const std::string& name, const std::string& body) {
  const fs::path path = folder.write(name, "#!/bin/sh\necho called >> " + (folder / (name + ".calls")).string() + "\n" + body);
  fs::permissions(path, fs::perms::owner_all);
  return path.string();
}

std::ptrdiff_t calls(const TemporaryFolder& folder, const std::string& name) {
  const std::string text = read_file(folder / (name + ".calls"));
  return std::count(text.begin(), text.end(), '\n');
}

TEST_F(Supervising, GivesUpWhereThereIsNoProgressAndTellsWhatHappened) {
  const std::string mpirun = pretended_mpirun(*folder_, "fails", "echo 'galen: rank 1: the disk is full.' >&2\nexit 1\n");
  const ProgramResult result = launch({"-n", "2", "--restarts", "9", "--mpirun", mpirun}, training("hopeless"))->finish();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(calls(*folder_, "fails"), 3);
  EXPECT_THAT(result.errors, HasSubstr("3 failures in a row without a newer checkpoint"));
  EXPECT_THAT(result.errors, HasSubstr("3. rank 1: the disk is full."));
  EXPECT_EQ(events("hopeless", "gave_up").size(), 1u);
}

TEST_F(Supervising, WhatWouldFailAgainIsNotStartedAgain) {
  for (const auto& [code, name] : {std::pair(2, "usage"), std::pair(75, "requeue"), std::pair(130, "interrupted")}) {
    const std::string mpirun = pretended_mpirun(*folder_, name, "exit " + std::to_string(code) + "\n");
    EXPECT_EQ(launch({"-n", "2", "--restarts", "9", "--mpirun", mpirun}, training(std::string(name) + "_run"))->finish().exit_code, code);
    EXPECT_EQ(calls(*folder_, name), 1);
  }
}

TEST_F(Supervising, CtrlCAndTerminationLeaveACheckpoint) {
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 75), std::pair(SIGUSR1, 75)}) {
    const std::string run = "stopped" + std::to_string(signal);
    const auto program = launch({"-n", "2", "--restarts", "3"}, training(run, {"--trainer.max_steps", "0"}));
    ASSERT_TRUE(wait_for([&] { return !newest_checkpoint(run).empty(); }));
    program->signal(signal);
    const ProgramResult result = program->finish();
    EXPECT_EQ(result.exit_code, code) << result.output << result.errors;
    EXPECT_THAT(result.output, HasSubstr("The checkpoint is " + run));
    EXPECT_THAT(ranks(run), testing::IsEmpty());
  }
}

TEST_F(Supervising, ASecondSignalEndsItAtOnce) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("twice", {"--comm.deadline", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("twice").empty(); }));
  kill(ranks("twice").back(), SIGSTOP);  // so that it cannot stop in peace
  program->signal(SIGINT);
  std::this_thread::sleep_for(500ms);
  program->signal(SIGINT);
  EXPECT_EQ(program->finish().exit_code, 130);
  EXPECT_THAT(ranks("twice"), testing::IsEmpty());
}

TEST_F(Supervising, AKilledSupervisorTakesTheJobAlong) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("orphan", {"--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("orphan").empty(); }));
  program->signal(SIGKILL);
  program->finish();
  EXPECT_TRUE(wait_for([] { return ranks("orphan").empty(); }));
}

TEST_F(Supervising, ASecondJobInTheSameFolderIsRefused) {
  const auto program = launch({"-n", "1"}, training("mine", {"--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("mine").empty(); }));
  const ProgramResult again = launch({"-n", "1"}, training("mine", {"--resume"}))->finish();
  const ProgramResult alone = run_galen(folder_->path(), training("mine", {"--overwrite"}));
  for (const ProgramResult& second : {again, alone}) {
    EXPECT_EQ(second.exit_code, 2);
    EXPECT_THAT(second.errors, HasSubstr("is at work"));
  }
  program->signal(SIGTERM);
  EXPECT_EQ(program->finish().exit_code, 75);
}

// What a run's folder may look like after a death at any instant.
TEST_F(Supervising, ResumeAutoBeginsWhereNothingWasFinished) {
  const std::vector<std::function<void(const fs::path&)>> remains = {
      [](const fs::path&) {},
      [](const fs::path& run) { std::ofstream(run / "config.cfg.tmp") << "device = c"; },
      [](const fs::path& run) { std::ofstream(run / "metrics.jsonl") << "{\"step\": 10, \"epoch\": 0, \"kind\": \"train\", \"lo"; },
      [](const fs::path& run) { fs::create_directories(run / "checkpoints/step-00000020"); },
      [](const fs::path& run) {
        fs::create_directories(run / "checkpoints/step-00000020");
        std::ofstream(run / "checkpoints/step-00000020/weights.safetensors") << "torn";
        fs::create_directory_symlink("checkpoints/step-00000020", run / "last");
      },
  };
  for (std::size_t i = 0; i < remains.size(); ++i) {
    const std::string run = "remains" + std::to_string(i);
    fs::create_directories(*folder_ / run);
    remains[i](*folder_ / run);
    const ProgramResult result = run_galen(folder_->path(), training(run, {"--resume", "auto"}));
    ASSERT_EQ(result.exit_code, 0) << i << result.errors;
    expect_undisturbed(run);
  }
}

}  // namespace
}  // namespace galen::test
