#include "data/transforms/corruption.h"

#include "data/transforms/moments.h"

#include <algorithm>

namespace galen::data {

Transform make_noise(Arguments& arguments, const SampleForm& form) {
  const double amount = arguments.number("amount", 0, 1000);
  const auto values = [grid = form.grid, amount](const float* sample, float* result, RandomStream random, Workspace&) {
    for (std::int64_t c = 0; c < grid.channels; ++c) {
      const std::int64_t begin = c * grid.cells();
      const double deviation = amount * mean_and_deviation(sample + begin, grid.cells()).deviation;
      for (std::int64_t i = begin; i < begin + grid.cells(); ++i) result[i] = sample[i] + static_cast<float>(deviation * random.bell());
    }
  };
  return {.result = form, .values = values};
}

Transform make_cutout(Arguments& arguments, const SampleForm& form) {
  Arguments::Extents box = arguments.extents(form.grid, 1, 1 << 16);
  const auto values = [grid = form.grid, box](const float* sample, float* result, RandomStream random, Workspace&) {
    std::copy_n(sample, grid.elements(), result);
    Arguments::Extents begin = {0, 0, 0};
    Arguments::Extents end = grid.extent;
    for (int a = grid.first_axis(); a < Grid::kAxes; ++a) {
      const std::int64_t first = static_cast<std::int64_t>(random.uniform() * static_cast<double>(grid.extent[a])) - box[a] / 2;
      begin[a] = std::max<std::int64_t>(first, 0);
      end[a] = std::min(first + box[a], grid.extent[a]);
    }
    for (std::int64_t c = 0; c < grid.channels; ++c) {
      const auto mean = static_cast<float>(mean_and_deviation(sample + c * grid.cells(), grid.cells()).mean);
      for (std::int64_t d = begin[0]; d < end[0]; ++d) {
        for (std::int64_t h = begin[1]; h < end[1]; ++h) {
          float* row = result + ((c * grid.extent[0] + d) * grid.extent[1] + h) * grid.extent[2];
          std::fill(row + begin[2], row + end[2], mean);
        }
      }
    }
  };
  return {.result = form, .values = values};
}

}  // namespace galen::data
