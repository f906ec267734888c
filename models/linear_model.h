#pragma once

#include "models/model.h"
#include "models/model_options.h"

#include <memory>
#include <vector>

namespace galen::models {

/// What linear, logistic and Poisson regression fit: linear predictors of the columns of a table, in f64. It has no parameters that
/// gradients train; its coefficients are buffers:
///
///   weight      [outputs, columns]  of the columns as the preparation leaves them
///   bias        [outputs]
///   target      [2]                 mean and deviation that predictions are standardised by, for tasks that learn so; else 0 and 1
///   covariance  [c, c]              of all coefficients, c = outputs · (1 + columns), intercept first in each output, of the columns as
///   they
///                                   are stored; zeros where it is not estimated. Up to kLargestCovariance coefficients.
class LinearModel final : public Model {
 public:
  enum class Link { kIdentity, kExponential };  ///< exponential: of rates, for Poisson regression

  static constexpr std::int64_t kLargestCovariance = 2000;

  LinearModel(const ModelShape& shape, Link link);

  Outputs forward(const Inputs& inputs) override;
  std::vector<NamedTensor> parameters() const override { return {}; }
  std::vector<NamedTensor> buffers() const override;
  void set_training(bool /*training*/) override {}
  void to(at::Device device) override;
  at::ScalarType input_type() const override { return at::kDouble; }
  OutputForm output_form() const override { return OutputForm::kLogits; }
  std::vector<LayerRow> layers() const override;

 private:
  Link link_;
  at::Tensor weight_, bias_, target_, covariance_;  // covariance_ is undefined above kLargestCovariance
};

/// For the table of the factory. Samples that are not rows of a table throw galen::UsageError.
std::unique_ptr<Model> make_linear_regression(const ModelOptions& options, const ModelShape& shape);  ///< linear, logistic
std::unique_ptr<Model> make_poisson_regression(const ModelOptions& options, const ModelShape& shape);

}  // namespace galen::models
