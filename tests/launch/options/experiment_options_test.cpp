#include "launch/options/experiment_options.h"

#include "launch/options/configuration.h"
#include "tests/launch/options/other_value.h"
#include "trainer/options/run_options.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

namespace galen::launch {
namespace {

TEST(ExperimentOptions, HaveTheKeysThatScriptsRelyOn) {
  trainer::ExperimentOptions experiment;
  const auto record = record_of(trainer::run_options(experiment));
  for (const char* key : {"run.folder",
                          "run.seed",
                          "data.file",
                          "data.input",
                          "data.target",
                          "data.layout",
                          "data.patient",
                          "data.split",
                          "data.sample_id",
                          "data.scaling",
                          "data.impute",
                          "data.missing_indicator",
                          "data.fractions",
                          "data.split_source",
                          "data.split_seed",
                          "model.name",
                          "model.initialization",
                          "model.output",
                          "model.dropout",
                          "model.batch_norm",
                          "model.hidden",
                          "model.filters",
                          "task.name",
                          "task.class_weights",
                          "task.standardize_target",
                          "optimizer.name",
                          "optimizer.learning_rate",
                          "optimizer.momentum",
                          "schedule.name",
                          "schedule.warmup_steps",
                          "trainer.batch",
                          "trainer.epochs",
                          "trainer.max_steps",
                          "trainer.lanes",
                          "trainer.threads",
                          "device",
                          "coordinator.placement",
                          "checkpoint.every_steps",
                          "checkpoint.every_minutes",
                          "checkpoint.every_epochs",
                          "checkpoint.on_failure",
                          "checkpoint.keep_last",
                          "checkpoint.keep_best",
                          "checkpoint.key_file",
                          "checkpoint.shard_size",
                          "checkpoint.metric",
                          "early_stopping.patience",
                          "evaluation.resamples"}) {
    EXPECT_TRUE(record.contains(key)) << key;
  }
}

TEST(ExperimentOptions, HaveEachKeyOnceWithADescription) {
  trainer::ExperimentOptions experiment;
  std::set<std::string> seen;
  for (const Option& option : trainer::run_options(experiment)) {
    EXPECT_TRUE(seen.insert(option.key).second) << option.key;
    EXPECT_FALSE(option.meaning.empty()) << option.key;
  }
}

TEST(ExperimentOptions, DefaultsAreAllowedValues) {
  trainer::ExperimentOptions experiment;
  for (const Option& option : trainer::run_options(experiment))
    EXPECT_TRUE(option.set(option.get())) << option.key << " = " << option.get();
}

// Every key sets its own field: changing one changes nothing else.
TEST(ExperimentOptions, EachKeyHasAFieldOfItsOwn) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = trainer::run_options(experiment);
  for (const Option& option : options) {
    auto expected = record_of(options);
    set_other_value(option);
    expected[option.key] = option.get();
    EXPECT_EQ(record_of(options), expected) << option.key;
  }
}

TEST(ExperimentOptions, KeysOfASectionFollowEachOther) {
  trainer::ExperimentOptions experiment;
  std::vector<std::string> sections;
  for (const Option& option : trainer::run_options(experiment)) {
    const std::string section = option.key.substr(0, option.key.find('.'));
    if (sections.empty() || sections.back() != section) sections.push_back(section);
  }
  EXPECT_EQ(std::set<std::string>(sections.begin(), sections.end()).size(), sections.size());
}

// A choice has one table of names, and its kind shows them.
TEST(ExperimentOptions, ChoicesTakeTheirNamesAlone) {
  trainer::ExperimentOptions experiment;
  for (const Option& option : trainer::run_options(experiment)) {
    for (const std::string& name : option.choices) {
      EXPECT_TRUE(option.set(name)) << option.key << " = " << name;
      EXPECT_EQ(option.get(), name) << option.key;
      EXPECT_THAT(option.kind, testing::HasSubstr(name)) << option.key;
    }
    EXPECT_TRUE(option.choices.empty() || !option.set("nothing of the kind")) << option.key;
  }
}

TEST(ExperimentOptions, KnowTheModels) {
  trainer::ExperimentOptions experiment;
  for (const Option& option : trainer::run_options(experiment)) {
    if (option.key != "model.name") continue;
    EXPECT_TRUE(option.set("resnet18"));
    EXPECT_TRUE(option.set("file:net.pt"));
    EXPECT_FALSE(option.set("resnet19"));
    EXPECT_THAT(option.kind, testing::HasSubstr("cnn28"));
  }
}

TEST(Paths, BecomeAbsolute) {
  trainer::ExperimentOptions experiment;
  experiment.dataset.file = "data/../chest.h5";
  experiment.model.name = "file:net.pt";
  make_paths_absolute(experiment);
  EXPECT_EQ(experiment.dataset.file, (std::filesystem::current_path() / "chest.h5").string());
  EXPECT_EQ(experiment.model.name, "file:" + (std::filesystem::current_path() / "net.pt").string());
}

TEST(Paths, NamesOfModelsStay) {
  trainer::ExperimentOptions experiment;
  make_paths_absolute(experiment);
  EXPECT_EQ(experiment.model.name, "cnn28");
  EXPECT_EQ(experiment.dataset.file, "");
}

}  // namespace
}  // namespace galen::launch
