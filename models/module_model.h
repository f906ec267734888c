#pragma once

#include "models/model.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace torch::nn {
class Module;
}

namespace galen::models {

class LinearImpl;

/// A torch::nn::Module as a Model; use wrap().
class ModuleModel : public Model {
 public:
  using Forward = std::function<Outputs(const Inputs&)>;

  /// `sample_shape`: of the only input; with it, the layers of a torch::nn::Sequential show their output shapes.
  ModuleModel(std::shared_ptr<torch::nn::Module> module, Forward forward, OutputForm form, std::vector<std::int64_t> sample_shape);

  Outputs forward(const Inputs& inputs) override { return forward_(inputs); }
  std::vector<NamedTensor> parameters() const override;
  std::vector<NamedTensor> buffers() const override;
  void offer_gradients(const std::vector<at::Tensor>& memory) override;
  void set_training(bool training) override;
  void to(at::Device device) override;
  OutputForm output_form() const override { return form_; }
  std::vector<LayerRow> layers() const override;

 private:
  struct DenseLayer {
    LinearImpl* layer;
    std::size_t weight;  // among parameters()
  };

  std::shared_ptr<torch::nn::Module> module_;
  Forward forward_;
  OutputForm form_;
  std::vector<std::int64_t> sample_shape_;
  std::vector<DenseLayer> dense_layers_;
};

/// What turns into a tensor alone, never into Inputs: tells forward(at::Tensor) from forward(const Inputs&).
struct OneTensor {
  operator const at::Tensor&() const;
};

/// Any user's module as a Model, with the values it has. `M` is a torch::nn::Module with f32 parameters and forward(at::Tensor), which is
/// given the values of the only input, or forward(const Inputs&) (see Model::forward); it returns [n, outputs] or Outputs. A module holder
/// hands its module over with `.ptr()`.
template <typename M>
std::unique_ptr<Model> wrap(std::shared_ptr<M> module, OutputForm form = OutputForm::kLogits, std::vector<std::int64_t> sample_shape = {}) {
  constexpr bool takes_tensor = requires(M & network, const OneTensor& values) { network.forward(values); };
  auto forward = [network = module.get()](const Inputs& inputs) -> Outputs {
    if constexpr (takes_tensor) {
      return network->forward(inputs.only());
    } else {
      return network->forward(inputs);
    }
  };
  return std::make_unique<ModuleModel>(std::move(module), std::move(forward), form, std::move(sample_shape));
}

}  // namespace galen::models
