#pragma once

#include "data/files/dataset.h"
#include "trainer/checkpoint/manifest.h"

#include <string>
#include <vector>

namespace galen::trainer {

/// Numbers the classes of a data set (orders its labels, or values) as those of a saved model are, by their names: see data::map_classes().
/// Returns what has to be said of it, a sentence each: which names were taken for which, and that there are none to go by.
///
/// Targets of another kind than those that the model learnt, a class with samples or a label that the model does not know, and a label
/// or value that the data set lacks throw galen::Error with both lists. A data set without targets is left as it is.
std::vector<std::string> match_targets(const Manifest& manifest, data::Dataset& dataset, const std::string& checkpoint);

}  // namespace galen::trainer
