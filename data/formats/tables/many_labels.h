#pragma once

#include "data/formats/targets.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// The labels in a cell such as "Atelectasis|Effusion", tidied; brackets and quotes of a list, as Python prints it, do not count.
std::vector<std::string> labels_in(const std::string& cell, char separator);

/// What stands between the labels of a cell; none: each cell is one class. `option` is a character, none, or auto: |, ; or , where most
/// cells' labels come in several cells (those between commas mostly in several combinations too: "carcinoma, ductal" is a name). Where auto
/// finds none though cells hold such a character, and where it finds one, `notes` tell; `what` names the cells' origin.
std::optional<char> find_label_separator(const std::vector<std::string>& cells, const std::string& option, const std::string& what,
                                         std::vector<std::string>& notes);

/// The same where it is certain that cells hold labels: with `known` ones, what all cells can be split at into these; else |, ; or ,
/// whichever any cell holds.
std::optional<char> find_separator_of_labels(const std::vector<std::string>& cells, const std::string& option,
                                             const std::vector<std::string>& known);

/// Multi-label targets, sorted by name, or numbered as `known` has them, in which every label must be. An empty cell has no label.
Targets targets_from_labels(const std::vector<std::string>& cells, char separator, const std::vector<std::string>& known,
                            const std::string& what);

}  // namespace galen::data
