#pragma once

#include "trainer/logs/run_status.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace galen::launch {

/// A run's status as a person reads it, in a dozen lines; what was, relative to `now`.
std::string to_text(const std::string& run, const trainer::RunStatus& status, trainer::Instant now);

/// The same for programs. What is not known is null; times are ISO 8601, UTC.
nlohmann::ordered_json to_json(const trainer::RunStatus& status);

}  // namespace galen::launch
