#pragma once

#include "data/files/dataset.h"
#include "data/loading_options.h"
#include "data/preparation/preparation.h"
#include "data/sampling/split.h"
#include "trainer/tasks/task.h"

namespace galen::trainer {

/// What a run learns from: a file, how it is split, prepared and read, and what is learnt of it.
struct DataOptions {
  data::DatasetOptions dataset;
  data::SplitOptions split;
  data::PreparationOptions preparation;
  data::LoadingOptions loading;
  TaskOptions task;
};

}  // namespace galen::trainer
