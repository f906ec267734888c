#pragma once

#include <string>
#include <vector>

namespace galen::trainer {

class Task;
struct PreparedData;

/// What a person wants to know of a split before minutes of training, a sentence each: classes, labels or values of which training holds
/// nothing to learn from, figures that validation or test cannot have, subsets that are empty or of very few patients.
///
/// Training samples that are all of one class (or whose labels or values are all the same) teach nothing: that throws galen::Error.
std::vector<std::string> check_split(const Task& task, const PreparedData& data);

}  // namespace galen::trainer
