#include "launch/options/model_keys.h"

#include "galen/error.h"
#include "models/catalogue.h"
#include "tests/support/error_text.h"
#include "tests/support/places.h"
#include "tests/support/temporary_folder.h"
#include "trainer/options/run_options.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A run, and its configuration from a file and a command line.
struct ReadRun {
  explicit ReadRun(const std::vector<std::string>& arguments, const std::string& file = "") {
    const test::TemporaryFolder folder;
    if (!file.empty()) configuration.read_file(folder.write("run.cfg", file).string());
    configuration.read(parse_command_line(arguments, configuration.options(), /*operands=*/0));
    keep_keys_of_model(configuration);
  }

  trainer::ExperimentOptions experiment;
  Configuration configuration{trainer::run_options(experiment)};
};

std::string refused_keys(const std::vector<std::string>& arguments, const std::string& file = "") {
  return test::error_text([&] { ReadRun(arguments, file); });
}

TEST(ModelKeys, OfAnotherModelAreRefusedWithTheRightModelsAndKeys) {
  EXPECT_THAT(refused_keys({"--model.name", "resnet18", "--model.filters", "8"}),
              AllOf(HasSubstr("command line: model.filters belongs to cnn28, cnn32, cnn150 "), HasSubstr("not to resnet18"),
                    HasSubstr("Its own keys are model.initialization, "), HasSubstr(" more; galen train --help resnet18"),
                    Not(HasSubstr("model.hidden"))));
  EXPECT_THAT(refused_keys({}, "[model]\nname = dense_net\nfilters = 8\n"), HasSubstr("run.cfg: model.filters belongs to"));
  EXPECT_THAT(refused_keys({"--model.name", "file:net.pt", "--model.hidden", "8", "--model.batch_norm"}),
              HasSubstr("model.batch_norm, model.hidden belong to cnn28, cnn32, cnn150, dense_net "));
  EXPECT_EQ(refused_keys({"--model.name", "dense_net", "--model.hidden", "8", "--optimizer.name", "sgd"}), "");
  EXPECT_EQ(refused_keys({"--model.name", "file:net.pt", "--model.output", "logits"}), "");
}

TEST(ModelKeys, OfAnotherLearnerAreRefused) {
  EXPECT_THAT(refused_keys({"--model.name", "logistic", "--optimizer.learning_rate", "0.001"}),
              AllOf(HasSubstr("optimizer.learning_rate belongs to cnn28, "), HasSubstr("penalty.l2"), Not(HasSubstr("model.filters"))));
  EXPECT_THAT(refused_keys({}, "[model]\nname = linear\n[trainer]\nbatch = 32\n"), HasSubstr("trainer.batch belongs to cnn28, "));
  EXPECT_THAT(refused_keys({"--model.name", "logistic", "--task.class_weights", "balanced"}), HasSubstr("not to logistic"));
  EXPECT_THAT(refused_keys({}, "[penalty]\nl2 = 0\n"),
              AllOf(HasSubstr("penalty.l2 belongs to linear, logistic, poisson "), HasSubstr("not to cnn28")));
  EXPECT_EQ(refused_keys({"--model.name", "logistic", "--penalty.l2", "1", "--inference.interval", "likelihood"}), "");
}

// The configurations of runs list all of [model], which networks share.
TEST(ModelKeys, OfTheSectionThatNetworksShareMayStandInAFileWithTheirDefaults) {
  EXPECT_EQ(refused_keys({}, "[model]\nname = resnet18\nfilters = \nhidden =\nbatch_norm = false\n"), "");
  EXPECT_THAT(refused_keys({"--model.name", "resnet18", "--model.batch_norm", "false"}), HasSubstr("model.batch_norm belongs to"));
}

/// Two models of a command with a section for one of them.
struct Forest {
  std::string model = "cnn28";
  std::int64_t trees = 500;
  Configuration configuration{
      {options::text("model.name", model, ""), options::number("forest.trees", trees, options::at_least(1), "").only_for({"resnet18"})}};
};

TEST(ModelKeys, OfAnotherModelsSectionAreRefusedWhateverTheirValue) {
  Forest forest;
  const test::TemporaryFolder folder;
  forest.configuration.read_file(folder.write("run.cfg", "[forest]\ntrees = 500\n").string());
  EXPECT_THAT([&] { keep_keys_of_model(forest.configuration); },
              testing::ThrowsMessage<UsageError>(AllOf(HasSubstr("forest.trees belongs to resnet18 "), HasSubstr("no keys of its own"))));
}

TEST(ModelKeys, OfOtherModelsAreNotInAConfiguration) {
  Forest forest;
  keep_keys_of_model(forest.configuration);
  EXPECT_THAT(keys(forest.configuration.options()), testing::ElementsAre("model.name"));
  Forest other;
  other.model = "resnet18";
  keep_keys_of_model(other.configuration);
  EXPECT_THAT(keys(other.configuration.options()), testing::ElementsAre("model.name", "forest.trees"));
}

TEST(ModelKeys, EachNamesModelsOfTheCatalogue) {
  trainer::ExperimentOptions experiment;
  for (const Option& option : trainer::run_options(experiment)) {
    for (const std::string& name : option.models) {
      bool known = false;
      for (const models::CatalogueEntry& entry : models::catalogue()) known = known || entry.name == name || entry.kind == name;
      EXPECT_TRUE(known) << option.key << " is for " << name;
    }
  }
}

TEST(ModelKeys, WhatIsPrintedOfEachModelReadsBackTheSame) {
  for (const models::CatalogueEntry& entry : models::catalogue()) {
    ReadRun printed({"--model.name", entry.name, "--trainer.max_steps", "7"});
    ReadRun again({}, to_text(printed.configuration.options()));
    EXPECT_EQ(to_text(again.configuration.options()), to_text(printed.configuration.options())) << entry.name;
  }
}

// The records in checkpoints of networks, and their runs' config.cfg, have a fixed set of keys.
TEST(ModelKeys, OfNetworksAreThoseOfExistingRuns) {
  trainer::ExperimentOptions usual;
  trainer::ExperimentOptions experiment;
  Configuration recorded{trainer::run_options_of_model(experiment)};
  recorded.read_file((test::source_folder() / "tests/launch/options/defaults_of_networks.cfg").string());
  EXPECT_EQ(record_of(recorded.options()), settings_of(usual));
  EXPECT_EQ(recorded.written(), [&] {
    std::set<std::string> all;
    for (const auto& [key, value] : settings_of(usual)) all.insert(key);
    return all;
  }());
  keep_keys_of_model(recorded);
}

}  // namespace
}  // namespace galen::launch
