// The main job, as a user types it: make data, train on two workers, evaluate, predict.

#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include "data/hdf5/hdf5.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::size_t lines(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

class EndToEnd : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    folder_->write("small.cfg", "[data]\nfile = small.h5\n[trainer]\nbatch = 16\nepochs = 2\n[evaluation]\nresamples = 100\n");
    ASSERT_EQ(galen({"synth", "--out", "small.h5", "--samples", "200"}).exit_code, 0);
    training_ = galen({"train", "small.cfg"}, 2);
    ASSERT_EQ(training_.exit_code, 0) << training_.output << training_.errors;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) {
    return run_galen(folder_->path(), arguments, ranks);
  }
  static std::string read(const std::string& name) { return read_file(*folder_ / name); }
  static std::string weights(const std::string& checkpoint) { return read(checkpoint + "/weights.safetensors"); }

  static inline std::unique_ptr<TemporaryFolder> folder_;
  static inline ProgramResult training_;
};

TEST_F(EndToEnd, TrainingShowsModelMetricsAndTheNextCommand) {
  for (const char* word : {"parameters", "Validation", "Test", "auc", "95 % interval", "Best checkpoint: runs/small/best",
                           "galen evaluate --checkpoint runs/small/best", "galen predict --checkpoint runs/small/best"}) {
    EXPECT_THAT(training_.output, HasSubstr(word));
  }
}

TEST_F(EndToEnd, RanksOtherThanTheFirstAreSilent) {
  EXPECT_EQ(training_.output.find("Best checkpoint"), training_.output.rfind("Best checkpoint"));
  EXPECT_EQ(training_.errors, "");
}

TEST_F(EndToEnd, ARunsFolderHoldsWhatTheManualSays) {
  for (const char* name : {"config.cfg", "metrics.jsonl", "best/weights.safetensors", "best/manifest.json", "last/manifest.json"}) {
    EXPECT_TRUE(fs::exists(*folder_ / "runs/small" / name)) << name;
  }
  std::istringstream metrics(read("runs/small/metrics.jsonl"));
  for (std::string line; std::getline(metrics, line);) EXPECT_TRUE(nlohmann::json::parse(line).contains("step")) << line;
}

TEST_F(EndToEnd, TheSavedConfigurationRepeatsTheRunBitForBit) {
  const auto again = galen({"train", "runs/small/config.cfg", "--run.folder", "runs/again"});  // one worker, the same lanes
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(weights("runs/again/last"), weights("runs/small/last"));
}

TEST_F(EndToEnd, ASecondRunInTheSameFolderIsRefused) {
  const std::string before = read("runs/small/metrics.jsonl");
  const auto refused = galen({"train", "small.cfg"}, 2);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, testing::AllOf(HasSubstr("runs/small"), HasSubstr("--resume"), HasSubstr("--overwrite")));
  EXPECT_EQ(read("runs/small/metrics.jsonl"), before);
}

TEST_F(EndToEnd, AResumedRunEndsAsOneThatWasNotStopped) {
  const std::vector<std::string> run = {"train", "small.cfg", "--run.folder", "runs/parts"};
  auto first = run;
  first.insert(first.end(), {"--trainer.max_steps", "5"});
  ASSERT_EQ(galen(first, 2).exit_code, 0);
  const auto rest = galen({"train", "small.cfg", "--run.folder", "runs/parts", "--resume", "auto"});
  ASSERT_EQ(rest.exit_code, 0) << rest.errors;
  EXPECT_THAT(rest.output, HasSubstr("note: resumed with trainer.max_steps = 0; it was 5."));
  EXPECT_EQ(weights("runs/parts/last"), weights("runs/small/last"));
}

TEST_F(EndToEnd, ResumeAutoStartsIfThereIsNothingToResume) {
  const auto begun = galen({"train", "small.cfg", "--run.folder", "runs/new", "--resume", "auto", "--trainer.max_steps", "1"});
  EXPECT_EQ(begun.exit_code, 0) << begun.errors;
}

TEST_F(EndToEnd, OverwriteReplacesARun) {
  ASSERT_EQ(galen({"train", "small.cfg", "--run.folder", "runs/twice", "--trainer.max_steps", "3"}).exit_code, 0);
  ASSERT_EQ(galen({"train", "small.cfg", "--run.folder", "runs/twice", "--trainer.max_steps", "1", "--overwrite"}).exit_code, 0);
  EXPECT_FALSE(fs::exists(*folder_ / "runs/twice/checkpoints/step-00000003"));
}

TEST_F(EndToEnd, OverwriteKeepsTheRunIfTheNewOneFails) {
  ASSERT_EQ(galen({"train", "small.cfg", "--run.folder", "runs/kept", "--trainer.max_steps", "1"}).exit_code, 0);
  const std::string before = weights("runs/kept/best");
  EXPECT_EQ(galen({"train", "--data.file", "nowhere.h5", "--run.folder", "runs/kept", "--overwrite"}).exit_code, 2);
  EXPECT_EQ(weights("runs/kept/best"), before);
}

TEST_F(EndToEnd, PrintConfigShowsOriginsAndStartsNothing) {
  const auto shown = galen({"train", "small.cfg", "--trainer.batch=8", "--run.folder", "runs/none", "--print-config"});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.output, testing::ContainsRegex("batch = 8 +# command line"));
  EXPECT_THAT(shown.output, testing::ContainsRegex("epochs = 2 +# small.cfg"));
  EXPECT_THAT(shown.output, testing::ContainsRegex("lanes = auto +# default"));
  EXPECT_FALSE(fs::exists(*folder_ / "runs/none"));
}

TEST_F(EndToEnd, EvaluationGivesTheSameFiguresAloneAndUnderMpirun) {
  const std::vector<std::string> command = {"evaluate",     "--checkpoint", "runs/small/best", "--data.file", "small.h5",
                                            "--data.split", "test"};
  auto alone = command, together = command;
  alone.insert(alone.end(), {"--json", "alone.json"});
  together.insert(together.end(), {"--json", "together.json"});
  const auto shown = galen(alone);
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_THAT(shown.output, testing::AllOf(HasSubstr("auc"), HasSubstr("95 % interval")));
  ASSERT_EQ(galen(together, 3).exit_code, 0);
  EXPECT_EQ(read("alone.json"), read("together.json"));
  const auto report = nlohmann::json::parse(read("alone.json"));
  EXPECT_LE(report["auc"]["low"], report["auc"]["value"]);
  EXPECT_GE(report["auc"]["high"], report["auc"]["value"]);
}

TEST_F(EndToEnd, EvaluationFindsTheRunsOwnDataFromAnyFolder) {
  fs::create_directories(*folder_ / "elsewhere");
  const auto shown = run_galen(*folder_ / "elsewhere", {"evaluate", "--checkpoint", "../runs/small"});
  EXPECT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_THAT(shown.output, HasSubstr("small.h5"));
}

TEST_F(EndToEnd, PredictWritesARowForEachSample) {
  const auto csv = galen({"predict", "--checkpoint", "runs/small/best", "--data.file", "small.h5", "--out", "all.csv"}, 2);
  ASSERT_EQ(csv.exit_code, 0) << csv.errors;
  EXPECT_EQ(lines(read("all.csv")), 201u);
  EXPECT_THAT(read("all.csv"), testing::ContainsRegex("^sample_id,patient,probability_[a-z]+,predicted,label\n"));

  ASSERT_EQ(galen({"predict", "--checkpoint", "runs/small/best", "--data.split", "test", "--out", "test.h5"}).exit_code, 0);
  const auto file = data::hdf5::File::open((*folder_ / "test.h5").string());
  const auto report = nlohmann::json::parse(galen({"inspect", "small.h5", "--json"}).output);
  EXPECT_EQ(file.array("/probability").rows(), report["samples"]["test"]);
  EXPECT_EQ(file.array("/sample_id").rows(), file.array("/label").rows());
}

TEST_F(EndToEnd, PredictTakesNewData) {
  ASSERT_EQ(galen({"synth", "--out", "new.h5", "--samples", "40", "--seed", "9"}).exit_code, 0);
  const auto predicted = galen({"predict", "--checkpoint", "runs/small/best", "--data.file", "new.h5", "--out", "new.csv"});
  ASSERT_EQ(predicted.exit_code, 0) << predicted.errors;
  EXPECT_EQ(lines(read("new.csv")), 41u);
}

TEST_F(EndToEnd, PredictDoesNotReplaceAFileUnasked) {
  folder_->write("mine.csv", "mine");
  EXPECT_EQ(galen({"predict", "--checkpoint", "runs/small/best", "--out", "mine.csv"}, 2).exit_code, 2);
  EXPECT_EQ(read("mine.csv"), "mine");
  EXPECT_EQ(galen({"predict", "--checkpoint", "runs/small/best", "--out", "mine.csv", "--overwrite"}).exit_code, 0);
}

TEST_F(EndToEnd, EveryCommandHelpsWithExamples) {
  const std::string overview = galen({"--help"}).output;
  for (const char* command : {"train", "evaluate", "predict", "import", "inspect", "synth", "status", "audit", "doctor"}) {
    const auto help = galen({command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_THAT(help.output, testing::AllOf(HasSubstr("Examples"), HasSubstr(std::string("galen ") + command)));
    EXPECT_THAT(overview, HasSubstr(std::string("\n  ") + command + " "));
  }
  EXPECT_THAT(galen({"--version"}).output, testing::ContainsRegex("^galen [0-9]+\\.[0-9]+\\.[0-9]+\n$"));
}

// `galen import` has its own tests; this is its command line.
TEST_F(EndToEnd, ATableIsImportedAndTrained) {
  std::string table = "age,dose,patient,outcome\n";
  for (int i = 0; i < 60; ++i) table += fmt::format("{},{},p{},{}\n", 40 + i % 7, i % 5, i / 2, i % 2 == 0 ? "well" : "ill");
  folder_->write("trial.csv", table);
  const auto imported = galen({"import", "trial.csv", "--out", "trial.h5", "--target", "outcome", "--group", "patient"});
  ASSERT_EQ(imported.exit_code, 0) << imported.errors;
  EXPECT_THAT(imported.output, HasSubstr("galen inspect trial.h5"));
  const auto trained =
      galen({"train", "--data.file", "trial.h5", "--model.name", "dense_net", "--trainer.max_steps", "2", "--data.scaling", "standardize"});
  EXPECT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_TRUE(fs::exists(*folder_ / "runs/train/best"));
}

TEST_F(EndToEnd, TextsAreImportedAndInspectedAndNeedAModelForTexts) {
  const std::string note = "the patient reports a dull pain on the left side since this morning";
  folder_->write("notes.csv", "note,label\n" + note + ",ill\n" + note + " again,well\n" + note + " twice,ill\n");
  ASSERT_EQ(galen({"import", "notes.csv", "--out", "notes.h5", "--text", "note", "--fractions", "1,0,0"}).exit_code, 0);
  EXPECT_THAT(galen({"inspect", "notes.h5"}).output, AllOf(HasSubstr("/samples/text"), HasSubstr("13 to 14 tokens")));
  const auto refused = galen({"train", "--data.file", "notes.h5", "--model.name", "dense_net", "--run.folder", "runs/texts"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("model.name = dense_net"), HasSubstr("token ids"), HasSubstr("file:NET.pt")));
}

std::string table_with_gaps(int patients, const char* colours) {
  std::string table = "age,colour,smoker,patient,outcome\n";
  for (int i = 0; i < patients; ++i) {
    table += fmt::format("{},{},{},p{},{}\n", i % 5 == 0 ? "?" : fmt::format("{}", 40 + i % 7),
                         i % 4 == 0 ? "" : std::string(1, colours[i % 3]), i % 2 == 0 ? "yes" : "no", i, i % 2 == 0 ? "well" : "ill");
  }
  return table;
}

TEST_F(EndToEnd, ATableWithGapsGivesTheSameBitsOnOneWorkerAndTwo) {
  folder_->write("gaps.csv", table_with_gaps(120, "rgb"));
  ASSERT_EQ(galen({"import", "gaps.csv", "--out", "gaps.h5", "--target", "outcome"}).exit_code, 0);
  const auto refused = galen({"train", "--data.file", "gaps.h5", "--model.name", "dense_net", "--run.folder", "runs/refused"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("data.impute"));

  const std::vector<std::string> train = {"train",
                                          "--data.file",
                                          "gaps.h5",
                                          "--model.name",
                                          "dense_net",
                                          "--data.scaling",
                                          "standardize",
                                          "--data.impute",
                                          "median",
                                          "--data.missing_indicator",
                                          "--trainer.lanes",
                                          "2",
                                          "--trainer.epochs",
                                          "3"};
  auto one = train, two = train;
  one.insert(one.end(), {"--run.folder", "runs/one"});
  two.insert(two.end(), {"--run.folder", "runs/two"});
  ASSERT_EQ(galen(one).exit_code, 0);
  const auto trained = galen(two, 2);
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_THAT(trained.output,
              testing::ContainsRegex("\\(Flatten\\) +9 "));  // age, three colours, smoker, and whether age and each colour are missing
  EXPECT_EQ(weights("runs/one/last"), weights("runs/two/last"));

  const std::vector<std::string> evaluate = {"evaluate", "--checkpoint", "runs/one/last", "--data.split", "test", "--json"};
  auto alone = evaluate, together = evaluate;
  alone.push_back("gaps1.json");
  together.push_back("gaps2.json");
  ASSERT_EQ(galen(alone).exit_code, 0);
  ASSERT_EQ(galen(together, 2).exit_code, 0);
  EXPECT_EQ(read("gaps1.json"), read("gaps2.json"));

  folder_->write("new.csv", table_with_gaps(10, "gxr"));
  ASSERT_EQ(galen({"import", "new.csv", "--out", "like.h5", "--like", "gaps.h5", "--target", "outcome"}).exit_code, 0);
  const auto predicted = galen({"predict", "--checkpoint", "runs/one/last", "--data.file", "like.h5", "--out", "like.csv"});
  EXPECT_EQ(predicted.exit_code, 0) << predicted.errors;
  EXPECT_EQ(lines(read("like.csv")), 11u);
  EXPECT_THAT(read("like.csv"), testing::Not(HasSubstr("nan")));

  ASSERT_EQ(galen({"import", "new.csv", "--out", "unlike.h5", "--target", "outcome"}).exit_code, 0);
  const auto unlike = galen({"predict", "--checkpoint", "runs/one/last", "--data.file", "unlike.h5", "--out", "unlike.csv"});
  EXPECT_EQ(unlike.exit_code, 1);
  EXPECT_THAT(unlike.errors, testing::AllOf(HasSubstr("colour="), HasSubstr("--like")));
}

TEST_F(EndToEnd, AGapThatAModelCannotFillIsNamed) {
  std::string table = "age,patient,outcome\n";
  for (int i = 0; i < 40; ++i) table += fmt::format("{},p{},{}\n", 40 + i % 7, i, i % 2);
  folder_->write("whole.csv", table);
  folder_->write("gap.csv", "age,patient\n50,new1\n,new2\n");
  ASSERT_EQ(galen({"import", "whole.csv", "--out", "whole.h5", "--target", "outcome"}).exit_code, 0);
  ASSERT_EQ(galen({"import", "gap.csv", "--out", "gap.h5", "--target", "none"}).exit_code, 0);
  ASSERT_EQ(galen({"train", "--data.file", "whole.h5", "--model.name", "dense_net", "--run.folder", "runs/whole"}).exit_code, 0);
  const auto predicted = galen({"predict", "--checkpoint", "runs/whole/last", "--data.file", "gap.h5", "--out", "predicted.csv"});
  EXPECT_EQ(predicted.exit_code, 1);
  EXPECT_THAT(predicted.errors, testing::AllOf(HasSubstr("sample 1"), HasSubstr("'age'"), HasSubstr("data.impute")));
}

}  // namespace
}  // namespace galen::test
