#include "launch/options/help.h"

#include "galen/error.h"
#include "launch/commands/commands.h"
#include "launch/options/training_help.h"
#include "models/catalogue.h"
#include "trainer/options/run_options.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Help, ShowsUsageExamplesAndEveryOptionWithItsDefault) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = trainer::run_options(experiment);
  const std::string text = to_text({"galen x", "Does x.", {"galen x --y"}}, options);
  EXPECT_THAT(text, HasSubstr("galen x --y"));
  for (const Option& option : options) EXPECT_THAT(text, HasSubstr("--" + option.key + " "));
  EXPECT_THAT(text, HasSubstr("Default: 0.001."));
}

TEST(TrainingHelp, ShowsSharedOptionsAndTheModels) {
  trainer::ExperimentOptions experiment;
  const std::string text = training_help({"--help"}, {"galen x", "Does x.", {}}, trainer::run_options(experiment));
  EXPECT_THAT(text,
              testing::AllOf(HasSubstr("--trainer.max_steps "), HasSubstr("--data.file "), Not(HasSubstr("--optimizer.learning_rate "))));
  for (const models::CatalogueEntry& entry : models::catalogue()) {
    EXPECT_NE(entry.summary, "") << entry.name;
    EXPECT_THAT(text, HasSubstr("\n  " + entry.name + " ")) << entry.name;
  }
}

TEST(TrainingHelp, OfAModelShowsItsOwnOptions) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = trainer::run_options(experiment);
  const auto help = [&](const std::string& model) { return training_help({"--help", model}, {}, options); };
  EXPECT_THAT(help("cnn28"), testing::AllOf(HasSubstr("--model.filters "), HasSubstr("--optimizer.learning_rate "),
                                            HasSubstr("Default: 0.001."), Not(HasSubstr("--trainer.max_steps "))));
  EXPECT_THAT(help("resnet18"), testing::AllOf(HasSubstr("--model.dropout "), Not(HasSubstr("--model.filters "))));
  EXPECT_THAT(help("file:mine.pt"), testing::AllOf(HasSubstr("--model.output "), Not(HasSubstr("--model.dropout "))));
  EXPECT_THAT([&] { help("resnet81"); }, testing::ThrowsMessage<UsageError>(HasSubstr("Did you mean resnet18?")));
}

// Each option is on one of the two pages.
TEST(TrainingHelp, ShowsEachOptionOfAModelOnce) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = trainer::run_options(experiment);
  const std::string shared = training_help({"-h"}, {}, options);
  for (const models::CatalogueEntry& entry : models::catalogue()) {
    const std::string own = training_help({"-h", entry.name}, {}, options);
    for (const Option& option : options) {
      if (!models::is_for(option.models, entry.name)) continue;
      const std::string paragraph = "\n  --" + option.key + " ";
      const bool is_shared = shared.find(paragraph) != std::string::npos;
      EXPECT_NE(is_shared, own.find(paragraph) != std::string::npos) << option.key << ", " << entry.name;
    }
  }
}

TEST(Help, IsAskedForByEitherFlag) {
  EXPECT_TRUE(asks_for_help({"a", "--help"}));
  EXPECT_TRUE(asks_for_help({"-h"}));
  EXPECT_FALSE(asks_for_help({"--helpful"}));
}

TEST(Commands, AreThoseOfTheManual) {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.push_back(command.name);
  EXPECT_THAT(names, testing::ElementsAre("train", "evaluate", "predict", "import", "inspect", "synth", "launch", "checkpoint", "bench",
                                          "status", "audit", "doctor"));
}

}  // namespace
}  // namespace galen::launch
