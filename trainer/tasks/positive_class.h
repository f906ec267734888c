#pragma once

#include "data/files/dataset.h"
#include "trainer/tasks/task.h"

#include <string>

namespace galen::trainer {

/// Numbers the two classes of the data set so that the one that task.positive names is the second one, whose probability a binary model
/// gives and whose cases sensitivity counts. Another name, and targets that are not two classes, throw galen::UsageError. Empty: nothing
/// changes.
void put_positive_last(const TaskOptions& options, data::Dataset& dataset);

/// What has to be said where the positive class of a binary task is called normal, healthy …, and nobody chose it; else empty.
std::string positive_note(const TaskOptions& options, const data::Dataset& dataset);

}  // namespace galen::trainer
