#include "launch/options/help.h"

#include "launch/commands/commands.h"
#include "launch/options/experiment_options.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using testing::HasSubstr;

TEST(Help, ShowsUsageExamplesAndEveryOptionWithItsDefault) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = experiment_options(experiment);
  const std::string text = to_text({"galen x", "Does x.", {"galen x --y"}}, options);
  EXPECT_THAT(text, HasSubstr("galen x --y"));
  for (const Option& option : options) EXPECT_THAT(text, HasSubstr("--" + option.key + " "));
  EXPECT_THAT(text, HasSubstr("Default: 0.001."));
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
