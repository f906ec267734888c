#include "data/transforms/intensity.h"

#include "data/transforms/moments.h"
#include "galen/error.h"

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

// factor · x + offset, for each channel as `line` says from the channel's values and the sample's random stream.
struct Line {
  double factor = 1;
  double offset = 0;
};

template <typename LineOf>
Transform lines(const SampleForm& form, LineOf line_of) {
  const auto values = [grid = form.grid, line_of](const float* sample, float* result, RandomStream random, Workspace&) {
    for (std::int64_t c = 0; c < grid.channels; ++c) {
      const Line line = line_of(sample, grid, c, random);
      const auto factor = static_cast<float>(line.factor);
      const auto offset = static_cast<float>(line.offset);
      for (std::int64_t i = c * grid.cells(); i < (c + 1) * grid.cells(); ++i) result[i] = factor * sample[i] + offset;
    }
  };
  return {.result = form, .values = values};
}

void raise(const Grid& grid, double gamma, const float* sample, float* result) {
  const std::int64_t size = grid.elements();
  const auto [smallest, largest] = std::minmax_element(sample, sample + size);
  const float low = *smallest;
  const float range = *largest - low;
  if (!(range > 0)) {
    std::copy_n(sample, size, result);
    return;
  }
  const auto power = static_cast<float>(gamma);
  for (std::int64_t i = 0; i < size; ++i) result[i] = std::pow((sample[i] - low) / range, power) * range + low;
}

}  // namespace

Transform make_window(Arguments& arguments, const SampleForm& form) {
  const double low = arguments.number("low", -Arguments::kAny, Arguments::kAny);
  const double high = arguments.number("high", -Arguments::kAny, Arguments::kAny);
  if (!(low < high)) arguments.refuse("low must be less than high");
  const auto values = [size = form.grid.elements(), from = static_cast<float>(low), to = static_cast<float>(high)](
                          const float* sample, float* result, RandomStream, Workspace&) {
    for (std::int64_t i = 0; i < size; ++i) result[i] = (std::clamp(sample[i], from, to) - from) / (to - from);
  };
  return {.result = {form.grid, {0, 1}}, .values = values};
}

Transform make_grey(Arguments& arguments, const SampleForm& form) {
  if (form.grid.dimensions == 1) arguments.refuse("it is for images and volumes, and these samples are signals");
  if (form.grid.channels != 1 && form.grid.channels != 3) {
    arguments.refuse(fmt::format("samples have {} channels here; colours have 3", form.grid.channels));
  }
  SampleForm result = form;
  result.grid.channels = 1;
  const auto values = [cells = form.grid.cells(), is_grey = form.grid.channels == 1](const float* sample, float* grey, RandomStream,
                                                                                     Workspace&) {
    for (std::int64_t i = 0; i < cells; ++i) {
      grey[i] = is_grey ? sample[i] : 0.299F * sample[i] + 0.587F * sample[i + cells] + 0.114F * sample[i + 2 * cells];
    }
  };
  return {.result = result, .values = values};
}

Transform make_standardize(Arguments&, const SampleForm& form) {
  SampleForm result = form;
  result.range = {0, 1};
  result.as_stored = false;
  return lines(result, [](const float* sample, const Grid& grid, std::int64_t c, RandomStream&) {
    const auto [mean, deviation] = mean_and_deviation(sample + c * grid.cells(), grid.cells());
    const double divisor = deviation > 0 ? deviation : 1;
    return Line{1 / divisor, -mean / divisor};
  });
}

Transform make_gamma(Arguments& arguments, const SampleForm& form) {
  const double gamma = arguments.number("gamma", 0.01, 100);
  const auto values = [grid = form.grid, gamma](const float* sample, float* result, RandomStream, Workspace&) {
    raise(grid, gamma, sample, result);
  };
  return {.result = form, .values = values};
}

Transform make_random_gamma(Arguments& arguments, const SampleForm& form) {
  const double most = std::log(arguments.number("most", 1, 100));
  const auto values = [grid = form.grid, most](const float* sample, float* result, RandomStream random, Workspace&) {
    raise(grid, std::exp(random.uniform(-most, most)), sample, result);
  };
  return {.result = form, .values = values};
}

Transform make_brightness(Arguments& arguments, const SampleForm& form) {
  const double amount = arguments.number("amount", 0, 1000);
  return lines(form, [amount](const float* sample, const Grid& grid, std::int64_t c, RandomStream random) {
    const double deviation = mean_and_deviation(sample + c * grid.cells(), grid.cells()).deviation;
    return Line{1, random.uniform(-amount, amount) * deviation};
  });
}

Transform make_contrast(Arguments& arguments, const SampleForm& form) {
  const double amount = arguments.number("amount", 0, 1);
  return lines(form, [amount](const float* sample, const Grid& grid, std::int64_t c, RandomStream random) {
    const double factor = 1 + random.uniform(-amount, amount);
    return Line{factor, (1 - factor) * mean_and_deviation(sample + c * grid.cells(), grid.cells()).mean};
  });
}

Transform make_scale(Arguments& arguments, const SampleForm& form) {
  const double amount = arguments.number("amount", 0, 1);
  return lines(form, [amount](const float*, const Grid&, std::int64_t, RandomStream random) {
    return Line{1 + random.uniform(-amount, amount), 0};
  });
}

}  // namespace galen::data
