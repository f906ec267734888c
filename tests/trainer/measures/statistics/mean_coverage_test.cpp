// How often the interval of a mean over three classes contains the true value: areas of each class against the rest, and each class's
// sensitivity.
#include "trainer/measures/statistics/area.h"
#include "trainer/measures/statistics/quantiles.h"
#include "trainer/measures/statistics/share.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <tuple>
#include <vector>

namespace galen::trainer {
namespace {

constexpr int kMeanStudies = 2000;
constexpr int kClasses = 3;
constexpr double kMeanArea = 0.94;

struct MeanStudy {
  std::vector<std::int64_t> patients;
  std::vector<int> truth;
  std::vector<int> predicted;
  std::vector<double> scores[kClasses];
};

// A class's own score is shifted; images of a patient share half of their variance, and half of the patients are of the first class.
MeanStudy simulate_means(int patients, int most_images, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<int> images(1, most_images);
  std::discrete_distribution<int> classes({0.5, 0.3, 0.2});
  MeanStudy study;
  for (int patient = 0; patient < patients; ++patient) {
    const int truth = classes(random);
    double of_patient[kClasses];
    for (double& each : of_patient) each = normal(random);
    for (int image = images(random); image > 0; --image) {
      study.patients.push_back(patient);
      study.truth.push_back(truth);
      double scores[kClasses];
      for (int c = 0; c < kClasses; ++c) {
        const double shift = c == truth ? std::sqrt(2.0) * normal_quantile(kMeanArea) : 0;
        scores[c] = shift + std::sqrt(0.5) * (of_patient[c] + normal(random));
        study.scores[c].push_back(scores[c]);
      }
      study.predicted.push_back(static_cast<int>(std::max_element(scores, scores + kClasses) - scores));
    }
  }
  return study;
}

Question is_found(const MeanStudy& study, int c) {
  return [&study, c](std::int64_t sample) {
    const auto i = static_cast<std::size_t>(sample);
    return study.truth[i] != c ? Answer::kNotAsked : study.predicted[i] == c ? Answer::kYes : Answer::kNo;
  };
}

MeanShare sensitivity(const MeanStudy& study, const Patients& patients) {
  MeanShare mean;
  for (int c = 0; c < kClasses; ++c) mean.add(ClusteredShare(is_found(study, c), patients));
  return mean;
}

class MeanCoverage : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(MeanCoverage, Holds) {
  const auto [count, most_images] = GetParam();
  std::mt19937_64 random(5);
  const MeanStudy large = simulate_means(200000, 1, random);
  const double true_sensitivity = sensitivity(large, Patients(large.patients)).share();
  double held_areas = 0, held_shares = 0, studies = 0;
  for (int s = 0; s < kMeanStudies; ++s) {
    const MeanStudy study = simulate_means(count, most_images, random);
    const Patients patients(study.patients);
    MeanArea area;
    for (int c = 0; c < kClasses; ++c) {
      std::vector<std::uint8_t> positive;
      for (const int truth : study.truth) positive.push_back(truth == c);
      const Roc roc(study.scores[c].data(), 1, positive);
      if (roc.is_defined()) area.add(ClusteredArea(roc, patients));
    }
    const Interval of_area = area.interval();
    if (of_area.method == Method::kNone) continue;  // a class of one patient
    const Interval of_share = sensitivity(study, patients).interval(Method::kWilson);
    held_areas += of_area.low <= kMeanArea && kMeanArea <= of_area.high ? 1 : 0;
    held_shares += of_share.low <= true_sensitivity && true_sensitivity <= of_share.high ? 1 : 0;
    ++studies;
  }
  std::printf("%d patients, 1 to %d images: area %.3f, sensitivity %.3f\n", count, most_images, held_areas / studies,
              held_shares / studies);
  EXPECT_GT(studies, 0.99 * kMeanStudies);
  EXPECT_GE(held_areas / studies, count < 100 ? 0.90 : 0.93);
  EXPECT_GE(held_shares / studies, count < 100 ? 0.91 : 0.93);
}

INSTANTIATE_TEST_SUITE_P(Studies, MeanCoverage,
                         testing::Values(std::tuple(50, 1), std::tuple(50, 3), std::tuple(150, 1), std::tuple(150, 3)));

}  // namespace
}  // namespace galen::trainer
