#include "trainer/gradient/exchange/power_sgd.h"

#include "trainer/gradient/arena/vector_kernels.h"

#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace galen::trainer {

namespace {

// A column whose remainder is smaller than this fraction is rounding error.
constexpr double kVanished = 1e-5;

// Values that each peer computes for itself have one order of additions, so that they have the same bits on different processors.
double dot(const float* left, const float* right, std::int64_t size) {
  constexpr int kLanes = 8;
  std::array<double, kLanes> sums{};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) sums[lane] += static_cast<double>(left[i + lane]) * right[i + lane];
  }
  for (int lane = 0; i < size; ++i, ++lane) sums[lane] += static_cast<double>(left[i]) * right[i];
  double total = 0;
  for (const double sum : sums) total += sum;
  return total;
}

void scale(float* values, std::int64_t size, double factor) {
  for (std::int64_t i = 0; i < size; ++i) values[i] = static_cast<float>(values[i] * factor);
}

void subtract(float* values, std::int64_t size, double factor, const float* other) {
  for (std::int64_t i = 0; i < size; ++i) values[i] = static_cast<float>(values[i] - factor * other[i]);
}

// Gram-Schmidt, twice, because once leaves nearly parallel columns far from orthogonal (Giraud et al., "The loss of orthogonality in
// the Gram-Schmidt orthogonalization process", 2005). A column that depends on earlier ones becomes zero; values that are not finite stay.
void orthonormalise(float* columns, std::int64_t size, std::int64_t count) {
  for (std::int64_t k = 0; k < count; ++k) {
    float* column = columns + k * size;
    const double before = dot(column, column, size);
    for (int pass = 0; pass < 2; ++pass) {
      for (const float* earlier = columns; earlier < column; earlier += size) subtract(column, size, dot(column, earlier, size), earlier);
    }
    const double left = dot(column, column, size);
    scale(column, size, left > kVanished * kVanished * before ? 1 / std::sqrt(left) : 0);
  }
}

}  // namespace

std::vector<FlatMatrix> compressible_parts(const std::vector<FlatMatrix>& parameters, Range slice, std::int64_t rank) {
  std::vector<FlatMatrix> parts;
  for (const FlatMatrix& parameter : parameters) {
    const std::int64_t begin = std::max(slice.begin, parameter.begin) - parameter.begin;
    const std::int64_t end = std::min(slice.end, parameter.end()) - parameter.begin;
    if (begin >= end) continue;
    const std::int64_t first = (begin + parameter.columns - 1) / parameter.columns;
    const std::int64_t rows = end / parameter.columns - first;
    const FlatMatrix part{parameter.begin + first * parameter.columns - slice.begin, rows, parameter.columns};
    if (rows > 0 && 2 * rank * (part.rows + part.columns) <= part.size()) parts.push_back(part);
  }
  return parts;
}

PowerSgd::PowerSgd(std::int64_t slice_size, const std::vector<FlatMatrix>& matrices, std::int64_t rank, std::uint64_t seed,
                   comm::Communicator& peers)
    : peers_(peers), random_(seed) {
  std::int64_t elements = 0, rows = 0, columns = 0, rest_begin = 0;
  for (const FlatMatrix& place : matrices) {
    TORCH_CHECK(rest_begin <= place.begin && place.end() <= slice_size, "matrices overlap, or leave the slice");
    TORCH_CHECK(rank > 0 && rank <= std::min(place.rows, place.columns), "rank ", rank, " of a matrix ", place.rows, " x ", place.columns);
    rest_.push_back({rest_begin, place.begin});
    rest_begin = place.end();
    elements += place.size();
    rows += place.rows;
    columns += place.columns;
  }
  rest_.push_back({rest_begin, slice_size});

  rest_begin_ = rank * rows;
  unsent_ = at::zeros({elements}, at::kFloat);
  bases_ = at::zeros({rank * columns}, at::kFloat);
  lefts_ = make_exchange(rest_begin_ + (slice_size - elements), peers.size());
  rights_ = make_exchange(rank * columns, peers.size());
  float* basis = bases_.mutable_data_ptr<float>();
  draw(basis, rank * columns);

  float* unsent = unsent_.mutable_data_ptr<float>();
  std::int64_t left = 0, right = 0;
  for (const FlatMatrix& place : matrices) {
    matrices_.push_back({.shape = {place.rows, place.columns, rank},
                         .begin = place.begin,
                         .unsent = unsent,
                         .my_left = lefts_.mine.mutable_data_ptr<float>() + left,
                         .left = lefts_.all.mutable_data_ptr<float>() + left,
                         .my_right = rights_.mine.mutable_data_ptr<float>() + right,
                         .right = rights_.all.mutable_data_ptr<float>() + right,
                         .basis = basis + right});
    unsent += place.size();
    left += rank * place.rows;
    right += rank * place.columns;
  }
}

PowerSgd::Exchange PowerSgd::make_exchange(std::int64_t size, int peers) {
  return {at::zeros({size}, at::kFloat), at::zeros({peers * size}, at::kFloat), std::vector<std::int64_t>(peers, size)};
}

// With M this node's matrix plus what earlier steps did not send: P = Σ M basis, orthonormalised; Q = Σ Mᵀ P; all nodes use P Qᵀ. Each node
// keeps M - P (Mᵀ P)ᵀ, with its own Mᵀ P, for its next step: summed over the nodes this is Σ M - P Qᵀ, the error of the result. The product
// is subtracted from M only in the next step's first pass over it, which saves a pass.
void PowerSgd::sum(float* values) {
  const LowRankKernels& kernels = low_rank_kernels();
  for (const Matrix& m : matrices_) {
    kernels.accumulate(m.shape, m.unsent, values + m.begin, {m.left, m.my_right}, m.basis, m.my_left);
  }
  float* rest = lefts_.mine.mutable_data_ptr<float>() + rest_begin_;
  for (const Range& range : rest_) rest = std::copy(values + range.begin, values + range.end, rest);
  add_up(lefts_);
  const float* rest_sums = lefts_.all.const_data_ptr<float>() + rest_begin_;
  for (const Range& range : rest_) {
    std::copy_n(rest_sums, range.size(), values + range.begin);
    rest_sums += range.size();
  }

  for (const Matrix& m : matrices_) {
    orthonormalise(m.left, m.shape.rows, m.shape.rank);
    kernels.project_rows(m.shape, m.unsent, m.left, m.my_right);
  }
  add_up(rights_);
  for (const Matrix& m : matrices_) {
    if (vector_kernels().is_finite(m.right, m.shape.rank * m.shape.columns)) {
      kernels.expand(m.shape, m.left, m.right, values + m.begin);
      renew_basis(m);
    } else {
      forget(m);
      std::fill_n(values + m.begin, m.shape.rows * m.shape.columns, std::numeric_limits<float>::quiet_NaN());
    }
  }
}

// The sums replace the first peer's vector.
void PowerSgd::add_up(Exchange& exchange) {
  peers_.all_gather(exchange.mine, exchange.all, exchange.counts);
  float* sums = exchange.all.mutable_data_ptr<float>();
  const std::int64_t size = exchange.mine.numel();
  for (int peer = 1; peer < peers_.size(); ++peer) vector_kernels().add(sums, sums, sums + peer * size, size);
}

// A zero vector would stay zero, so it is replaced by a random one. The others get unit length, so that the projection holds no squares of
// gradients.
void PowerSgd::renew_basis(const Matrix& m) {
  const std::int64_t columns = m.shape.columns;
  for (std::int64_t k = 0; k < m.shape.rank; ++k) {
    float* vector = std::copy_n(m.right + k * columns, columns, m.basis + k * columns) - columns;
    const double square = dot(vector, vector, columns);
    if (square > 0) {
      scale(vector, columns, 1 / std::sqrt(square));
    } else {
      draw(vector, columns);
    }
  }
}

// The basis is kept.
void PowerSgd::forget(const Matrix& m) {
  std::fill_n(m.unsent, m.shape.rows * m.shape.columns, 0.0f);
  std::fill_n(m.left, m.shape.rank * m.shape.rows, 0.0f);
  std::fill_n(m.my_right, m.shape.rank * m.shape.columns, 0.0f);
}

void PowerSgd::draw(float* values, std::int64_t size) {
  std::generate_n(values, size, [this] { return static_cast<float>(random_.bell()); });
}

}  // namespace galen::trainer
