#include "models/linear_model.h"

#include "galen/error.h"
#include "models/factory.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace galen::models {
namespace {

std::map<std::string, at::Tensor> buffers_of(const Model& model) {
  std::map<std::string, at::Tensor> found;
  for (const NamedTensor& buffer : model.buffers()) found[buffer.name] = buffer.tensor;
  return found;
}

ModelOptions named(const char* name) {
  ModelOptions options;
  options.name = name;
  return options;
}

ModelShape table_of(std::int64_t columns, std::int64_t outputs) {
  ModelShape shape;
  shape.input = {columns};
  shape.outputs = outputs;
  return shape;
}

TEST(LinearModel, GivesLinearPredictorsInTheTasksUnits) {
  const auto model = make_model(named("linear"), table_of(2, 1), 0);
  EXPECT_TRUE(model->parameters().empty());
  EXPECT_EQ(model->input_type(), at::kDouble);
  const auto buffers = buffers_of(*model);
  buffers.at("weight").copy_(at::tensor({2.0, -1.0}, at::kDouble).view({1, 2}));
  buffers.at("bias").fill_(10);
  buffers.at("target").copy_(at::tensor({4.0, 2.0}, at::kDouble));
  const at::Tensor outputs = model->forward(at::tensor({1.0, 3.0, 0.0, 0.5}, at::kDouble).view({2, 2})).main;
  EXPECT_DOUBLE_EQ(outputs.const_data_ptr<double>()[0], (10 + 2 - 3 - 4) / 2.0);
  EXPECT_DOUBLE_EQ(outputs.const_data_ptr<double>()[1], (10 - 0.5 - 4) / 2);
}

TEST(LinearModel, GivesRatesForPoissonRegression) {
  const auto model = make_model(named("poisson"), table_of(1, 1), 0);
  const auto buffers = buffers_of(*model);
  buffers.at("weight").fill_(0.5);
  const at::Tensor outputs = model->forward(at::tensor({2.0}, at::kDouble).view({1, 1})).main;
  EXPECT_DOUBLE_EQ(outputs.const_data_ptr<double>()[0], std::exp(1.0));
}

TEST(LinearModel, KeepsACovarianceWhereThatIsSmall) {
  const auto small = make_model(named("logistic"), table_of(3, 2), 0);
  EXPECT_EQ(buffers_of(*small).at("covariance").sizes(), (std::vector<std::int64_t>{8, 8}));
  const auto large = make_model(named("logistic"), table_of(2500, 1), 0);
  EXPECT_FALSE(buffers_of(*large).contains("covariance"));
}

TEST(LinearModel, IsForTables) {
  ModelShape images;
  images.input = {1, 28, 28};
  EXPECT_THROW(make_model(named("logistic"), images, 0), UsageError);
}

}  // namespace
}  // namespace galen::models
