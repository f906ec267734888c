#pragma once

#include "trainer/evaluation/predictions.h"
#include "trainer/evaluation/report.h"
#include "trainer/measures/measure.h"
#include "trainer/tasks/task.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace galen::trainer {

/// What a report says: the loss, where the task has no other name for it, then the task's metrics, and what the options ask for beyond
/// them. `scores`: Task::scores() of the predictions, contiguous.
std::vector<Measure> measures_of(const Task& task, const Predictions& predictions, const at::Tensor& scores, const ReportOptions& options);

}  // namespace galen::trainer
