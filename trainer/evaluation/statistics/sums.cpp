#include "trainer/evaluation/statistics/sums.h"

#include "galen/instruction_sets.h"
#include "trainer/evaluation/statistics/lane_vectors.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace galen::trainer {
namespace {

constexpr int kLanes = Resamples::kAtOnce;

struct Pass {
  const std::uint8_t* times;
  std::int64_t patients;
  const double* table;  // the first of the columns
  std::size_t stride;   // from one patient to the next
  double* sums;         // [columns, kLanes]
};

// A lane is a resample: each of its sums is taken patient after patient, in any instructions. As many columns at a time as there are
// registers for.
template <int kWidth, int kColumns>
GALEN_INLINE void add_columns(const Pass& pass) {
  using Vectors = LaneVectors<kWidth>;
  typename Vectors::Doubles sums[kColumns][Vectors::kParts] = {};
  const std::uint8_t* times = pass.times;
  const double* row = pass.table;
  for (std::int64_t patient = 0; patient < pass.patients; ++patient, times += kLanes, row += pass.stride) {
    typename Vectors::Integers drawn[Vectors::kParts];
    load_row<kWidth>(times, drawn);
#pragma GCC unroll 8
    for (int p = 0; p < Vectors::kParts; ++p) {
      const auto factor = __builtin_convertvector(drawn[p], typename Vectors::Doubles);
#pragma GCC unroll 8
      for (int c = 0; c < kColumns; ++c) sums[c][p] += factor * row[c];
    }
  }
  std::memcpy(pass.sums, sums, sizeof sums);
}

template <int kWidth, int kColumns>
GALEN_INLINE void add_all(Pass pass, std::size_t columns) {
  for (; columns >= kColumns; columns -= kColumns) {
    add_columns<kWidth, kColumns>(pass);
    pass.table += kColumns;
    pass.sums += kColumns * kLanes;
  }
  for (; columns > 0; --columns) {
    add_columns<kWidth, 1>(pass);
    ++pass.table;
    pass.sums += kLanes;
  }
}

struct Kernel {
  void (*add)(const Pass&, std::size_t columns);
};

#define GALEN_ADD(name, target, width, columns) \
  target void add_##name(const Pass& pass, std::size_t count) { add_all<width, columns>(pass, count); }

GALEN_ADD(avx512, GALEN_AVX512, 8, 4)
GALEN_ADD(avx2, GALEN_AVX2, 4, 2)
GALEN_ADD(portable, GALEN_PORTABLE, 2, 1)

}  // namespace

double Formula::value() const {
  std::vector<double> sums;
  for (const Addends& column : addends) sums.push_back(std::accumulate(column->begin(), column->end(), 0.0));
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
  columns_ = columns.size();
  table_.resize(static_cast<std::size_t>(patients_) * columns_);
  totals_.resize(columns_);
  for (std::size_t c = 0; c < columns_; ++c) {
    for (std::int64_t sample = 0; sample < patients.samples(); ++sample) {
      table_[static_cast<std::size_t>(patients.of(sample)) * columns_ + c] += (*columns[c])[static_cast<std::size_t>(sample)];
    }
    for (std::int64_t patient = 0; patient < patients_; ++patient) totals_[c] += table_[static_cast<std::size_t>(patient) * columns_ + c];
  }
}

double FiguresOfSums::apply(const Placed& formula, std::span<const double> sums) const {
  std::vector<double> arguments;
  arguments.reserve(formula.columns.size());
  for (const std::size_t column : formula.columns) arguments.push_back(sums[column]);
  return formula.of_sums(arguments);
}

void FiguresOfSums::evaluate(const std::uint8_t* times, double* values) const {
  static const Kernel kernel = runnable<Kernel>({add_avx512}, {add_avx2}, {add_portable}).front();
  std::vector<double> sums(columns_ * kLanes);
  kernel.add({times, patients_, table_.data(), columns_, sums.data()}, columns_);
  std::vector<double> of_lane(columns_);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t c = 0; c < columns_; ++c) of_lane[c] = sums[c * kLanes + lane];
    for (std::size_t f = 0; f < formulas_.size(); ++f) values[f * kLanes + lane] = apply(formulas_[f], of_lane);
  }
}

std::vector<double> FiguresOfSums::influences(std::size_t figure) const {
  const Placed& formula = formulas_[figure];
  const double whole = apply(formula, totals_);
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(patients_));
  std::vector<double> rest(columns_);
  for (std::int64_t patient = 0; patient < patients_; ++patient) {
    const double* row = table_.data() + static_cast<std::size_t>(patient) * columns_;
    for (std::size_t c = 0; c < columns_; ++c) rest[c] = totals_[c] - row[c];
    result.push_back(whole - apply(formula, rest));
  }
  return result;
}

}  // namespace galen::trainer
