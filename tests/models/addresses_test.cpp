// A step's bits must not depend on where its tensors lie in memory, as that depends on what was allocated before.

#include "models/factory.h"
#include "models/strict_products.h"
#include "tests/models/network_names.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/accumulate.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace galen::models {
namespace {

constexpr std::int64_t kBoundary = 64;  // bytes

/// `values`, so many bytes behind a boundary.
at::Tensor placed(const at::Tensor& values, std::int64_t offset) {
  const auto size = static_cast<std::int64_t>(values.element_size());
  const at::Tensor memory = at::empty({values.numel() + 2 * kBoundary / size}, values.options().requires_grad(false));
  const auto begin = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(memory.data_ptr()) % kBoundary);
  const at::Tensor place = memory.narrow(0, ((kBoundary - begin) % kBoundary + offset) / size, values.numel()).view(values.sizes());
  return place.copy_(values.detach());
}

at::Tensor waves(std::vector<std::int64_t> shape) {
  return at::arange(c10::multiply_integers(shape), at::kFloat).mul(0.37f).sin().reshape(shape);
}

/// Of each kind of tensor, in bytes behind a boundary.
struct Offsets {
  std::int64_t parameters = 0, input = 0, gradients = 0;
};

struct Case {
  ModelOptions options;
  std::int64_t samples = 5, outputs = 3;
};

class Network {
 public:
  explicit Network(const Case& network) : case_(network), model_(make_model(network.options, {{3, 22, 22}, network.outputs, true}, 1)) {
    for (const NamedTensor& named : model_->parameters()) parameters_.push_back(named.tensor.detach().clone());
    for (const NamedTensor& named : model_->buffers()) buffers_.push_back(named.tensor.clone());
    model_->set_training(true);
  }

  /// Outputs, all gradients, and running averages after a forward and a backward pass.
  std::vector<at::Tensor> step(const Offsets& offsets) {
    const auto parameters = model_->parameters();
    std::vector<at::Tensor> memory;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      at::Tensor tensor = parameters[i].tensor;
      tensor.set_data(placed(parameters_[i], offsets.parameters));
      tensor.mutable_grad() = at::Tensor();
      memory.push_back(placed(at::zeros_like(parameters_[i]), offsets.gradients));
    }
    const auto buffers = model_->buffers();
    for (std::size_t i = 0; i < buffers.size(); ++i) at::Tensor(buffers[i].tensor).set_data(placed(buffers_[i], offsets.parameters & ~7));
    model_->offer_gradients(memory);
    const at::Tensor input = placed(waves({case_.samples, 3, 22, 22}), offsets.input).requires_grad_();
    const at::Tensor output = model_->forward(input).main;
    output.backward(placed(waves({case_.samples, case_.outputs}), offsets.gradients));

    std::vector<at::Tensor> results = {output.detach(), input.grad()};
    for (const NamedTensor& named : parameters) results.push_back(named.tensor.grad());
    for (const NamedTensor& named : buffers) results.push_back(named.tensor);
    return results;
  }

 private:
  Case case_;
  std::unique_ptr<Model> model_;
  std::vector<at::Tensor> parameters_, buffers_;
};

class Addresses : public testing::TestWithParam<int> {
 protected:
  ~Addresses() override { at::set_num_threads(threads_); }
  const int threads_ = at::get_num_threads();
};

TEST_P(Addresses, OfOperandsDoNotChangeBits) {
  at::set_num_threads(GetParam());
  // Of products of one row or one column MKL is known to choose loops by alignment.
  std::vector<Case> networks = {{{.name = "cnn28", .memory_format = MemoryFormat::kContiguous}},
                                {{.name = "dense_net", .hidden = {1000}}, 64, 10},
                                {{.name = "dense_net"}, 100, 1},
                                {{.name = "dense_net", .hidden = {576}}, 1, 64},
                                {{.name = "dense_net", .hidden = {17}}, 7, 1},
                                {{.name = "dense_net", .hidden = {0}}, 3, 5},
                                {{.name = "cnn28"}, 2, 1}};
  for (const std::string& name : network_names()) {
    networks.push_back({{.name = name}});
    if (name != "resnet18") networks.push_back({{.name = name, .batch_norm = true}});
  }
  for (const Case& each : networks) {
    Network network(each);
    const std::vector<at::Tensor> expected = network.step({});
    for (const std::int64_t offset : {4, 8, 16, 32, 60}) {
      for (const Offsets& offsets : {Offsets{offset, 0, 0}, Offsets{0, offset, 0}, Offsets{offset, 60 - offset, offset}}) {
        const std::vector<at::Tensor> found = network.step(offsets);
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          EXPECT_TRUE(found[i].equal(expected[i]))
              << each.options.name << ", " << each.samples << " samples, " << each.outputs << " outputs, result " << i << ", parameters at "
              << offsets.parameters << ", input at " << offsets.input << ", gradients at " << offsets.gradients;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, Addresses, testing::Values(1, 2, 4));

TEST(StrictProducts, AreMklsDefault) {
  const char* mode = std::getenv("MKL_CBWR");
  const ProductMode found = make_products_strict();
  EXPECT_TRUE(found.strict) << found.name << " " << (mode != nullptr ? mode : "not set");
}

}  // namespace
}  // namespace galen::models
