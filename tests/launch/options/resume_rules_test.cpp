#include "galen/error.h"
#include "launch/options/configuration.h"
#include "tests/launch/options/other_value.h"
#include "trainer/options/run_options.h"
#include "trainer/resume/same_run.h"

#include <gmock/gmock.h>

#include <set>

namespace galen::launch {
namespace {

// A new option of a run has no rule until its description decides whether a resumed run may change it.
TEST(ResumeRules, ThereIsOneForEachOption) {
  trainer::ExperimentOptions experiment;
  for (const Option& option : trainer::run_options(experiment)) {
    EXPECT_NE(option.rule.on_resume, OnResume::kUndecided) << option.key;
    EXPECT_NE(option.rule.why, "") << option.key;
    EXPECT_EQ(option.rule.on_resume == OnResume::kDerived, option.rule.part != RunPart::kNone) << option.key;
  }
}

// The record of a program's run equals that of a command's run.
TEST(ResumeRules, SettingsAreTheOptionsOfTheModel) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = trainer::run_options_of_model(experiment);
  for (const Option& option : options) {
    if (option.key == "model.name") continue;
    set_other_value(option);
    EXPECT_EQ(settings_of(experiment).at(option.key), option.get()) << option.key;
  }
  EXPECT_EQ(settings_of(experiment), record_of(options));
}

// Each option in turn has another value: the fixed ones are refused by name, before anything is read.
TEST(ResumeRules, EveryFixedOptionIsRefusedByItsName) {
  trainer::Manifest saved;
  trainer::ExperimentOptions usual;
  saved.settings = record_of(trainer::run_options(usual));
  for (const std::string& key : keys(trainer::run_options(usual))) {
    trainer::ExperimentOptions changed;
    ResumeRule rule;
    const std::vector<Option> options = trainer::run_options(changed);
    for (const Option& option : options) {
      if (option.key != key) continue;
      set_other_value(option);
      rule = option.rule;
    }
    const auto check = [&] { check_same_settings(saved, record_of(options)); };
    if (rule.on_resume == OnResume::kFixed) {
      EXPECT_THAT(check, testing::ThrowsMessage<UsageError>(testing::AllOf(testing::StartsWith(key), testing::HasSubstr(rule.why))));
    } else {
      EXPECT_NO_THROW(check()) << key;
    }
  }
}

// The complete list of options that may change, so that additions are noticed.
TEST(ResumeRules, WhatMayChangeIsAShortList) {
  std::set<std::string> free;
  trainer::ExperimentOptions experiment;
  for (const Option& option : trainer::run_options(experiment)) {
    if (option.rule.on_resume == OnResume::kMayChange || option.rule.on_resume == OnResume::kLastBits) free.insert(option.key);
  }
  for (const char* key : {"optimizer.learning_rate", "schedule.name", "trainer.batch", "checkpoint.metric", "data.split_seed",
                          "data.scaling", "data.order", "model.output", "task.class_weights", "comm.compression", "run.seed"}) {
    EXPECT_FALSE(free.contains(key)) << key;
  }
  for (const char* key :
       {"trainer.epochs", "trainer.max_steps", "device", "coordinator.placement", "run.folder", "checkpoint.every_steps"}) {
    EXPECT_TRUE(free.contains(key)) << key;
  }
}

}  // namespace
}  // namespace galen::launch
