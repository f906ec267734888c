#include "trainer/same_run.h"

#include "galen/error.h"
#include "models/model_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace galen::trainer {

namespace {

std::string quoted(const std::string& value) { return value.empty() ? "no value" : value; }

// Throws where one of the keys has another value now; `consequence`: of going on.
void check_same(const std::vector<const char*>& keys, const Manifest& saved, const Manifest& now, const char* consequence) {
  for (const char* key : keys) {
    const auto before = saved.record.find(key);
    const auto after = now.record.find(key);
    if (before == saved.record.end() || after == now.record.end() || before->second == after->second) continue;
    if (models::names_script(before->second) && models::names_script(after->second)) continue;  // the run has its own copy
    throw UsageError("{} = {}, but the run to be resumed has {}: {}. Leave the key as it was, or begin another run in another run.folder.",
                     key, quoted(after->second), quoted(before->second), consequence);
  }
}

// What the names and shapes of tensors follow from, beside the data.
void check_same_tensors(const Manifest& saved, const Manifest& now) {
  check_same({"model.name", "model.hidden", "model.filters", "model.batch_norm", "optimizer.name"}, saved, now,
             "its checkpoints would not fit");
}

// A checkpoint without a target scale is of a run that learns targets as they are, or of no regression.
void check_same_targets(const Manifest& saved, const Manifest& now, Progress& progress) {
  if (saved.task.name != "regression") return;
  check_same({"task.standardize_target"}, saved, now, "it learns targets in other units");
  const auto asked = now.record.find("task.standardize_target");
  if (saved.task.target_scale.empty() && asked != now.record.end() && asked->second == "true") {
    progress.say("note: the run learns targets as they are (task.standardize_target = false), and goes on so.");
  }
}

// Another split would test on samples that were trained on.
void check_same_split(const Manifest& saved, const Manifest& now) {
  check_same({"data.split", "data.split_source", "data.split_seed", "data.fractions"}, saved, now,
             "samples would change the side of the split that they are on");
}

// Of which the order of an epoch's samples is made, beside its seed.
void check_same_order(const Manifest& saved, const Manifest& now) {
  if (saved.state.samples_consumed == 0) return;
  std::vector<const char*> keys = {"data.order", "data.length_window"};
  if (now.vocabulary) keys.push_back("trainer.batch");
  check_same(keys, saved, now, "it stands in the middle of an epoch, and samples would be repeated or left out");
}

}  // namespace

void check_same_run(const Manifest& saved, const Manifest& now, Progress& progress) {
  if (saved.names != now.names) {
    throw UsageError(
        "the run to be resumed numbers its classes, labels or values otherwise: {}; with this data.file, and task.positive, they are {}. "
        "Leave both as they were, or begin another run in another run.folder.",
        fmt::join(saved.names, ", "), fmt::join(now.names, ", "));
  }
  if (saved.dataset_digest != now.dataset_digest) {
    throw UsageError("the run to be resumed was trained on another data set than data.file (their digests differ). Begin another run.");
  }
  if (saved.seed != now.seed) {
    throw UsageError("run.seed = {}, but the run to be resumed has seed {}. Begin another run.", now.seed, saved.seed);
  }
  check_same_tensors(saved, now);
  check_same_split(saved, now);
  check_same_targets(saved, now, progress);
  check_same_order(saved, now);
  if (!saved.arithmetic.empty() && saved.arithmetic != now.arithmetic) {
    progress.say(fmt::format("note: resumed with {}; it was {}: results may differ in their last bits.", now.arithmetic, saved.arithmetic));
  }
  if (saved.threads != now.threads) {
    progress.say(fmt::format("note: resumed with trainer.threads = {} instead of {}: results may differ in their last bits.", now.threads,
                             saved.threads));
  }
}

}  // namespace galen::trainer
