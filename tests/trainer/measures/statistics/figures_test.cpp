// Resampled metrics against the same metrics of expanded data: each sample repeated by the multiplicity of its patient.
#include "trainer/measures/measures.h"
#include "trainer/measures/statistics/average_precision.h"
#include "trainer/measures/statistics/resampling.h"
#include "trainer/measures/statistics/sums.h"
#include "trainer/measures/yes_or_no.h"

#include "comm/single_communicator.h"
#include "tests/support/thread_communicator.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

namespace galen::trainer {
namespace {

constexpr int kFiguresAtOnce = Resamples::kAtOnce;

struct Case {
  std::vector<std::int64_t> patients;
  std::vector<std::uint8_t> truth;
  std::vector<double> scores;
};

Case make_case(int samples) {
  std::mt19937 random(5);
  Case made;
  for (int i = 0; i < samples; ++i) {
    made.patients.push_back(random() % (samples / 2));
    made.truth.push_back(random() % 3 == 0);
    made.scores.push_back(static_cast<double>(random() % 20 + 6 * made.truth.back()) / 26);  // with ties
  }
  return made;
}

Case repeated(const Case& all, const Patients& patients, const std::vector<std::uint8_t>& times, std::size_t lane) {
  Case some;
  for (std::size_t i = 0; i < all.truth.size(); ++i) {
    for (int n = times[static_cast<std::size_t>(patients.of(static_cast<std::int64_t>(i))) * kFiguresAtOnce + lane]; n > 0; --n) {
      some.patients.push_back(all.patients[i]);
      some.truth.push_back(all.truth[i]);
      some.scores.push_back(all.scores[i]);
    }
  }
  return some;
}

Calls calls_of(const Case& of) {
  Calls calls{of.truth, {}};
  for (const double score : of.scores) calls.predicted.push_back(score >= 0.5);
  return calls;
}

std::vector<Measure> measures_of(const Case& of) {
  std::vector<Measure> measures = agreement_measures(calls_of(of));
  for (Measure& each : brier_measures(calls_of(of), of.scores.data(), 1)) measures.push_back(std::move(each));
  return measures;
}

double precision_of(const Case& of) { return average_precision(Roc(of.scores.data(), 1, of.truth)); }

std::array<std::int64_t, kFiguresAtOnce> first_numbers() {
  std::array<std::int64_t, kFiguresAtOnce> numbers;
  for (std::size_t k = 0; k < kFiguresAtOnce; ++k) numbers[k] = static_cast<std::int64_t>(k);
  return numbers;
}

TEST(Figures, AreThoseOfTheDrawnSamples) {
  const Case all = make_case(240);
  const Patients patients(all.patients);
  std::vector<std::uint8_t> times;
  Resamples(patients.count(), 9).draw(first_numbers(), times);
  std::vector<Formula> formulas;
  for (const Measure& measure : measures_of(all)) formulas.push_back(std::get<Formula>(measure.interval));
  const FiguresOfSums sums(formulas, patients);
  ASSERT_EQ(sums.count(), formulas.size());
  std::vector<double> values(sums.count() * kFiguresAtOnce);
  sums.evaluate(times.data(), values.data());
  const AveragePrecision ranked(Roc(all.scores.data(), 1, all.truth), patients);
  std::vector<double> precisions(kFiguresAtOnce);
  ranked.evaluate(times.data(), precisions.data());
  for (std::size_t k = 0; k < kFiguresAtOnce; ++k) {
    const Case drawn = repeated(all, patients, times, k);
    const std::vector<Measure> expected = measures_of(drawn);
    for (std::size_t m = 0; m < expected.size(); ++m)
      EXPECT_NEAR(values[m * kFiguresAtOnce + k], expected[m].value, 1e-12) << expected[m].name;
    EXPECT_NEAR(precisions[k], precision_of(drawn), 1e-12);
  }
}

TEST(Figures, AreUndefinedWithoutWhatTheyNeed) {
  const std::vector<double> scores = {0.2, 0.8};
  const Patients patients(std::vector<std::int64_t>{0, 1});
  const AveragePrecision ranked(Roc(scores.data(), 1, std::vector<std::uint8_t>{0, 1}), patients);
  std::vector<std::uint8_t> times(2 * kFiguresAtOnce);
  times[0] = 2;                   // the first resample: no positive
  times[kFiguresAtOnce + 1] = 2;  // the second: nothing else
  std::vector<double> values(kFiguresAtOnce);
  ranked.evaluate(times.data(), values.data());
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_EQ(values[1], 1);
}

TEST(Figures, InfluencesOfSumsAreAJackknife) {
  const Case all = make_case(60);
  const Patients patients(all.patients);
  const std::vector<Measure> whole = measures_of(all);
  std::vector<Formula> formulas;
  for (const Measure& measure : whole) formulas.push_back(std::get<Formula>(measure.interval));
  const FiguresOfSums sums(formulas, patients);
  for (std::int64_t patient = 0; patient < patients.count(); ++patient) {
    std::vector<std::uint8_t> times(static_cast<std::size_t>(patients.count()) * kFiguresAtOnce, 1);
    times[static_cast<std::size_t>(patient) * kFiguresAtOnce] = 0;
    const std::vector<Measure> rest = measures_of(repeated(all, patients, times, 0));
    for (std::size_t m = 0; m < whole.size(); ++m) {
      EXPECT_NEAR(sums.influences(m)[static_cast<std::size_t>(patient)], whole[m].value - rest[m].value, 1e-12) << whole[m].name;
    }
  }
}

// n · (the figure with a little more weight − the figure) / that weight, by whole numbers: every patient 200 times, one of them 201 times.
TEST(Figures, InfluencesOfAveragePrecisionAreItsDerivative) {
  const Case all = make_case(40);
  const Patients patients(all.patients);
  const AveragePrecision ranked(Roc(all.scores.data(), 1, all.truth), patients);
  const std::vector<double> influences = ranked.influences(0);
  std::vector<double> values(kFiguresAtOnce);
  for (std::int64_t patient = 0; patient < patients.count(); ++patient) {
    std::vector<std::uint8_t> times(static_cast<std::size_t>(patients.count()) * kFiguresAtOnce, 200);
    times[static_cast<std::size_t>(patient) * kFiguresAtOnce] = 201;
    times[static_cast<std::size_t>(patient) * kFiguresAtOnce + 1] = 199;
    ranked.evaluate(times.data(), values.data());
    EXPECT_NEAR(influences[static_cast<std::size_t>(patient)], 100 * (values[0] - values[1]), 1e-4);
  }
}

TEST(Resampling, HasTheSameBitsForEveryNumberOfRanksAndThreads) {
  const Case all = make_case(100);
  const Patients patients(all.patients);
  const AveragePrecision ranked(Roc(all.scores.data(), 1, all.truth), patients);
  const Resamples draws(patients.count(), 1);
  const auto alone = resample({&ranked}, draws, 201, *comm::make_single_communicator());
  ASSERT_EQ(alone.size(), 1);
  ASSERT_EQ(alone[0].size(), 201);
  const int threads = at::get_num_threads();
  at::set_num_threads(3);
  EXPECT_EQ(resample({&ranked}, draws, 201, *comm::make_single_communicator()), alone);
  at::set_num_threads(threads);
  for (const int ranks : {2, 3, 4}) {
    test::run_ranks(ranks, [&](comm::Communicator& communicator) { EXPECT_EQ(resample({&ranked}, draws, 201, communicator), alone); });
  }
  test::run_ranks(4, [&](comm::Communicator& communicator) {
    EXPECT_EQ(resample({&ranked}, draws, 2, communicator)[0], std::vector<double>({alone[0][0], alone[0][1]})) << "ranks without any";
  });
}

}  // namespace
}  // namespace galen::trainer
