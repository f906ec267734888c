#include "trainer/measures/yes_or_no.h"

#include "trainer/measures/measures.h"

#include <cmath>
#include <limits>

namespace galen::trainer {
namespace {

Answer answer(bool asked, bool yes) { return !asked ? Answer::kNotAsked : yes ? Answer::kYes : Answer::kNo; }

// Calls `say(truth, predicted)` for samples whose truth is known.
template <typename Say>
Question question(const SharedCalls& calls, Say say) {
  return [calls, say](std::int64_t sample) {
    const auto i = static_cast<std::size_t>(sample);
    if (!calls->known.empty() && calls->known[i] == 0) return Answer::kNotAsked;
    return say(calls->truth[i] != 0, calls->predicted[i] != 0);
  };
}

double f1(std::span<const double> cells) {
  const double right = cells[0], false_alarms = cells[1], missed = cells[2];
  return 2 * right / (2 * right + false_alarms + missed);
}

double matthews(std::span<const double> cells) {
  const double tp = cells[0], fp = cells[1], fn = cells[2], tn = cells[3];
  return (tp * tn - fp * fn) / std::sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
}

double kappa(std::span<const double> cells) {
  const double tp = cells[0], fp = cells[1], fn = cells[2], tn = cells[3];
  const double all = tp + fp + fn + tn;
  const double by_chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / (all * all);
  return ((tp + tn) / all - by_chance) / (1 - by_chance);
}

}  // namespace

Question is_right(const SharedCalls& calls) {
  return question(calls, [](bool truth, bool predicted) { return answer(true, truth == predicted); });
}
Question is_found(const SharedCalls& calls) {
  return question(calls, [](bool truth, bool predicted) { return answer(truth, predicted); });
}
Question is_spared(const SharedCalls& calls) {
  return question(calls, [](bool truth, bool predicted) { return answer(!truth, !predicted); });
}
Question is_rightly_called(const SharedCalls& calls) {
  return question(calls, [](bool truth, bool predicted) { return answer(predicted, truth); });
}
Question is_rightly_spared(const SharedCalls& calls) {
  return question(calls, [](bool truth, bool predicted) { return answer(!predicted, !truth); });
}

std::vector<Measure> agreement_measures(const Calls& calls) {
  const auto cell = [&](bool truth, bool predicted) {
    return addends(calls.samples(), [&](std::int64_t sample) {
      const auto i = static_cast<std::size_t>(sample);
      return (calls.truth[i] != 0) == truth && (calls.predicted[i] != 0) == predicted ? 1 : 0;
    });
  };
  const std::vector<Addends> cells = {cell(true, true), cell(false, true), cell(true, false), cell(false, false)};
  return {formula_measure("f1", {calls.samples(), {cells[0], cells[1], cells[2]}, f1}, Direction::kLargerIsBetter),
          formula_measure("mcc", {calls.samples(), cells, matthews}, Direction::kLargerIsBetter),
          formula_measure("kappa", {calls.samples(), cells, kappa}, Direction::kLargerIsBetter)};
}

std::vector<Measure> brier_measures(const Calls& calls, const double* probabilities, std::int64_t stride) {
  const auto truth = [&](std::int64_t sample) { return static_cast<double>(calls.truth[static_cast<std::size_t>(sample)]); };
  const Addends errors = addends(calls.samples(), [&](std::int64_t sample) {
    const double error = probabilities[sample * stride] - truth(sample);
    return error * error;
  });
  const Addends positives = addends(calls.samples(), truth);
  const auto mean = [](std::span<const double> sums) { return sums[0] / sums[1]; };
  const auto scaled = [](std::span<const double> sums) {
    const double share = sums[2] / sums[1];
    const double of_share = share * (1 - share);
    return of_share > 0 ? 1 - sums[0] / sums[1] / of_share : std::numeric_limits<double>::quiet_NaN();
  };
  return {formula_measure("brier", {calls.samples(), {errors, nullptr}, mean}, Direction::kSmallerIsBetter),
          formula_measure("scaled_brier", {calls.samples(), {errors, nullptr, positives}, scaled}, Direction::kLargerIsBetter)};
}

}  // namespace galen::trainer
