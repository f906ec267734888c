#include "launch/options/suggestion.h"

#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "trainer/options/run_options.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace galen::launch {
namespace {

const std::vector<std::string> kKnown = {"optimizer.learning_rate", "optimizer.name", "trainer.batch", "trainer.epochs", "run.folder"};

TEST(Suggestion, FindsTheNearestName) {
  EXPECT_EQ(nearest("optimizer.learning_rat", kKnown), "optimizer.learning_rate");
  EXPECT_EQ(nearest("trainer.bacth", kKnown), "trainer.batch");
  EXPECT_EQ(nearest("run.foldr", kKnown), "run.folder");
}

TEST(Suggestion, FindsAKeyByItsLastPart) {
  EXPECT_EQ(nearest("learning_rate", kKnown), "optimizer.learning_rate");
  EXPECT_EQ(nearest("epoch", kKnown), "trainer.epochs");
}

TEST(Suggestion, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("colour", kKnown), "");
  EXPECT_EQ(did_you_mean("colour", kKnown), "");
  EXPECT_EQ(did_you_mean("batc", kKnown, "--"), " Did you mean --trainer.batch?");
}

// Names used in PyTorch, Keras and scikit-learn.
TEST(Suggestion, KnowsNamesOfOtherTools) {
  trainer::ExperimentOptions experiment;
  const std::vector<std::string> known = keys(trainer::run_options(experiment));
  const std::vector<std::pair<std::string, std::string>> kMeant = {
      {"lr", "optimizer.learning_rate"},
      {"optimizer.lr", "optimizer.learning_rate"},
      {"learning_rate", "optimizer.learning_rate"},
      {"learning-rate", "optimizer.learning_rate"},
      {"train.learning_rate", "optimizer.learning_rate"},
      {"epochs", "trainer.epochs"},
      {"num_epochs", "trainer.epochs"},
      {"batch_size", "trainer.batch"},
      {"batch-size", "trainer.batch"},
      {"trainer.batch_size", "trainer.batch"},
      {"batch", "trainer.batch"},
      {"data", "data.file"},
      {"dataset", "data.file"},
      {"fractions", "data.fractions"},
      {"validation_split", "data.fractions"},
      {"test_size", "data.fractions"},
      {"seed", "run.seed"},
      {"random_state", "run.seed"},
      {"workers", "data.threads"},
      {"num_workers", "data.threads"},
      {"threads", "trainer.threads"},
      {"weight_decay", "optimizer.weight_decay"},
      {"momentum", "optimizer.momentum"},
      {"dropout", "model.dropout"},
      {"hidden", "model.hidden"},
      {"hidden_layer_sizes", "model.hidden"},
      {"model", "model.name"},
      {"optimizer", "optimizer.name"},
      {"scheduler", "schedule.name"},
      {"patience", "early_stopping.patience"},
      {"early_stopping", "early_stopping.patience"},
      {"class_weight", "task.class_weights"},
      {"monitor", "checkpoint.metric"},
      {"output_dir", "run.folder"},
      {"gpu", "device"},
      {"Trainer.Epochs", "trainer.epochs"},
      {"trainer.epoch", "trainer.epochs"},
  };
  for (const auto& [name, key] : kMeant) EXPECT_EQ(nearest(name, known), key) << name;
  for (const char* name : {"foo", "n", "xyzzy", "colour"}) EXPECT_EQ(nearest(name, known), "") << name;
}

TEST(Suggestion, IsOfWhatTheCommandHas) {
  const std::vector<std::string> known = {"checkpoint", "batch", "data.file", "threads", "out"};
  EXPECT_EQ(nearest("model", known), "checkpoint");
  EXPECT_EQ(nearest("batch_size", known), "batch");
  EXPECT_EQ(nearest("output", known), "out");
  EXPECT_EQ(nearest("lr", known), "");
}

// An alias of a removed key would suggest nothing.
TEST(Suggestion, AliasesNameKeysOfSomeCommand) {
  trainer::ExperimentOptions experiment;
  const std::vector<std::string> known = keys(trainer::run_options(experiment));
  for (const char* name : {"lr", "wd", "batchsize", "numepochs", "njobs", "datapath", "valsplit", "transforms", "normalize", "imputer",
                           "classweight", "poslabel", "arch", "dropoutrate", "batchnorm", "init", "savesteps", "gamma", "warmup"}) {
    EXPECT_NE(nearest(name, known), "") << name;
  }
}

}  // namespace
}  // namespace galen::launch
