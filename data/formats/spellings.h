#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// One name for each spelling among `cells`: the cell itself where `known` has it, else the known name with the same spelling_key(), else
/// tidy_name() of the most frequent spelling with that key; of two the one that comes first. What was joined is reported in `notes`, with
/// `what` before it: "Column outcome".
std::vector<std::string> join_spellings(std::vector<std::string> cells, const std::vector<std::string>& known, const std::string& what,
                                        std::vector<std::string>& notes);

/// The same of patients' ids, which the notes do not show: one patient in two spellings must not be on both sides of a split.
std::vector<std::string> join_patients(std::vector<std::string> ids, std::vector<std::string>& notes);

/// The names that `class_names` (ImportOptions) names: OLD of each OLD=NEW.
std::vector<std::string> old_names(std::vector<std::string> class_names);

}  // namespace galen::data
