#pragma once

#include "models/model.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/task.h"

#include <string>

namespace galen::trainer {

/// A note on a user's module whose outputs are used as logits but look like probabilities; else empty. They do if the outputs of some
/// training samples, unchanged and multiplied by a thousand, are in 0 … 1, and sum to 1 if classes are exclusive. The module runs in
/// evaluation mode, and its values are unchanged. Throws galen::Error for outputs of another shape than the task's.
std::string output_form_note(models::Model& model, const Task& task, const PreparedData& data, at::Device device);

}  // namespace galen::trainer
