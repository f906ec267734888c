#pragma once

#include "data/files/dataset.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/logs/progress.h"

#include <map>
#include <string>

namespace galen::trainer {

struct PreparedData;

/// Throws galen::UsageError where an option that may not change on resume (galen/resume_rule.h) is another than in the run of which a
/// checkpoint was `saved`, or where the checkpoint, of an older version, does not tell. `settings`: settings_of() the options. Before
/// anything is read.
void check_same_settings(const Manifest& saved, const std::map<std::string, std::string>& settings);

/// Throws galen::UsageError where what is to be trained `now`, on `data`, cannot go on from that run: other data, other members of a
/// subset, another task, whatever the options say. Names the option where one is to blame, and how many samples would be tested on that
/// were trained on. Before samples are read.
void check_same_data(const Manifest& saved, const Manifest& now, const PreparedData& data);

/// The same of what is fitted to the training split.
void check_same_preparation(const Manifest& saved, const Manifest& now);

/// Reports what has changed and may.
void tell_changes(const Manifest& saved, const Manifest& now, Progress& progress);

}  // namespace galen::trainer
