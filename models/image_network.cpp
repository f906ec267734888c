#include "models/image_network.h"

#include "models/module_model.h"

#include <torch/nn/modules/container/sequential.h>

#include <utility>

namespace galen::models {
namespace {

// Images of one channel are in both orders at once, and LibTorch then takes them for contiguous; strides of their own prevent that.
at::Tensor in_channels_last(const at::Tensor& images) {
  if (images.size(1) > 1) return images.contiguous(at::MemoryFormat::ChannelsLast);
  const std::int64_t height = images.size(2), width = images.size(3);
  return images.contiguous().as_strided(images.sizes(), {height * width, 1, width, 1});
}

}  // namespace

std::unique_ptr<Model> wrap_images(std::shared_ptr<torch::nn::SequentialImpl> network, OutputForm form,
                                   std::vector<std::int64_t> sample_shape, MemoryFormat memory_format) {
  const auto forward = [layers = network.get(), memory_format](const Inputs& inputs) -> Outputs {
    const at::Tensor& images = inputs.only();
    const bool channels_last = memory_format == MemoryFormat::kChannelsLast || (memory_format == MemoryFormat::kAuto && images.is_cpu());
    return layers->forward(channels_last ? in_channels_last(images) : images);
  };
  return std::make_unique<ModuleModel>(std::move(network), forward, form, std::move(sample_shape));
}

}  // namespace galen::models
