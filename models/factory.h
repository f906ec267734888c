#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace galen::models {

/// Builds and initialises a model; the values are a pure function of (options, shape, seed). An unknown name throws galen::UsageError
/// with the nearest known one, and so does an option that the model does not have; an input that does not fit throws galen::Error that
/// shows both shapes.
std::unique_ptr<Model> make_model(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

/// Names that make_model knows, for help texts.
std::vector<std::string> names();

/// The known name, or way to write it, that `name` was probably meant to be; empty if there is none.
std::string nearest_name(const std::string& name);

/// The model as a table: layer, output shape, parameters; and their sum.
std::string describe(const Model& model);

}  // namespace galen::models
