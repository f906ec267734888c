// A run seen from outside: galen status during it, after it, and after a rank was killed; and its files.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sys/types.h>
#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Watching : public testing::Test {
 protected:
  void SetUp() override { data::write_synthetic({.file = folder_ / "small.h5", .samples = 200}); }

  ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) const {
    return run_galen(folder_.path(), arguments, ranks);
  }

  static std::vector<std::string> training(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train", "--data.file",     "small.h5", "--run.folder", "run", "--trainer.batch",
                                          "16",    "--trainer.lanes", "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  // A run of very many epochs, after its first checkpoint.
  std::unique_ptr<Program> start(int ranks, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = training({"--trainer.epochs", "100000"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const std::string before = last_checkpoint();
    auto program = std::make_unique<Program>(galen_command(arguments, ranks),
                                             ProgramOptions{.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_.path()});
    for (int i = 0; i < 24000 && last_checkpoint() == before; ++i) std::this_thread::sleep_for(10ms);
    return program;
  }

  std::string last_checkpoint() const {
    std::error_code none;
    return fs::read_symlink(folder_ / "run/last", none).string();
  }

  json status() const {
    const ProgramResult shown = galen({"status", "run", "--json"});
    EXPECT_EQ(shown.exit_code, 0) << shown.errors;
    return json::parse(shown.output);
  }

  // Waits until `holds`, for at most the patience of tests.
  json status_when(const std::function<bool(const json&)>& holds) const {
    json found = status();
    for (int i = 0; i < 1200 && !holds(found); ++i) {
      std::this_thread::sleep_for(100ms);
      found = status();
    }
    return found;
  }

  pid_t process_of(int rank) const { return status()["ranks"][rank]["pid"].get<pid_t>(); }

  // The events of a run or its coordinator, except checkpoints.
  std::vector<std::string> events_of(const std::string& log) const {
    std::vector<std::string> events;
    std::istringstream text(read_file(folder_ / "run" / log));
    for (std::string line; std::getline(text, line);) {
      const std::string event = json::parse(line)["event"];
      if (!event.starts_with("checkpoint") && event != "evaluated") events.push_back(event);
    }
    return events;
  }

  // Steps of each kind in metrics.jsonl, in their order.
  std::map<std::string, std::vector<int>> logged_steps() const {
    std::map<std::string, std::vector<int>> steps;
    std::istringstream text(read_file(folder_ / "run/metrics.jsonl"));
    for (std::string line; std::getline(text, line);) {
      const json entry = json::parse(line);
      steps[entry["kind"]].push_back(entry["step"]);
    }
    return steps;
  }

  TemporaryFolder folder_;
};

TEST_F(Watching, StatusShowsARunDuringAndAfterIt) {
  const auto program = start(2);
  const json beside = status_when([](const json& found) { return found["step"] > 0 && !found["samples_per_second"].is_null(); });
  EXPECT_EQ(beside["state"], "training");
  EXPECT_EQ(beside["reason"], "");
  EXPECT_EQ(beside["workers"], 2);
  EXPECT_EQ(beside["hosts"].size(), 1u);
  EXPECT_EQ(beside["epochs"], 100000);
  EXPECT_EQ(beside["total_steps"], 900000) << "140 samples in batches of 16";
  EXPECT_GT(beside["samples_per_second"], 0);
  EXPECT_TRUE(beside["loss"].is_number());
  EXPECT_GT(beside["expected_end"], beside["seen"]);
  EXPECT_TRUE(beside["validation"].contains("auc"));
  EXPECT_GT(beside["checkpoint"]["bytes"], 1000);
  ASSERT_EQ(beside["ranks"].size(), 2u);
  EXPECT_FALSE(beside["ranks"][1]["silent"]);
  EXPECT_EQ(beside["events"][0]["event"], "started");
  const auto text = galen({"status", "run"});
  EXPECT_THAT(text.output, AllOf(HasSubstr("run: training, step"), HasSubstr("samples/s"), HasSubstr("2 on ")));

  Program follower(galen_command({"status", "run", "--follow"}), {.folder = folder_.path()});
  for (int i = 0; i < 24000 && follower.output().find("run: training") == std::string::npos; ++i) std::this_thread::sleep_for(10ms);
  kill(process_of(0), SIGUSR1);  // the ranks agree
  program->finish();
  const ProgramResult followed = follower.finish();
  EXPECT_EQ(followed.exit_code, 0);
  EXPECT_THAT(followed.output, AllOf(HasSubstr("run: training"), HasSubstr("run: stopped")));
  EXPECT_EQ(status()["state"], "stopped");
  EXPECT_EQ(status()["checkpoint"]["step"], status()["step"]);
}

TEST_F(Watching, AKilledRankIsNamedWithTheLastMessagesOfTheOthers) {
  const auto program = start(2);
  kill(process_of(1), SIGKILL);
  EXPECT_NE(program->finish().exit_code, 0);
  const json found = status_when([](const json& now) { return now["state"] == "died"; });
  EXPECT_EQ(found["state"], "died");
  EXPECT_THAT(found["reason"].get<std::string>(), AllOf(HasSubstr("rank 1 on "), HasSubstr("no last message"), HasSubstr("SIGKILL")));
  EXPECT_TRUE(found["ranks"][1]["silent"]);
  EXPECT_EQ(found["ranks"][1]["last_message"], "");
  EXPECT_THAT(found["ranks"][0]["last_message"].get<std::string>(), HasSubstr("SIGTERM")) << "from mpirun";
  EXPECT_THAT(galen({"status", "run"}).output, AllOf(HasSubstr("run: died"), HasSubstr("Last messages"), HasSubstr("1: step")));
}

TEST_F(Watching, AnErrorsMessageIsKept) {
  const auto failed = galen(training({"--optimizer.name", "sgd", "--optimizer.learning_rate", "1e30"}), 2);
  ASSERT_EQ(failed.exit_code, 1) << failed.output << failed.errors;
  const json found = status();
  EXPECT_EQ(found["state"], "failed");
  EXPECT_THAT(found["reason"].get<std::string>(), HasSubstr("not finite"));
  EXPECT_THAT(galen({"audit", "show", "run"}).output, AllOf(HasSubstr("failed"), HasSubstr("not finite")));
  EXPECT_EQ(galen({"audit", "verify", "run"}).exit_code, 0);
}

// Killed at arbitrary instants, several times; then run to the end.
TEST_F(Watching, ARepeatedlyKilledRunHasEachStepOnceInItsLogs) {
  const std::vector<std::string> often = {"--checkpoint.every_steps", "7", "--resume", "auto"};
  for (int round = 0; round < 3; ++round) {
    const auto program = start(2, often);
    std::this_thread::sleep_for(std::chrono::milliseconds(370 * round));
    kill(process_of(round % 2), SIGKILL);
    program->finish();
  }
  const int end = status()["checkpoint"]["step"].get<int>() / 10 * 10 + 25;
  auto last = training({"--trainer.epochs", "100000", "--trainer.max_steps", std::to_string(end)});
  last.insert(last.end(), often.begin(), often.end());
  const auto finished = galen(last, 2);
  ASSERT_EQ(finished.exit_code, 0) << finished.errors;
  EXPECT_EQ(status()["state"], "finished");

  EXPECT_EQ(events_of("events.jsonl"),
            (std::vector<std::string>{"started", "died", "resumed", "died", "resumed", "died", "resumed", "finished"}));
  std::map<std::string, std::vector<int>> expected;
  for (int step = 10; step <= end; step += 10) expected["train"].push_back(step);
  for (int step = 9; step <= end; step += 9) expected["epoch"].push_back(step);
  if (end % 9 == 0) expected["epoch"].pop_back();  // the limit comes before the epoch is closed
  expected["validation"] = expected["epoch"];
  EXPECT_EQ(logged_steps(), expected);

  if (!python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const auto read = run_program({*python(), source_folder() / "tests/trainer/logs/read_events.py", folder_ / "run"});
  ASSERT_EQ(read.exit_code, 0) << read.errors;
  const json events = json::parse(read.output);
  for (const char* tag : {"train/loss", "epoch/loss", "validation/auc"}) {
    std::vector<int> steps;
    for (const auto& event : events.at(tag)) steps.push_back(event[0]);
    EXPECT_EQ(steps, expected.at(std::string(tag).substr(0, std::string(tag).find('/')))) << tag;
  }

  EXPECT_THAT(events_of("audit.jsonl"), testing::ElementsAre("started", "resumed", "resumed", "resumed", "finished"));
}

TEST_F(Watching, TheAuditLogRecordsWhoDidWhatWithWhichData) {
  ASSERT_EQ(galen(training({"--trainer.epochs", "1"}), 2).exit_code, 0);
  ASSERT_EQ(galen({"evaluate", "--checkpoint", "run/best", "--json", "report.json"}).exit_code, 0);
  ASSERT_EQ(galen({"predict", "--checkpoint", "run", "--out", "all.csv"}, 2).exit_code, 0);
  const auto shown = galen({"audit", "show", "run"});
  EXPECT_THAT(shown.output, AllOf(HasSubstr("started"), HasSubstr("finished"), HasSubstr("evaluated"), HasSubstr("predicted"),
                                  HasSubstr("galen evaluate --checkpoint run/best --json report.json"),
                                  HasSubstr(fs::canonical(folder_ / "small.h5").string())));
  std::istringstream text(read_file(folder_ / "run/audit.jsonl"));
  std::vector<json> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
  ASSERT_EQ(lines.size(), 4u);
  const auto digest = json::parse(galen({"inspect", "small.h5", "--json"}).output)["digest"];
  const auto sum = [&](const char* file) { return run_program({"sha256sum", folder_ / file}).output.substr(0, 64); };
  for (int line : {0, 2, 3}) EXPECT_EQ(lines[line]["data_digest"], digest);
  EXPECT_EQ(lines[0]["configuration"], sum("run/config.cfg"));
  EXPECT_EQ(lines[0]["workers"], "2");
  EXPECT_EQ(lines[2]["result"], sum("report.json"));
  EXPECT_EQ(lines[3]["result"], sum("all.csv"));

  const auto whole = galen({"audit", "verify", "run"});
  EXPECT_EQ(whole.exit_code, 0) << whole.errors;
  const std::string head = whole.output.substr(whole.output.find("Head: ") + 6, 2 + 64);
  EXPECT_EQ(galen({"audit", "verify", "run", "--head", head}).exit_code, 0);
  std::string log = read_file(folder_ / "run/audit.jsonl");
  log.replace(log.find("evaluated"), 9, "nothing!!");
  folder_.write("run/audit.jsonl", log);
  const auto changed = galen({"audit", "verify", "run"});
  EXPECT_EQ(changed.exit_code, 1);
  EXPECT_THAT(changed.errors, AllOf(HasSubstr("run/audit.jsonl"), HasSubstr("line 3 was changed")));
}

TEST_F(Watching, OverwritingARunKeepsItsAuditLog) {
  ASSERT_EQ(galen(training({"--trainer.max_steps", "2"})).exit_code, 0);
  ASSERT_EQ(galen(training({"--trainer.max_steps", "1", "--overwrite"})).exit_code, 0);
  EXPECT_THAT(galen({"audit", "verify", "run"}).output, HasSubstr("4 lines"));
  EXPECT_EQ(status()["step"], 1);
}

TEST_F(Watching, AKeyedLogIsCheckedOnlyWithItsKey) {
  folder_.write("key", std::string(32, 'k'));
  fs::permissions(folder_ / "key", fs::perms::owner_read);
  ASSERT_EQ(galen(training({"--trainer.max_steps", "1", "--audit.key_file", "key"})).exit_code, 0);
  EXPECT_EQ(galen({"audit", "verify", "run", "--audit.key_file", "key"}).exit_code, 0);
  EXPECT_EQ(galen({"audit", "verify", "run"}).exit_code, 2);
  const auto without = galen({"evaluate", "--checkpoint", "run/last"});
  EXPECT_EQ(without.exit_code, 0);
  EXPECT_THAT(without.errors, AllOf(HasSubstr("not in the run's audit log"), HasSubstr("audit.key_file")));
}

TEST_F(Watching, AFolderWithoutARunIsAMistake) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"status"}, {"status", "nowhere"}, {"status", "."}, {"audit"}, {"audit", "verify", "."}, {"audit", "burn", "."}}) {
    const auto refused = galen(arguments);
    EXPECT_EQ(refused.exit_code, 2) << arguments[0];
    EXPECT_THAT(refused.errors, testing::StartsWith("galen: "));
  }
}

}  // namespace
}  // namespace galen::test
