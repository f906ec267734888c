#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace torch::nn {
class SequentialImpl;
}

namespace galen::models {

/// A network of image layers as a Model, whose images [N, C, H, W] lie in the order that `memory_format` names: contiguous, channels_last,
/// or auto: the order that was measured to be the faster one for our networks on their device, channels_last on CPUs and contiguous on
/// GPUs. Never chosen by timing: the bits depend on it.
std::unique_ptr<Model> wrap_images(std::shared_ptr<torch::nn::SequentialImpl> network, OutputForm form,
                                   std::vector<std::int64_t> sample_shape, MemoryFormat memory_format);

}  // namespace galen::models
