#include "trainer/gradient/exchange/power_sgd.h"

#include "tests/support/thread_communicator.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::uint64_t kSeed = 11;

// Two matrices, and elements before, between and after them.
constexpr std::int64_t kSize = 3000;
const std::vector<FlatMatrix> kMatrices = {{7, 24, 37}, {1000, 50, 32}};

using Slice = std::vector<float>;
using Input = std::function<Slice(int peer, int step)>;

bool in_matrix(std::int64_t element) {
  return std::any_of(kMatrices.begin(), kMatrices.end(), [&](const FlatMatrix& m) { return m.begin <= element && element < m.end(); });
}

// The values of each peer after each step: [step][peer].
std::vector<std::vector<Slice>> run(int peers, int steps, std::int64_t rank, const Input& input) {
  std::vector<std::vector<Slice>> outcome(steps, std::vector<Slice>(peers));
  test::run_ranks(
      peers,
      [&](comm::Communicator& group) {
        PowerSgd power_sgd(kSize, kMatrices, rank, kSeed, group);
        for (int step = 0; step < steps; ++step) {
          outcome[step][group.rank()] = input(group.rank(), step);
          power_sgd.sum(outcome[step][group.rank()].data());
        }
      },
      /*node_size=*/1);
  return outcome;
}

Slice random_slice(int peer, int step) {
  RandomStream random = RandomStream(3).fork(peer, step);
  Slice slice(kSize);
  for (float& value : slice) value = static_cast<float>(random.bell());
  return slice;
}

// Each matrix of rank 1.
Slice thin_slice(int peer, int step) {
  Slice slice = random_slice(peer, step);
  for (const FlatMatrix& m : kMatrices) {
    const Slice column(slice.begin() + m.begin, slice.begin() + m.begin + m.rows);
    const Slice row(slice.end() - m.columns, slice.end());
    for (std::int64_t i = 0; i < m.size(); ++i) slice[m.begin + i] = column[i / m.columns] * row[i % m.columns];
  }
  return slice;
}

Slice exact_sum(const Input& input, int peers, int step) {
  Slice sum = input(0, step);
  for (int peer = 1; peer < peers; ++peer) {
    const Slice theirs = input(peer, step);
    for (std::int64_t i = 0; i < kSize; ++i) sum[i] += theirs[i];
  }
  return sum;
}

void expect_near(const Slice& actual, const Slice& expected, float tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  float worst = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_TRUE(std::isfinite(actual[i])) << i;
    worst = std::max(worst, std::abs(actual[i] - expected[i]));
  }
  EXPECT_LE(worst, tolerance);
}

TEST(CompressibleParts, AreTheWholeRowsInTheSlice) {
  const std::vector<FlatMatrix> parameters = {{0, 100, 50}, {5008, 100, 50}};
  const std::vector<FlatMatrix> all = {{0, 100, 50}, {5008, 100, 50}};
  EXPECT_EQ(compressible_parts(parameters, {0, 10008}, 2), all);
  const std::vector<FlatMatrix> cut = {{1, 40, 50}, {2009, 98, 50}};  // row 60 begins at 3000, row 98 of the second at 9908
  EXPECT_EQ(compressible_parts(parameters, {2999, 9957}, 2), cut);
  const std::vector<FlatMatrix> on_the_row = {{0, 40, 50}, {2008, 99, 50}};
  EXPECT_EQ(compressible_parts(parameters, {3000, 9958}, 2), on_the_row);
  EXPECT_TRUE(compressible_parts(parameters, {5000, 5008}, 2).empty());
  EXPECT_TRUE(compressible_parts(parameters, {5009, 5057}, 2).empty());  // within a row
  EXPECT_TRUE(compressible_parts(parameters, {20000, 30000}, 2).empty());
}

TEST(CompressibleParts, ExcludeMatricesThatFactorsHardlyShorten) {
  const auto compressed = [](std::int64_t rows, std::int64_t columns, std::int64_t rank) {
    return !compressible_parts({{0, rows, columns}}, {0, rows * columns}, rank).empty();
  };
  EXPECT_TRUE(compressed(16, 16, 4));  // 4 * 32 is half of 256
  EXPECT_FALSE(compressed(16, 15, 4));
  EXPECT_FALSE(compressed(16, 16, 5));
  EXPECT_FALSE(compressed(1000000, 1, 1));  // a bias
  EXPECT_FALSE(compressed(1, 1000000, 1));
  EXPECT_TRUE(compressible_parts({{0, 100, 100}}, {0, 399}, 2).empty());  // three rows of it
  EXPECT_EQ(compressible_parts({{0, 100, 100}}, {0, 599}, 2).size(), 1u);
}

TEST(PowerSgd, ReproducesSumsOfLowRank) {
  for (const int peers : {1, 2, 3}) {
    for (const float scale : {1.0f, 1e-25f, 1e25f}) {  // their squares are not representable as floats
      const Input input = [scale](int peer, int step) {
        Slice slice = thin_slice(peer, step);
        for (float& value : slice) value *= scale;
        return slice;
      };
      const auto outcome = run(peers, 3, /*rank=*/4, input);
      for (int step = 0; step < 3; ++step) expect_near(outcome[step][0], exact_sum(input, peers, step), 1e-4f * scale);
    }
  }
}

// By matrices in f64 and LibTorch's QR decomposition: P = QR(Σ M Q), Q = Σ Mᵀ P, the result is P Qᵀ, and each node keeps M - P Pᵀ M.
TEST(PowerSgd, FollowsTheAlgorithm) {
  constexpr int kPeers = 3, kSteps = 4;
  constexpr std::int64_t kRank = 3;
  const auto outcome = run(kPeers, kSteps, kRank, random_slice);

  const auto matrix = [](Slice slice, const FlatMatrix& m) {
    return at::from_blob(slice.data() + m.begin, {m.rows, m.columns}, at::kFloat).to(at::kDouble);
  };
  RandomStream random(kSeed);
  for (const FlatMatrix& m : kMatrices) {
    at::Tensor q = at::zeros({kRank, m.columns}, at::kDouble);
    for (std::int64_t i = 0; i < q.numel(); ++i) q.mutable_data_ptr<double>()[i] = random.bell();
    q = q.t();
    std::vector<at::Tensor> lacking;
    for (int peer = 0; peer < kPeers; ++peer) lacking.push_back(at::zeros({m.rows, m.columns}, at::kDouble));
    for (int step = 0; step < kSteps; ++step) {
      at::Tensor sum = at::zeros({m.rows, m.columns}, at::kDouble);
      for (int peer = 0; peer < kPeers; ++peer) sum += lacking[peer] += matrix(random_slice(peer, step), m);
      const at::Tensor p = std::get<0>(at::linalg_qr(sum.matmul(q)));
      for (at::Tensor& theirs : lacking) theirs -= p.matmul(p.t().matmul(theirs));
      q = sum.t().matmul(p);
      const at::Tensor difference = matrix(outcome[step][0], m) - p.matmul(q.t());
      EXPECT_LE(difference.abs().max().item<double>(), 1e-4) << m.rows << " x " << m.columns << ", step " << step;
    }
  }
}

// Each step reduces the rank of the error by `rank`: after enough steps without gradients it is zero.
TEST(PowerSgd, LosesNothingOverSteps) {
  constexpr int kPeers = 3, kSteps = 100, kEmptySteps = 25;
  const Slice empty(kSize);
  const Input constant = [&](int peer, int step) { return step < kSteps ? random_slice(peer, 0) : empty; };
  const auto outcome = run(kPeers, kSteps + kEmptySteps, /*rank=*/2, constant);

  const Slice sum = exact_sum(constant, kPeers, 0);
  Slice lacking(kSize);
  const auto most = [](const Slice& slice) {
    float largest = 0;
    for (std::int64_t i = 0; i < kSize; ++i) largest = std::max(largest, in_matrix(i) ? std::abs(slice[i]) : 0.0f);
    return largest;
  };
  for (int step = 0; step < kSteps + kEmptySteps; ++step) {
    for (std::int64_t i = 0; i < kSize; ++i) lacking[i] += (step < kSteps ? sum[i] : 0.0f) - outcome[step][0][i];
    EXPECT_LE(most(lacking), 20 * most(sum)) << step;
    if (step == kSteps - 1) {
      EXPECT_GE(most(lacking), most(sum));
    }
  }
  EXPECT_LE(most(lacking), 0.01f);
}

TEST(PowerSgd, GivesTheSameBitsToAllPeersAndTheExactSumOfTheRest) {
  constexpr int kPeers = 4;
  const auto outcome = run(kPeers, 3, /*rank=*/5, random_slice);
  for (int step = 0; step < 3; ++step) {
    for (int peer = 1; peer < kPeers; ++peer) EXPECT_EQ(outcome[step][peer], outcome[step][0]);
    const Slice sum = exact_sum(random_slice, kPeers, step);
    for (std::int64_t i = 0; i < kSize; ++i) {
      if (!in_matrix(i)) {
        ASSERT_EQ(outcome[step][0][i], sum[i]) << i;
      }
    }
  }
}

TEST(PowerSgd, MakesZerosOfZerosAndThenFindsMatricesAgain) {
  const Input input = [](int peer, int step) { return step < 2 ? Slice(kSize) : thin_slice(peer, step); };
  const auto outcome = run(2, 3, /*rank=*/4, input);
  for (const int step : {0, 1}) EXPECT_EQ(outcome[step][1], Slice(kSize));
  expect_near(outcome[2][1], exact_sum(input, 2, 2), 1e-4f);
}

// The last step's matrices are orthogonal to all vectors found before.
TEST(PowerSgd, FindsMatricesInOtherColumns) {
  const Input input = [](int peer, int step) {
    Slice slice = thin_slice(peer, step);
    for (const FlatMatrix& m : kMatrices) {
      for (std::int64_t i = 0; i < m.size(); ++i) {
        if ((i % m.columns < 16) != (step < 2)) slice[m.begin + i] = 0;
      }
    }
    return slice;
  };
  const auto outcome = run(2, 4, /*rank=*/4, input);
  expect_near(outcome[3][0], exact_sum(input, 2, 3), 1e-4f);
}

TEST(PowerSgd, PropagatesNonfiniteValuesToAllPeersAndResets) {
  for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::nanf("")}) {
    const Input input = [bad](int peer, int step) {
      Slice slice = thin_slice(peer, step);
      if (peer == 1 && step == 1) slice[kMatrices[0].begin + 100] = slice.back() = bad;
      return slice;
    };
    const auto outcome = run(3, 3, /*rank=*/4, input);
    for (const Slice& slice : outcome[1]) {
      EXPECT_FALSE(std::isfinite(slice[kMatrices[0].begin]));
      EXPECT_FALSE(std::isfinite(slice.back()));
      for (std::int64_t i = kMatrices[1].begin; i < kMatrices[1].end(); ++i) ASSERT_TRUE(std::isfinite(slice[i]));
    }
    for (const int step : {0, 2}) expect_near(outcome[step][0], exact_sum(input, 3, step), 1e-4f);
  }
}

TEST(PowerSgd, AddsUpASliceWithoutMatrices) {
  test::run_ranks(2, [](comm::Communicator& group) {
    PowerSgd power_sgd(3, {}, 4, kSeed, group);
    Slice values = {1, 2, static_cast<float>(group.rank())};
    power_sgd.sum(values.data());
    EXPECT_EQ(values, (Slice{2, 4, 1}));
    PowerSgd(0, {}, 4, kSeed, group).sum(nullptr);
  });
}

}  // namespace
}  // namespace galen::trainer
