#pragma once

#include "trainer/checkpoint/manifest.h"
#include "trainer/learner/setting.h"

#include <map>
#include <string>

namespace galen::trainer {

/// The manifest of a run before its first round. `settings`: settings_of() its options.
Manifest first_manifest(const Setting& setting, const std::map<std::string, std::string>& settings);

}  // namespace galen::trainer
