#include "trainer/measures/measures.h"

#include "trainer/measures/statistics/area.h"
#include "trainer/measures/statistics/average_precision.h"
#include "trainer/measures/statistics/mean_of_defined.h"

#include <limits>
#include <utility>

namespace galen::trainer {
namespace {

double share_of(const Question& question, std::int64_t samples) {
  std::int64_t asked = 0;
  std::int64_t yes = 0;
  for (std::int64_t sample = 0; sample < samples; ++sample) {
    const Answer answer = question(sample);
    asked += answer != Answer::kNotAsked ? 1 : 0;
    yes += answer == Answer::kYes ? 1 : 0;
  }
  return asked == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(yes) / static_cast<double>(asked);
}

}  // namespace

Measure area_measure(std::string name, std::vector<std::shared_ptr<const Roc>> curves) {
  MeanOfDefined mean;
  for (const auto& curve : curves) mean.add(curve->area());
  return {std::move(name), mean.value(), [curves = std::move(curves)](const Patients& patients, Method) {
            MeanArea areas;
            for (const auto& curve : curves) {
              if (curve->is_defined()) areas.add(ClusteredArea(*curve, patients));
            }
            return areas.interval();
          }};
}

Measure share_measure(std::string name, std::vector<Question> questions, std::int64_t samples) {
  MeanOfDefined mean;
  for (const Question& question : questions) mean.add(share_of(question, samples));
  return {std::move(name), mean.value(), [questions = std::move(questions)](const Patients& patients, Method method) {
            MeanShare shares;
            for (const Question& question : questions) {
              const ClusteredShare share(question, patients);
              if (share.patients > 0) shares.add(share);
            }
            return shares.interval(method);
          }};
}

Measure formula_measure(std::string name, Formula formula, Direction direction) {
  const double value = formula.value();
  return {std::move(name), value, std::move(formula), direction};
}

Measure average_precision_measure(std::string name, std::shared_ptr<const Roc> roc) {
  const double value = average_precision(*roc);
  const auto resampled = [roc = std::move(roc)](const Patients& patients) -> std::unique_ptr<Figures> {
    return std::make_unique<AveragePrecision>(*roc, patients);
  };
  return {std::move(name), value, Resampled(resampled)};
}

}  // namespace galen::trainer
