#include "trainer/measures/statistics/resampling.h"

#include "comm/collectives.h"

#include <ATen/Parallel.h>
#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>

namespace galen::trainer {
namespace {

constexpr std::int64_t kAtOnce = Resamples::kAtOnce;

std::int64_t share_of(std::int64_t rank, std::int64_t resamples, std::int64_t ranks) { return (resamples - rank + ranks - 1) / ranks; }

// The figures in this rank's resamples, [mine, figures].
at::Tensor compute(const std::vector<const Figures*>& families, const Resamples& draws, std::int64_t figures, std::int64_t mine,
                   const comm::Communicator& communicator) {
  at::Tensor table = at::empty({mine, figures}, at::kDouble);
  auto cell = table.accessor<double, 2>();
  at::parallel_for(0, (mine + kAtOnce - 1) / kAtOnce, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<std::uint8_t> times;
    std::vector<double> values(static_cast<std::size_t>(figures * kAtOnce));
    for (std::int64_t batch = begin; batch < end; ++batch) {
      std::array<std::int64_t, kAtOnce> numbers{};
      for (std::int64_t k = 0; k < kAtOnce; ++k) {
        numbers[static_cast<std::size_t>(k)] = communicator.rank() + communicator.size() * (batch * kAtOnce + k);
      }
      draws.draw(numbers, times);
      std::size_t place = 0;
      for (const Figures* family : families) {
        family->evaluate(times.data(), values.data() + place * kAtOnce);
        place += family->count();
      }
      for (std::int64_t k = 0; k < std::min(kAtOnce, mine - batch * kAtOnce); ++k) {
        for (std::int64_t f = 0; f < figures; ++f) cell[batch * kAtOnce + k][f] = values[static_cast<std::size_t>(f * kAtOnce + k)];
      }
    }
  });
  return table;
}

}  // namespace

std::vector<std::vector<double>> resample(const std::vector<const Figures*>& families, const Resamples& draws, std::int64_t resamples,
                                          comm::Communicator& communicator) {
  std::int64_t figures = 0;
  for (const Figures* family : families) figures += static_cast<std::int64_t>(family->count());
  if (figures == 0 || resamples == 0) return {};
  const std::int64_t ranks = communicator.size();
  const std::int64_t mine = share_of(communicator.rank(), resamples, ranks);
  const at::Tensor all = comm::all_gather(communicator, compute(families, draws, figures, mine, communicator));

  const auto cell = all.accessor<double, 2>();
  std::vector<std::vector<double>> values(static_cast<std::size_t>(figures), std::vector<double>(static_cast<std::size_t>(resamples)));
  std::int64_t row = 0;
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    for (std::int64_t r = rank; r < resamples; r += ranks, ++row) {
      for (std::int64_t f = 0; f < figures; ++f) values[static_cast<std::size_t>(f)][static_cast<std::size_t>(r)] = cell[row][f];
    }
  }
  return values;
}

}  // namespace galen::trainer
