#include "data/convert.h"

#include "galen/instruction_sets.h"

#include <c10/util/Exception.h>

#include <functional>
#include <numeric>

namespace galen::data {

namespace {

using Run = void (*)(const std::byte*, std::int64_t, float, float, float*);

template <typename Stored>
GALEN_INLINE void scale_run(const std::byte* stored, std::int64_t count, float mean, float deviation, float* values) {
  const auto* from = reinterpret_cast<const Unaligned<Stored>*>(stored);
  for (std::int64_t i = 0; i < count; ++i) values[i] = (static_cast<float>(from[i].value) - mean) / deviation;
}

template <typename Stored>
GALEN_AVX512 void run_avx512(const std::byte* stored, std::int64_t count, float mean, float deviation, float* values) {
  scale_run<Stored>(stored, count, mean, deviation, values);
}

template <typename Stored>
GALEN_AVX2 void run_avx2(const std::byte* stored, std::int64_t count, float mean, float deviation, float* values) {
  scale_run<Stored>(stored, count, mean, deviation, values);
}

template <typename Stored>
GALEN_PORTABLE void run_portable(const std::byte* stored, std::int64_t count, float mean, float deviation, float* values) {
  scale_run<Stored>(stored, count, mean, deviation, values);
}

template <typename Stored>
Run widest_run() {
  static const Run widest = runnable<Run>(run_avx512<Stored>, run_avx2<Stored>, run_portable<Stored>).front();
  return widest;
}

template <typename Stored>
void arrange(const Layout& layout, const std::byte* stored, float* sample) {
  layout.arrange(reinterpret_cast<const Unaligned<Stored>*>(stored), sample);
}

Preparation unscaled(const Layout& layout) {
  const auto channels = static_cast<std::size_t>(layout.sample_shape().front());
  return {{}, {std::vector<float>(channels, 0.0F), std::vector<float>(channels, 1.0F)}};
}

}  // namespace

Converter::Converter(hdf5::Native stored, const Layout& layout) : Converter(stored, layout, unscaled(layout)) {}

Converter::Converter(hdf5::Native stored, const Layout& layout, const Preparation& preparation)
    : layout_(layout), preparation_(preparation), stored_bytes_(hdf5::bytes_of(stored)), rescale_(widest_run<float>()) {
  const std::vector<std::int64_t>& shape = layout.sample_shape();
  const Scaling& scaling = preparation.scaling;
  TORCH_CHECK(static_cast<std::int64_t>(scaling.mean.size()) == shape.front() && scaling.deviation.size() == scaling.mean.size(),
              "a scaling of ", scaling.mean.size(), " channels for samples of ", shape.front());
  inner_ = std::accumulate(shape.begin() + 1, shape.end(), std::int64_t{1}, std::multiplies<>());
  hdf5::with_type(stored, [this](auto* type) {
    using Stored = std::remove_pointer_t<decltype(type)>;
    run_ = widest_run<Stored>();
    arrange_ = arrange<Stored>;
  });
}

void Converter::convert(const std::byte* stored, float* sample) const {
  if (!preparation_.imputation.fill.empty()) {
    arrange_(layout_, stored, sample);
    prepare_row(preparation_, sample, sample);
  } else if (layout_.as_stored()) {
    scale_channels(run_, stored, stored_bytes_, sample);
  } else {
    arrange_(layout_, stored, sample);
    scale_channels(rescale_, reinterpret_cast<const std::byte*>(sample), sizeof(float), sample);
  }
}

void Converter::scale_channels(Run run, const std::byte* from, std::size_t element_bytes, float* sample) const {
  const auto& [mean, deviation] = preparation_.scaling;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const std::size_t begin = c * static_cast<std::size_t>(inner_);
    run(from + begin * element_bytes, inner_, mean[c], deviation[c], sample + begin);
  }
}

}  // namespace galen::data
