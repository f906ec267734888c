#include "trainer/linear/inference.h"

#include "galen/error.h"
#include "trainer/linear/firth.h"
#include "trainer/linear/likelihood_interval.h"
#include "trainer/linear/sandwich.h"
#include "trainer/measures/statistics/quantiles.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace galen::trainer::linear {
namespace {

constexpr double kLevel = 0.95;

// Statistics of the targets alone.
struct TargetSums {
  double squares = 0;         // about the mean
  double log_factorials = 0;  // of counts
};

TargetSums target_sums(const Fit& fit) {
  const TableRows& rows = fit.problem().rows;
  const bool counts = fit.specification().kind == Kind::kPoisson;
  const std::vector<double> total = fit.problem().sums.sum(2, [&] {
    return [&](std::int64_t lane, double* sum) {
      for (std::int64_t row = rows.lane_begins[lane]; row < rows.lane_begins[lane + 1]; ++row) {
        const double about_mean = rows.targets[row] - fit.target_mean();
        sum[0] += about_mean * about_mean;
        int sign = 0;
        if (counts) sum[1] += lgamma_r(rows.targets[row] + 1, &sign);
      }
    };
  });
  return {total[0], total[1]};
}

double normal_log_likelihood(double rows, double squares) { return -rows / 2 * (std::log(2 * std::numbers::pi * squares / rows) + 1); }

void add_likelihoods(const Fit& fit, const Point& point, Inference& result) {
  const auto rows = static_cast<double>(fit.problem().moments.rows);
  const TargetSums targets = target_sums(fit);
  switch (fit.specification().kind) {
    case Kind::kLinear:
      result.log_likelihood = normal_log_likelihood(rows, 2 * point.loss);
      result.null_log_likelihood = normal_log_likelihood(rows, targets.squares);
      result.r_squared = 1 - 2 * point.loss / targets.squares;
      break;
    case Kind::kPoisson:
      result.log_likelihood = -point.loss - targets.log_factorials;
      result.null_log_likelihood = rows * fit.target_mean() * (std::log(fit.target_mean()) - 1) - targets.log_factorials;
      break;
    case Kind::kLogistic:
      result.log_likelihood = -point.loss;
      for (const double count : fit.class_rows()) result.null_log_likelihood += count * std::log(count / rows);
      break;
  }
}

Covariance chosen_covariance(const Fit& fit, const InferenceOptions& options) {
  const bool repeated = fit.problem().moments.patients < fit.problem().moments.rows;
  if (fit.specification().penalty.firth) {
    if (options.covariance == Covariance::kAuto || options.covariance == Covariance::kModel) return Covariance::kModel;
    throw UsageError("inference.covariance: with penalty.firth standard errors come from the model (auto or model).");
  }
  if (options.covariance != Covariance::kAuto) return options.covariance;
  return repeated ? Covariance::kPatient : Covariance::kModel;
}

// Covariance of the design's coefficients; empty if the information is singular.
std::optional<Matrix> scaled_covariance(const Fit& fit, const Objective& objective, std::span<const double> coefficients,
                                        const Point& point, Inference& result) {
  const auto rows = static_cast<double>(fit.problem().moments.rows);
  const auto patients = static_cast<double>(fit.problem().moments.patients);
  const auto parameters = static_cast<double>(objective.size());
  const std::optional<Cholesky> information = Cholesky::of(*point.hessian);
  if (!information) {
    result.why_none = "The information matrix is singular: there are no standard errors.";
    return std::nullopt;
  }
  Matrix bread = information->inverse();
  double factor = 1;
  if (result.kind == Covariance::kModel) {
    if (fit.specification().kind != Kind::kLinear) return bread;
    factor = 2 * point.loss / (rows - parameters);
  } else {
    const bool by_patient = result.kind == Covariance::kPatient;
    bread = sandwich(bread, by_patient ? scores_by_patient(objective, coefficients) : scores_by_row(objective, coefficients));
    factor = by_patient ? patients / (patients - 1) * ((rows - 1) / (rows - parameters)) : rows / (rows - parameters);
  }
  for (double& value : bread.values) value *= factor;
  return bread;
}

void add_tests(Estimate& estimate, double variance, const Inference& result) {
  estimate.error = std::sqrt(variance);
  estimate.statistic = estimate.coefficient / estimate.error;
  const double share = (1 + kLevel) / 2;
  const double quantile = result.degrees ? student_quantile(share, *result.degrees) : normal_quantile(share);
  const double beyond = -std::abs(estimate.statistic);
  estimate.p = 2 * (result.degrees ? student_cdf(beyond, *result.degrees) : normal_cdf(beyond));
  estimate.low = estimate.coefficient - quantile * estimate.error;
  estimate.high = estimate.coefficient + quantile * estimate.error;
}

// Converts bounds on the design's coefficients to those of the unscaled columns. The intercept's are computed on a design without centring.
void add_likelihood_intervals(const Fit& fit, std::span<const double> plain, Inference& result) {
  const Problem& problem = fit.problem();
  std::vector<char> used;
  for (const double flag : fit.state().used) used.push_back(static_cast<char>(flag != 0));
  const double z = normal_quantile((1 + kLevel) / 2);
  const auto rows = static_cast<double>(problem.moments.rows);
  for (const bool centred : {true, false}) {
    const Design design(problem.moments, used, centred);
    const Objective objective(problem, design);
    const std::vector<double> best = design.scaled(plain);
    const std::optional<Cholesky> information = Cholesky::of(*objective.at(best, true).hessian);
    if (!information) continue;
    const Matrix covariance = information->inverse();
    for (std::int64_t i = 0; i < objective.size(); ++i) {
      const std::int64_t c = i % design.width();
      if ((c == 0) == centred) continue;
      Estimate& estimate = result.estimates[i / design.width()][c == 0 ? 0 : 1 + design.columns()[c - 1]];
      const double unit = c == 0 ? 1.0 : design.factor()[c - 1];
      if (fit.specification().kind == Kind::kLinear) {
        // The variance is fitted as well: −n / 2 · log of the squares, which are quadratic in a coefficient.
        const double squares = *result.degrees * result.residual_deviation * result.residual_deviation;
        const double distance = std::sqrt(covariance(i, i) * squares * std::expm1(z * z / rows)) * unit;
        estimate.low = estimate.coefficient - distance;
        estimate.high = estimate.coefficient + distance;
      } else {
        const auto [low, high] = likelihood_interval(objective, best, covariance, i, z * z / 2);
        estimate.low = low * unit;
        estimate.high = high * unit;
      }
    }
  }
}

// Wald's test of all slopes; for linear regression with model errors it is the usual F test.
void add_f(const Objective& objective, std::span<const double> coefficients, const Matrix& covariance, Inference& result) {
  std::vector<std::int64_t> slopes(objective.size() - 1);
  std::iota(slopes.begin(), slopes.end(), 1);
  const std::optional<Cholesky> factor = slopes.empty() ? std::nullopt : Cholesky::of(select(covariance, slopes));
  if (!factor) return;
  double square = 0;
  for (const double value : factor->half_solve(coefficients.subspan(1))) square += value * value;
  result.f_degrees = static_cast<double>(slopes.size());
  result.f = square / result.f_degrees;
  result.f_p = fisher_tail(result.f, result.f_degrees, *result.degrees);
}

std::string reason_for_none(const Fit& fit, const Objective& objective) {
  const std::int64_t rows = fit.problem().moments.rows;
  if (fit.specification().penalty.shrinks()) {
    return "With a penalty estimates are drawn towards 0 on purpose: standard errors, intervals and p-values would not hold, and are left "
           "out.";
  }
  if (objective.size() > kLargestHessian) return "Standard errors are left out beyond 2000 coefficients.";
  if (rows <= objective.size()) return "There are no more rows than coefficients: the fit leaves nothing to estimate errors from.";
  return {};
}

std::vector<std::vector<Estimate>> without_errors(std::span<const double> plain, std::int64_t stride) {
  std::vector<std::vector<Estimate>> estimates;
  for (std::size_t begin = 0; begin < plain.size(); begin += stride) {
    estimates.emplace_back();
    for (std::int64_t i = 0; i < stride; ++i) estimates.back().push_back({.coefficient = plain[begin + i]});
  }
  return estimates;
}

void add_freedom(const Fit& fit, const Point& point, Inference& result) {
  const Moments& moments = fit.problem().moments;
  const std::int64_t spare = moments.rows - result.parameters;
  if (fit.specification().kind != Kind::kLinear || spare <= 0) return;
  const auto degrees = static_cast<double>(spare);
  result.residual_deviation = std::sqrt(2 * point.loss / degrees);
  result.adjusted_r_squared = 1 - (1 - result.r_squared) * static_cast<double>(moments.rows - 1) / degrees;
  result.degrees = result.kind == Covariance::kPatient ? static_cast<double>(moments.patients - 1) : degrees;
}

void add_errors(const Fit& fit, const Objective& objective, std::span<const double> coefficients, const Point& point, Inference& result) {
  const Design& design = objective.design();
  const std::int64_t stride = 1 + design.table_columns();
  const std::optional<Matrix> covariance = scaled_covariance(fit, objective, coefficients, point, result);
  if (!covariance) return;
  result.covariance = design.plain_covariance(*covariance);
  for (std::int64_t i = 0; i < objective.outputs() * stride; ++i) {
    const bool in_use = i % stride == 0 || fit.state().used[i % stride - 1] != 0;
    if (in_use) add_tests(result.estimates[i / stride][i % stride], (*result.covariance)(i, i), result);
  }
  if (fit.specification().kind == Kind::kLinear) add_f(objective, coefficients, *covariance, result);
  if (result.interval == IntervalKind::kLikelihood) add_likelihood_intervals(fit, design.plain(coefficients), result);
}

void add_gradient(const Objective& objective, std::span<const double> coefficients, Point point, Inference& result) {
  if (objective.problem().penalty.firth && point.hessian) {
    if (const auto information = Cholesky::of(*point.hessian)) {
      add_firth(objective, coefficients, *information, point);
      result.log_likelihood = -point.objective;  // for unscaled columns: the determinant depends on their units
      for (const double factor : objective.design().factor()) result.log_likelihood -= std::log(factor);
      result.null_log_likelihood = kUndefined;
    }
  }
  for (std::size_t i = 0; i < point.gradient.size(); ++i) {
    const double l1 = objective.l1()[i];
    const double down = point.gradient[i];
    const double slope = coefficients[i] != 0 ? std::abs(down - std::copysign(l1, coefficients[i])) : std::abs(down) - l1;
    result.largest_gradient = std::max(result.largest_gradient, slope);
  }
}

void add_left_out(const Problem& problem, const Design& design, Inference& result) {
  std::vector<char> varying;
  for (std::int64_t column = 0; column < design.table_columns(); ++column) {
    if (problem.moments.constant[column]) result.constant.push_back(column);
    varying.push_back(static_cast<char>(!problem.moments.constant[column]));
  }
  const Design whole(problem.moments, varying);
  if (whole.width() > design.width()) result.dependent = dependent_columns(whole, problem.start.gram);
}

// The final point of the fit. Least squares that ended after their first round need no pass over the rows: their sums are sufficient.
Point last_point(const Fit& fit, const Objective& objective, std::span<const double> coefficients, bool with_hessian) {
  const bool squares = fit.problem().family.quadratic() && fit.problem().start.gram.rows > 0;
  if (squares && fit.state().converged && fit.state().rounds == 1) return objective.of_squares(coefficients);
  Point point = objective.at(coefficients, with_hessian && !squares);
  if (squares) point.hessian = objective.of_squares(coefficients).hessian;
  return point;
}

}  // namespace

Inference infer(const Fit& fit, const InferenceOptions& options) {
  const Problem& problem = fit.problem();
  const Design design = design_of(problem, fit.state());
  const Objective objective(problem, design);
  const std::vector<double> coefficients = gather(design, fit.state().coefficients);

  Inference result{.kind = chosen_covariance(fit, options), .interval = options.interval, .parameters = objective.size()};
  result.estimates = without_errors(design.plain(coefficients), 1 + design.table_columns());
  result.why_none = reason_for_none(fit, objective);
  if (result.kind == Covariance::kPatient && problem.moments.patients < 2 && result.why_none.empty()) {
    result.why_none = "All rows are of one patient: there are no standard errors by patient.";
  }
  Point point = last_point(fit, objective, coefficients, result.why_none.empty());
  add_likelihoods(fit, point, result);
  add_freedom(fit, point, result);
  if (result.why_none.empty()) add_errors(fit, objective, coefficients, point, result);
  add_gradient(objective, coefficients, std::move(point), result);
  add_left_out(problem, design, result);
  return result;
}

}  // namespace galen::trainer::linear
