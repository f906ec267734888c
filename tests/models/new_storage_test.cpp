// The trainer moves each model's tensors into one flat buffer by set_data(); the model must then live there.

#include "models/factory.h"
#include "models/module_model.h"
#include "tests/models/script_fixture.h"
#include "tests/support/temporary_folder.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

namespace galen::models {
namespace {

constexpr std::int64_t kOutputs = 3;

struct NewStorageNet : torch::nn::Module {
  NewStorageNet() : dense(register_module("dense", torch::nn::Linear(3 * 22 * 22, kOutputs))) {}
  at::Tensor forward(const at::Tensor& x) { return dense->forward(x.flatten(1)); }
  torch::nn::Linear dense;
};

std::unique_ptr<Model> make(const std::string& name, const test::TemporaryFolder& folder) {
  const ModelShape shape{{3, 22, 22}, kOutputs, true};
  if (name == "wrapped") return wrap(std::make_shared<NewStorageNet>());
  if (name != "script") return make_model({.name = name, .batch_norm = name != "resnet18"}, shape, 0);
  const auto path = folder / "net.pt";
  test::save_script(path, 3 * 22 * 22, kOutputs, test::kDenseForward);
  return make_model({.name = "file:" + path.string()}, shape, 0);
}

at::Tensor move_to_one_buffer(const std::vector<NamedTensor>& tensors) {
  std::int64_t size = 0;
  for (const NamedTensor& tensor : tensors) size += tensor.tensor.numel();
  at::Tensor buffer = at::zeros({size}), rest = buffer;
  for (const NamedTensor& named : tensors) {
    at::Tensor tensor = named.tensor;
    const at::Tensor view = rest.slice(0, 0, tensor.numel()).view(tensor.sizes());
    view.copy_(tensor.detach());
    tensor.set_data(view);
    rest = rest.slice(0, tensor.numel());
  }
  return buffer;
}

class NewStorage : public testing::TestWithParam<std::string> {
 protected:
  test::TemporaryFolder folder_;
  std::unique_ptr<Model> model_ = make(GetParam(), folder_);
  at::Tensor input_ = at::rand({4, 3, 22, 22});

  at::Tensor evaluated() {
    const at::NoGradGuard no_grad;
    model_->set_training(false);
    return model_->forward(input_).main;
  }
};

TEST_P(NewStorage, ForwardReadsTheBuffer) {
  const at::Tensor before = evaluated();
  const at::Tensor buffer = move_to_one_buffer(model_->parameters());
  EXPECT_TRUE(at::equal(evaluated(), before));

  buffer.zero_();
  const at::Tensor outputs = evaluated();
  EXPECT_TRUE(at::equal(outputs, outputs[0][0].expand_as(outputs)));  // nothing of the input is left
  EXPECT_FALSE(at::equal(outputs, before));
}

TEST_P(NewStorage, AStepOnTheBufferIsAStepOfTheModel) {
  const at::Tensor buffer = move_to_one_buffer(model_->parameters());
  const at::Tensor before = evaluated();
  model_->set_training(true);
  model_->forward(input_).main.square().sum().backward();
  for (const auto& [name, tensor] : model_->parameters()) {
    ASSERT_TRUE(tensor.grad().defined()) << name;
    EXPECT_EQ(tensor.grad().sizes(), tensor.sizes());
    const at::NoGradGuard no_grad;
    at::Tensor(tensor).sub_(tensor.grad(), 1e-6);
  }
  EXPECT_FALSE(at::equal(evaluated(), before));
  EXPECT_EQ(model_->parameters()[0].tensor.data_ptr(), buffer.data_ptr());
}

TEST_P(NewStorage, GradientsMayLieInABufferToo) {
  std::int64_t size = 0;
  const auto parameters = model_->parameters();
  for (const NamedTensor& parameter : parameters) size += parameter.tensor.numel();
  const at::Tensor gradients = at::zeros({size});
  std::int64_t begin = 0;
  for (const NamedTensor& parameter : parameters) {
    at::Tensor tensor = parameter.tensor;
    tensor.mutable_grad() = gradients.slice(0, begin, begin + tensor.numel()).view(tensor.sizes());
    begin += tensor.numel();
  }
  model_->set_training(true);
  model_->forward(input_).main.square().sum().backward();
  EXPECT_GT(gradients.norm().item<float>(), 0);
  EXPECT_EQ(parameters[0].tensor.grad().data_ptr(), gradients.data_ptr());
}

TEST_P(NewStorage, BuffersMoveToo) {
  std::vector<NamedTensor> floating;
  for (const NamedTensor& buffer : model_->buffers()) {
    if (buffer.tensor.is_floating_point()) floating.push_back(buffer);
  }
  if (floating.empty()) return;
  const at::Tensor before = evaluated();
  const at::Tensor buffer = move_to_one_buffer(floating);
  EXPECT_TRUE(at::equal(evaluated(), before));
  buffer.add_(1);
  EXPECT_FALSE(at::equal(evaluated(), before));
}

INSTANTIATE_TEST_SUITE_P(, NewStorage, testing::Values("cnn28", "cnn150", "dense_net", "resnet18", "wrapped", "script"),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace galen::models
