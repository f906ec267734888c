#pragma once

#include "data/files/dataset.h"
#include "trainer/checkpoint/manifest.h"

#include <string>
#include <vector>

namespace galen::trainer {

/// Numbers the classes of a data set (orders its labels, or values) as in a saved model, by their names: see data::map_classes(). Returns
/// notes for the user, a sentence each: names that differ in spelling, or that there are no names.
///
/// Throws galen::Error with both lists for targets of another kind than the model's, a class with samples or a label that the model does
/// not have, and a label or value that the data set lacks. A data set without targets is unchanged.
std::vector<std::string> match_targets(const Manifest& manifest, data::Dataset& dataset, const std::string& checkpoint);

}  // namespace galen::trainer
