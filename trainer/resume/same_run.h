#pragma once

#include "data/files/dataset.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/logs/progress.h"

#include <map>
#include <string>

namespace galen::trainer {

struct PreparedData;

/// Throws galen::UsageError if an option that may not change on resume (galen/resume_rule.h) differs from the run of the checkpoint
/// `saved`, or if the checkpoint, of an older version, does not record it. `settings`: settings_of() the options. Called before anything is
/// read.
void check_same_settings(const Manifest& saved, const std::map<std::string, std::string>& settings);

/// Throws galen::UsageError if the run `now`, on `data`, cannot continue that run: other data, other members of a subset, another task,
/// whatever the options are. Names the option responsible, if there is one, and how many samples would be tested on that were used in
/// training. Called before samples are read.
void check_same_data(const Manifest& saved, const Manifest& now, const PreparedData& data);

/// The same check for what is fitted to the training split.
void check_same_preparation(const Manifest& saved, const Manifest& now);

/// Reports permitted changes.
void tell_changes(const Manifest& saved, const Manifest& now, Progress& progress);

}  // namespace galen::trainer
