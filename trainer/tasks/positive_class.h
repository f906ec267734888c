#pragma once

#include "data/files/dataset.h"
#include "trainer/tasks/task.h"

#include <string>

namespace galen::trainer {

/// Numbers the two classes of the data set so that the one named by task.positive is the second one, whose probability a binary model
/// predicts and whose sensitivity is reported. Throws galen::UsageError for another name, and for targets that are not two classes. Empty:
/// no change.
void put_positive_last(const TaskOptions& options, data::Dataset& dataset);

/// A note if the positive class of a binary task is called normal, healthy …, and was not chosen; else empty.
std::string positive_note(const TaskOptions& options, const data::Dataset& dataset);

}  // namespace galen::trainer
