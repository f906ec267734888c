#pragma once

#include "trainer/logs/run_status.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace galen::launch {

/// A run's status for a terminal, in a dozen lines; times relative to `now`.
std::string to_text(const std::string& run, const trainer::RunStatus& status, trainer::Instant now);

/// The same as JSON. Unknown values are null; times are ISO 8601, UTC.
nlohmann::ordered_json to_json(const trainer::RunStatus& status);

}  // namespace galen::launch
