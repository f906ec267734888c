#include "trainer/measures/statistics/sums.h"

#include "galen/instruction_sets.h"
#include "trainer/measures/statistics/lane_vectors.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace galen::trainer {
namespace {

constexpr int kLanes = Resamples::kAtOnce;

constexpr int kBlock = 4;  // columns at a time: as many sums as registers, and a row of doubles in one cache line

struct Pass {
  const std::uint8_t* times;
  std::int64_t patients;
  const double* table;  // [patients, kBlock]
  double* sums;         // [kBlock, kLanes]
};

// A lane is a resample: each of its sums is added patient after patient, in all instruction sets.
template <int kWidth>
GALEN_INLINE void add_block(const Pass& pass) {
  using Vectors = LaneVectors<kWidth>;
  typename Vectors::Doubles sums[kBlock][Vectors::kParts] = {};
  const std::uint8_t* times = pass.times;
  const double* row = pass.table;
  for (std::int64_t patient = 0; patient < pass.patients; ++patient, times += kLanes, row += kBlock) {
    typename Vectors::Integers drawn[Vectors::kParts];
    load_row<kWidth>(times, drawn);
#pragma GCC unroll 8
    for (int p = 0; p < Vectors::kParts; ++p) {
      const auto factor = __builtin_convertvector(drawn[p], typename Vectors::Doubles);
#pragma GCC unroll 8
      for (int c = 0; c < kBlock; ++c) sums[c][p] += factor * row[c];
    }
  }
  std::memcpy(pass.sums, sums, sizeof sums);
}

struct Kernel {
  void (*add)(const Pass&);
};

#define GALEN_ADD(name, target, width) \
  target void add_##name(const Pass& pass) { add_block<width>(pass); }

GALEN_ADD(avx512, GALEN_AVX512, 8)
GALEN_ADD(avx2, GALEN_AVX2, 4)
GALEN_ADD(portable, GALEN_PORTABLE, 2)

double addend(const Addends& addends, std::int64_t sample) { return addends ? (*addends)[static_cast<std::size_t>(sample)] : 1; }

}  // namespace

double Formula::value() const {
  std::vector<double> sums;
  for (const Addends& column : addends) {
    sums.push_back(column ? std::accumulate(column->begin(), column->end(), 0.0) : static_cast<double>(samples));
  }
  return of_sums(sums);
}

FiguresOfSums::FiguresOfSums(const std::vector<Formula>& formulas, const Patients& patients) : patients_(patients.count()) {
  std::vector<Addends> columns;
  for (const Formula& formula : formulas) {
    Placed& placed = formulas_.emplace_back(Placed{formula.of_sums, {}});
    for (const Addends& addends : formula.addends) {
      const auto known = std::find(columns.begin(), columns.end(), addends);
      placed.columns.push_back(static_cast<std::size_t>(known - columns.begin()));
      if (known == columns.end()) columns.push_back(addends);
    }
  }
  blocks_ = (columns.size() + kBlock - 1) / kBlock;
  table_.resize(blocks_ * static_cast<std::size_t>(patients_) * kBlock);
  totals_.resize(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::int64_t sample = 0; sample < patients.samples(); ++sample)
      table_[place(patients.of(sample), c)] += addend(columns[c], sample);
    for (std::int64_t patient = 0; patient < patients_; ++patient) totals_[c] += table_[place(patient, c)];
  }
}

std::size_t FiguresOfSums::place(std::int64_t patient, std::size_t column) const {
  const std::size_t row = column / kBlock * static_cast<std::size_t>(patients_) + static_cast<std::size_t>(patient);
  return row * kBlock + column % kBlock;
}

void FiguresOfSums::evaluate(const std::uint8_t* times, double* values) const {
  static const Kernel kernel = runnable<Kernel>({add_avx512}, {add_avx2}, {add_portable}).front();
  std::vector<double> sums(blocks_ * kBlock * kLanes);
  for (std::size_t block = 0; block < blocks_; ++block) {
    kernel.add(
        {times, patients_, table_.data() + block * static_cast<std::size_t>(patients_) * kBlock, sums.data() + block * kBlock * kLanes});
  }
  std::vector<double> arguments;
  for (std::size_t f = 0; f < formulas_.size(); ++f) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      arguments.clear();
      for (const std::size_t column : formulas_[f].columns) arguments.push_back(sums[column * kLanes + lane]);
      values[f * kLanes + lane] = formulas_[f].of_sums(arguments);
    }
  }
}

std::vector<double> FiguresOfSums::influences(std::size_t figure) const {
  const Placed& formula = formulas_[figure];
  std::vector<double> totals;
  for (const std::size_t column : formula.columns) totals.push_back(totals_[column]);
  const double whole = formula.of_sums(totals);
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(patients_));
  std::vector<double> rest(totals.size());
  for (std::int64_t patient = 0; patient < patients_; ++patient) {
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = totals[i] - table_[place(patient, formula.columns[i])];
    result.push_back(whole - formula.of_sums(rest));
  }
  return result;
}

}  // namespace galen::trainer
