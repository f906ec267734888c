// How often a 95 % interval contains the true value, over simulated studies: 30 % of patients are ill, the true area is 0.94 and the true
// sensitivity 0.95; images of a patient share half of their variance.
#include "trainer/measures/statistics/area.h"
#include "trainer/measures/statistics/average_precision.h"
#include "trainer/measures/statistics/bca.h"
#include "trainer/measures/statistics/predictive_values.h"
#include "trainer/measures/statistics/quantiles.h"
#include "trainer/measures/statistics/resampling.h"
#include "trainer/measures/statistics/share.h"
#include "trainer/measures/yes_or_no.h"

#include "comm/single_communicator.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace galen::trainer {
namespace {

constexpr int kStudies = 2000;
constexpr double kIll = 0.3;
constexpr double kArea = 0.94;
constexpr double kSensitivity = 0.95;

struct Setting {
  int patients;
  int most_images;  // of a patient
};

void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.patients << " patients, 1 to " << setting.most_images << " images";
}

struct Study {
  std::vector<std::int64_t> patients;
  std::vector<std::uint8_t> truth;
  std::vector<double> scores;

  Patients grouped() const { return Patients(patients); }
  Roc roc() const { return {scores.data(), 1, truth}; }
  SharedCalls calls(double threshold) const {
    auto calls = std::make_shared<Calls>(Calls{truth, {}});
    for (const double score : scores) calls->predicted.push_back(score >= threshold);
    return calls;
  }
};

double shift() { return std::sqrt(2.0) * normal_quantile(kArea); }      // of the ill, so that the area is as wanted
double threshold() { return shift() - normal_quantile(kSensitivity); }  // likewise, of the sensitivity
double true_specificity() { return normal_cdf(threshold()); }

Study simulate(const Setting& setting, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::uniform_int_distribution<int> images(1, setting.most_images);
  Study study;
  for (int patient = 0; patient < setting.patients; ++patient) {
    const bool is_ill = uniform(random) < kIll;
    const double of_patient = normal(random);
    for (int image = images(random); image > 0; --image) {
      study.patients.push_back(patient);
      study.truth.push_back(is_ill);
      study.scores.push_back((is_ill ? shift() : 0) + std::sqrt(0.5) * (of_patient + normal(random)));
    }
  }
  return study;
}

class Coverage : public testing::TestWithParam<Setting> {
 protected:
  void count(const std::string& figure, double truth, const Interval& interval) {
    if (interval.method == Method::kNone) return;
    EXPECT_LT(interval.low, interval.high) << figure;
    auto& [held, studies] = counts_[figure];
    held += interval.low <= truth && truth <= interval.high ? 1 : 0;
    ++studies;
  }

  double coverage(const std::string& figure) {
    const auto& [held, studies] = counts_[figure];
    EXPECT_GT(studies, 0.99 * kStudies) << figure;
    const double share = held / studies;
    RecordProperty(figure, std::to_string(share));
    std::printf("%d patients, 1 to %d images: %s %.3f\n", GetParam().patients, GetParam().most_images, figure.c_str(), share);
    return share;
  }

  std::mt19937_64 random_{7};
  std::map<std::string, std::pair<double, double>> counts_;
};

Interval of_share(const Question& question, const Patients& patients, Method method = Method::kWilson) {
  MeanShare mean;
  const ClusteredShare share(question, patients);
  if (share.patients == 0) return {};
  mean.add(share);
  return mean.interval(method);
}

TEST_P(Coverage, OfClosedForms) {
  const double spared = true_specificity();
  const double at_2_percent = kSensitivity * 0.02 / (kSensitivity * 0.02 + (1 - spared) * 0.98);
  for (int study = 0; study < kStudies; ++study) {
    const Study drawn = simulate(GetParam(), random_);
    const Patients patients = drawn.grouped();
    const Roc roc = drawn.roc();
    if (!roc.is_defined()) continue;
    MeanArea area;
    area.add(ClusteredArea(roc, patients));
    count("auc", kArea, area.interval());

    const SharedCalls calls = drawn.calls(threshold());
    count("sensitivity", kSensitivity, of_share(is_found(calls), patients));
    count("specificity", spared, of_share(is_spared(calls), patients));
    count("sensitivity (Clopper-Pearson)", kSensitivity, of_share(is_found(calls), patients, Method::kClopperPearson));
    count("accuracy", kIll * kSensitivity + (1 - kIll) * spared, of_share(is_right(calls), patients));
    const double called = kIll * kSensitivity + (1 - kIll) * (1 - spared);
    count("ppv", kIll * kSensitivity / called, of_share(is_rightly_called(calls), patients));
    count("npv", (1 - kIll) * spared / (1 - called), of_share(is_rightly_spared(calls), patients));

    const PredictiveValues values(ClusteredShare(is_found(calls), patients), ClusteredShare(is_spared(calls), patients), 0.02);
    count("ppv at 2 %", at_2_percent, values.positive.interval);
  }
  EXPECT_GE(coverage("auc"), GetParam().patients < 100 ? 0.90 : 0.93);
  for (const char* share : {"sensitivity", "specificity", "accuracy", "ppv", "npv"}) EXPECT_GE(coverage(share), 0.93) << share;
  EXPECT_GE(coverage("sensitivity (Clopper-Pearson)"), 0.95);
  EXPECT_GE(coverage("ppv at 2 %"), 0.92);
}

// A Brier score, whose truth is known from a million patients, and the mean of skewed values, whose truth is 1.
TEST_P(Coverage, OfTheBootstrap) {
  at::set_num_threads(1);  // for such a small study threads wait longer than they work
  const auto communicator = comm::make_single_communicator();
  const auto probability = [](double score) { return 1 / (1 + std::exp(2 * (1.1 - score))); };
  const auto brier_of = [&](const Study& study) {
    auto errors = std::make_shared<std::vector<double>>();
    for (std::size_t i = 0; i < study.scores.size(); ++i) errors->push_back(std::pow(probability(study.scores[i]) - study.truth[i], 2));
    return Formula{
        static_cast<std::int64_t>(errors->size()), {errors, nullptr}, [](std::span<const double> sums) { return sums[0] / sums[1]; }};
  };
  std::mt19937_64 others(11);
  const double brier = brier_of(simulate({1000000, 1}, others)).value();
  const Study many = simulate({400000, 1}, others);
  const double precision = average_precision(many.roc());
  for (int study = 0; study < kStudies; ++study) {
    const Study drawn = simulate(GetParam(), random_);
    const Patients patients = drawn.grouped();
    const Roc roc = drawn.roc();
    if (!roc.is_defined()) continue;
    const Formula formula = brier_of(drawn);
    const FiguresOfSums sums({formula}, patients);
    const AveragePrecision ranked(roc, patients);
    const auto values = resample({&sums, &ranked}, Resamples(patients.count(), static_cast<std::uint64_t>(study)), 1000, *communicator);
    count("brier", brier, BcaInterval(formula.value(), values[0], sums.influences(0)).interval);
    count("average precision", precision, BcaInterval(average_precision(roc), values[1], ranked.influences(0)).interval);
  }
  EXPECT_GE(coverage("brier"), GetParam().patients < 100 ? 0.90 : 0.93);
  EXPECT_GE(coverage("average precision"), 0.88);
}

INSTANTIATE_TEST_SUITE_P(Studies, Coverage, testing::Values(Setting{50, 1}, Setting{50, 3}, Setting{150, 1}, Setting{150, 3}));

}  // namespace
}  // namespace galen::trainer
