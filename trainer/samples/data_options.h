#pragma once

#include "data/files/dataset.h"
#include "data/loading_options.h"
#include "data/preparation/preparation.h"
#include "data/sampling/split.h"
#include "trainer/tasks/task_options.h"

namespace galen::trainer {

/// The data of a run: a file, its split, preparation and loading, and the task.
struct DataOptions {
  data::DatasetOptions dataset;
  data::SplitOptions split;
  data::PreparationOptions preparation;
  data::LoadingOptions loading;
  TaskOptions task;
};

}  // namespace galen::trainer
