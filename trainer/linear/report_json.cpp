#include "trainer/linear/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace galen::trainer::linear {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json ratio_json(const Estimate& estimate, double unit) {
  return {{"ratio", number(std::exp(estimate.coefficient * unit))},
          {"low", number(std::exp(estimate.low * unit))},
          {"high", number(std::exp(estimate.high * unit))}};
}

Json estimate_json(const std::string& name, const Estimate& estimate, const Inference& inference) {
  return {{"name", name},
          {"coefficient", estimate.coefficient},
          {"standard_error", number(estimate.error)},
          {inference.degrees ? "t" : "z", number(estimate.statistic)},
          {"p", number(estimate.p)},
          {"low", number(estimate.low)},
          {"high", number(estimate.high)}};
}

Json output_json(const Fit& fit, const Inference& inference, std::size_t output) {
  const Names& names = fit.specification().names;
  Json json{{"output", names.outputs[output]}};
  if (!names.reference.empty()) json["against"] = names.reference;
  const char* ratio = fit.specification().kind == Kind::kPoisson ? "rate_ratio" : "odds_ratio";
  json["coefficients"] = Json::array({estimate_json("(intercept)", inference.estimates[output].front(), inference)});
  for (std::size_t column = 0; column < names.columns.size(); ++column) {
    if (fit.state().used[column] == 0) continue;
    const Estimate& estimate = inference.estimates[output][1 + column];
    const double deviation = fit.problem().moments.deviation[column];
    Json line = estimate_json(names.columns[column], estimate, inference);
    line["deviation"] = deviation;
    if (fit.specification().kind == Kind::kLinear) {
      line["per_deviation"] = estimate.coefficient * deviation;
    } else {
      line[ratio] = ratio_json(estimate, 1);
      line[fmt::format("{}_per_deviation", ratio)] = ratio_json(estimate, deviation);
    }
    json["coefficients"].push_back(line);
  }
  return json;
}

std::string covariance_name(Covariance kind) {
  return kind == Covariance::kPatient ? "patient" : kind == Covariance::kRobust ? "robust" : "model";
}

}  // namespace

std::string name_of(Kind kind) {
  return kind == Kind::kLinear ? "Linear regression" : kind == Kind::kLogistic ? "Logistic regression" : "Poisson regression";
}

std::vector<std::string> left_out(const Fit& fit, const Inference& inference) {
  constexpr std::size_t kMostNames = 4;
  const std::vector<std::string>& names = fit.specification().names.columns;
  std::vector<std::string> sentences;
  for (const std::int64_t column : inference.constant) {
    sentences.push_back(fmt::format("{} is left out: it has one value only in the training split.", names[column]));
  }
  for (const Dependence& dependence : inference.dependent) {
    std::vector<std::string> on;
    for (const std::int64_t column : dependence.on) {
      if (column >= 0 && on.size() < kMostNames) on.push_back(names[column]);
    }
    const std::size_t more = dependence.on.size() > on.size() ? dependence.on.size() - on.size() : 0;
    sentences.push_back(fmt::format("{} is left out: it is a combination of {}{}.", names[dependence.column], fmt::join(on, ", "),
                                    more > 0 ? fmt::format(" and {} more", more) : ""));
  }
  return sentences;
}

Json report_json(const Fit& fit, const Inference& inference) {
  const FitState& state = fit.state();
  const FitSpecification& specification = fit.specification();
  Json json{{"model", name_of(specification.kind)},
            {"samples", fit.problem().moments.rows},
            {"patients", fit.problem().moments.patients},
            {"rounds", state.rounds},
            {"converged", state.converged},
            {"largest_gradient", inference.largest_gradient},
            {"log_likelihood", number(inference.log_likelihood)},
            {"null_log_likelihood", number(inference.null_log_likelihood)}};
  if (specification.kind == Kind::kLinear) {
    json["r_squared"] = number(inference.r_squared);
    json["adjusted_r_squared"] = number(inference.adjusted_r_squared);
    json["residual_deviation"] = number(inference.residual_deviation);
    json["f"] = {{"value", number(inference.f)}, {"degrees", inference.f_degrees}, {"p", number(inference.f_p)}};
  }
  json["penalty"] = {{"l2", specification.penalty.l2}, {"l1", specification.penalty.l1}, {"firth", specification.penalty.firth}};
  json["covariance"] = inference.covariance ? Json(covariance_name(inference.kind)) : Json(nullptr);
  json["interval"] = inference.interval == IntervalKind::kLikelihood ? "likelihood" : "wald";
  if (inference.degrees) json["degrees_of_freedom"] = *inference.degrees;
  if (!inference.why_none.empty()) json["why_no_errors"] = inference.why_none;
  json["left_out"] = left_out(fit, inference);
  json["outputs"] = Json::array();
  for (std::size_t output = 0; output < inference.estimates.size(); ++output)
    json["outputs"].push_back(output_json(fit, inference, output));
  if (inference.covariance) {
    json["covariance_matrix"] = Json::array();
    for (std::int64_t row = 0; row < inference.covariance->rows; ++row) {
      const double* values = inference.covariance->row(row);
      json["covariance_matrix"].push_back(std::vector<double>(values, values + inference.covariance->columns));
    }
  }
  return json;
}

}  // namespace galen::trainer::linear
