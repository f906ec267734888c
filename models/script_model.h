#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <memory>
#include <string>

namespace galen::models {

/// The TorchScript module in `path` (options.script: its bytes, `path` then names them), with the values it was saved with. It takes
/// the values of each input, [n, input…] f32 (texts: [n, T] i64, see Model::forward); with twice as many arguments the length of each
/// behind them, [n] i64, and with three times as many which samples have each, [n] bool. It gives [n, outputs] f32, which is tried on two
/// samples of zeros (texts: of the largest id). options.output says what its outputs are (auto: logits). A file that cannot be read, a
/// module without trainable f32 parameters or of another shape throws galen::Error.
std::unique_ptr<Model> load_script(const std::string& path, const ModelOptions& options, const ModelShape& shape);

}  // namespace galen::models
