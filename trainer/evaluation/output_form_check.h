#pragma once

#include "models/model.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/task.h"

#include <string>

namespace galen::trainer {

/// What has to be said of a module of the user's whose outputs are taken as logits and look like probabilities; else empty. They do where
/// those of some training samples, as they are and a thousand times as large, lie in 0 … 1, and sum to 1 where classes exclude each other.
/// The module runs in evaluation mode, and keeps its values. Outputs of another shape than the task's throw galen::Error.
std::string output_form_note(models::Model& model, const Task& task, const PreparedData& data, at::Device device);

}  // namespace galen::trainer
