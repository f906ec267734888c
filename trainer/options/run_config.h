#pragma once

#include <map>
#include <string>

namespace galen::trainer {

/// What a run that no command started keeps of its options, as one that a command did: `settings` (settings_of()) with paths that hold
/// from any folder.
std::map<std::string, std::string> record_of(std::map<std::string, std::string> settings);

/// Writes `record` as the run's config.cfg, from which `galen train` goes on with it. A model of the program's own is a comment there: no
/// command can build it. A disk that is full throws galen::Error.
void write_config(const std::string& folder, const std::map<std::string, std::string>& record);

}  // namespace galen::trainer
