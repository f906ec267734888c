// Runs trained by another program than galen, used by galen's commands.

#include "comm/single_communicator.h"
#include "models/factory.h"
#include "tests/launch/galen_program.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace galen::launch {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ProgramRun : public testing::Test {
 protected:
  trainer::ExperimentOptions options(const std::string& run) const {
    trainer::ExperimentOptions options = test::small_run(folder_, run);
    options.trainer.lanes = 1;
    options.split = {.source = data::SplitSource::kDrawn, .seed = 5};
    return options;
  }
  test::ProgramResult galen(const std::vector<std::string>& arguments) const {
    return test::run_galen(std::filesystem::path(folder_ / ""), arguments);
  }

  std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
  test::SharedFolder folder_{*alone_, 28, 1, 70};
};

TEST_F(ProgramRun, IsEvaluatedAndResumedAsItWasTrained) {
  const trainer::ExperimentOutcome outcome = trainer::train(options("run"), *alone_);
  const test::ProgramResult evaluated = galen({"evaluate", "--checkpoint", "run/best", "--json", "test.json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.errors;
  EXPECT_THAT(evaluated.output, AllOf(HasSubstr("device: cpu"), HasSubstr("has no lines about the training")));
  const auto report = nlohmann::json::parse(test::read_file(folder_ / "test.json"));
  EXPECT_EQ(report.at("samples"), outcome.test.samples);
  EXPECT_NEAR(report.at("auc").at("value").get<double>(), outcome.test.value("auc"), 1e-9) << "of the split of seed 5";

  const test::ProgramResult resumed = galen({"train", "run/config.cfg", "--resume", "--trainer.epochs", "3"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_EQ(trainer::read_manifest(folder_ / "run/last").state.epoch, 3);
}

TEST_F(ProgramRun, OfItsOwnModelIsRefused) {
  trainer::ExperimentOptions own = options("own");
  own.trainer.max_steps = 1;
  trainer::train(own, *alone_, nullptr, models::make_model({.name = "cnn28"}, {{1, 28, 28}, 1, true}, /*seed=*/1));
  for (const char* command : {"evaluate", "predict"}) {
    const test::ProgramResult refused = galen({command, "--checkpoint", "own/best"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("model defined in the program that trained it"));
  }
  const test::ProgramResult resumed = galen({"train", "own/config.cfg", "--resume"});
  EXPECT_EQ(resumed.exit_code, 2);
  EXPECT_THAT(resumed.errors, AllOf(HasSubstr("model.name"), HasSubstr("own")));
}

}  // namespace
}  // namespace galen::launch
