#include "trainer/options/resume_rules.h"

#include "galen/error.h"
#include "launch/options/experiment_options.h"
#include "trainer/resume/same_run.h"

#include <gmock/gmock.h>

#include <set>

namespace galen::launch {
namespace {

// A new option of a run has no rule: whether a run that goes on may change it must be decided in trainer/options/resume_rules.cpp.
TEST(ResumeRules, ThereIsOneForEachOption) {
  trainer::ExperimentOptions experiment;
  std::set<std::string> options, rules;
  for (const Option& option : experiment_options(experiment)) options.insert(option.key);
  for (const trainer::ResumeRule& rule : trainer::resume_rules()) {
    EXPECT_TRUE(rules.insert(rule.key).second) << rule.key << " twice";
    EXPECT_NE(rule.why, "") << rule.key;
    EXPECT_EQ(rule.on_resume == OnResume::kDerived, rule.part != RunPart::kNone) << rule.key;
  }
  EXPECT_EQ(rules, options);
}

TEST(ResumeRules, TakeEachOptionsOwnValue) {
  trainer::ExperimentOptions experiment;
  const std::vector<Option> options = experiment_options(experiment);
  EXPECT_EQ(settings_of(experiment), record_of(options));
  for (const Option& option : options) {
    for (const char* sample : {"0.25", "3", "7", "0.1,0.2,0.7", "5,6", "true", "false", "other", "file:net.pt", "cuda", "binary", "sgd"}) {
      if (!option.set(sample)) continue;
      EXPECT_EQ(settings_of(experiment).at(option.key), option.get()) << option.key;
    }
  }
  EXPECT_EQ(settings_of(experiment), record_of(options));
}

// Each option in turn has another value: the fixed ones are refused by name, before anything is read.
TEST(ResumeRules, EveryFixedOptionIsRefusedByItsName) {
  trainer::Manifest saved;
  saved.settings = settings_of(trainer::ExperimentOptions());
  for (const trainer::ResumeRule& rule : trainer::resume_rules()) {
    trainer::ExperimentOptions changed;
    for (const Option& option : experiment_options(changed)) {
      if (option.key != rule.key) continue;
      const std::string before = option.get();
      for (const char* sample :
           {"0.25",       "3",     "7",      "0.1,0.2,0.7", "5,6",    "true",    "false", "cuda",   "file:net.pt",
            "none",       "drawn", "binary", "torch",       "logits", "fast",    "sgd",   "cosine", "skip",
            "contiguous", "exact", "bf16",   "median",      "other",  "process", "stop",  "allow",  "clopper-pearson"}) {
        if (option.get() == before) option.set(sample);
      }
      EXPECT_NE(option.get(), before) << rule.key;
    }
    const auto check = [&] { check_same_settings(saved, settings_of(changed)); };
    if (rule.on_resume == OnResume::kFixed) {
      EXPECT_THAT(check, testing::ThrowsMessage<UsageError>(testing::AllOf(testing::StartsWith(rule.key), testing::HasSubstr(rule.why))));
    } else {
      EXPECT_NO_THROW(check()) << rule.key;
    }
  }
}

// The whole list of what may change, so that nobody lengthens it unseen.
TEST(ResumeRules, WhatMayChangeIsAShortList) {
  std::set<std::string> free;
  for (const trainer::ResumeRule& rule : trainer::resume_rules()) {
    if (rule.on_resume == OnResume::kMayChange || rule.on_resume == OnResume::kLastBits) free.insert(rule.key);
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
