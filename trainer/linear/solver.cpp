#include "trainer/linear/solver.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

namespace galen::trainer::linear {
namespace {

constexpr double kRounding = 1e-12;   // of an objective, relative
constexpr double kDependent = 1e-10;  // share of a column's variance that other columns do not explain
constexpr std::size_t kScalars = 10;

}  // namespace

std::vector<double> FitState::flat() const {
  std::vector<double> values = coefficients;
  values.insert(values.end(), previous.begin(), previous.end());
  values.insert(values.end(), used.begin(), used.end());
  for (const double value : {objective, first_objective, change, largest_step, largest_gradient, radius, static_cast<double>(rounds),
                             static_cast<double>(halvings), static_cast<double>(converged), 0.0}) {
    values.push_back(value);
  }
  return values;
}

FitState FitState::from(std::span<const double> flat, std::int64_t outputs, std::int64_t columns) {
  const auto size = static_cast<std::size_t>(outputs * (1 + columns));
  TORCH_CHECK(flat.size() == 2 * size + columns + kScalars, "the state of a fit has another size");
  FitState state;
  state.coefficients.assign(flat.begin(), flat.begin() + size);
  state.previous.assign(flat.begin() + size, flat.begin() + 2 * size);
  state.used.assign(flat.begin() + 2 * size, flat.end() - kScalars);
  const double* scalars = flat.data() + flat.size() - kScalars;
  state.objective = scalars[0];
  state.first_objective = scalars[1];
  state.change = scalars[2];
  state.largest_step = scalars[3];
  state.largest_gradient = scalars[4];
  state.radius = scalars[5];
  state.rounds = std::llround(scalars[6]);
  state.halvings = std::llround(scalars[7]);
  state.converged = scalars[8] != 0;
  return state;
}

FitState first_state(const Problem& problem) {
  const auto columns = static_cast<std::int64_t>(problem.moments.mean.size());
  const std::vector<double>& intercepts = problem.start.intercepts;
  FitState state;
  state.coefficients.resize(intercepts.size() * (1 + columns));
  for (std::size_t output = 0; output < intercepts.size(); ++output) state.coefficients[output * (1 + columns)] = intercepts[output];
  state.previous = state.coefficients;
  for (const char constant : problem.moments.constant) state.used.push_back(constant ? 0 : 1);
  return state;
}

Design design_of(const Problem& problem, const FitState& state) {
  std::vector<char> used;
  for (const double flag : state.used) used.push_back(static_cast<char>(flag != 0));
  return {problem.moments, used};
}

std::vector<double> gather(const Design& design, std::span<const double> all) {
  const std::int64_t stride = 1 + design.table_columns();
  std::vector<double> some;
  for (std::size_t begin = 0; begin < all.size(); begin += stride) {
    some.push_back(all[begin]);
    for (const std::int64_t column : design.columns()) some.push_back(all[begin + 1 + column]);
  }
  return some;
}

void scatter(const Design& design, std::span<const double> some, std::vector<double>& all) {
  const std::int64_t stride = 1 + design.table_columns();
  std::ranges::fill(all, 0.0);
  for (std::size_t begin = 0, next = 0; begin < all.size(); begin += stride) {
    all[begin] = some[next++];
    for (const std::int64_t column : design.columns()) all[begin + 1 + column] = some[next++];
  }
}

std::vector<Dependence> dependent_columns(const Design& design, const Matrix& gram) {
  const auto in_table = [&design](std::int64_t column) { return column == 0 ? -1 : design.columns()[column - 1]; };
  std::vector<Dependence> found = dependences(gram, kDependent);
  for (Dependence& dependence : found) {
    dependence.column = in_table(dependence.column);
    std::ranges::transform(dependence.on, dependence.on.begin(), in_table);
  }
  return found;
}

void halve(FitState& state) {
  for (std::size_t i = 0; i < state.coefficients.size(); ++i) state.coefficients[i] = (state.coefficients[i] + state.previous[i]) / 2;
  ++state.halvings;
}

bool is_worse(double objective, const FitState& state) {
  if (std::isinf(state.objective)) return false;
  return !(objective <= state.objective + kRounding * std::abs(state.objective));  // also NaN
}

}  // namespace galen::trainer::linear
