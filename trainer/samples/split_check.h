#pragma once

#include <string>
#include <vector>

namespace galen::trainer {

class Task;
struct PreparedData;

/// Notes on a split for the user, before training, a sentence each: classes, labels or values with no training samples to learn from,
/// metrics that are undefined in validation or test, subsets that are empty or of very few patients.
///
/// Throws galen::Error if all training samples are of one class, or all their labels or values are the same: nothing can be learnt.
std::vector<std::string> check_split(const Task& task, const PreparedData& data);

}  // namespace galen::trainer
