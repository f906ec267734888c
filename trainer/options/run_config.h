#pragma once

#include <map>
#include <string>

namespace galen::trainer {

/// The record of a run that was not started by a galen command, in the form of one that was: `settings` (settings_of()) with absolute
/// paths.
std::map<std::string, std::string> record_of(std::map<std::string, std::string> settings);

/// Writes `record` as the run's config.cfg, with which `galen train` continues it. The program's own model becomes a comment: no command
/// can build it. Throws galen::Error on a full disk.
void write_config(const std::string& folder, const std::map<std::string, std::string>& record);

}  // namespace galen::trainer
