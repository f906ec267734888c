#include "data/files/training_moments.h"

#include "data/files/schema.h"

#include <numeric>

namespace galen::data {

namespace {

std::vector<std::int64_t> training_samples(const std::vector<Subset>& split, std::int64_t size) {
  std::vector<std::int64_t> samples = members(split, Subset::kTrain);
  if (samples.empty()) {
    samples.resize(static_cast<std::size_t>(size));
    std::iota(samples.begin(), samples.end(), 0);
  }
  return samples;
}

}  // namespace

TrainingMoments::TrainingMoments(const std::vector<Subset>& split, std::int64_t size, const std::vector<std::int64_t>& sample_shape)
    : measured_(training_samples(split, size)), moments_(sample_shape, static_cast<std::int64_t>(measured_.size())) {}

void TrainingMoments::add(std::int64_t first, const at::Tensor& values) {
  const std::int64_t end = first + values.size(0);
  while (next_ < measured_.size() && measured_[next_] < end) {
    const std::int64_t begin = measured_[next_];
    std::int64_t count = 0;
    for (; next_ < measured_.size() && measured_[next_] == begin + count && begin + count < end; ++next_) ++count;
    moments_.add(values.narrow(0, begin - first, count));
  }
}

void TrainingMoments::write(hdf5::Array& input) {
  const Moments found = moments_.finish();
  input.set_attribute(schema::kMeanAttribute, found.mean);
  input.set_attribute(schema::kDeviationAttribute, found.deviation);
}

}  // namespace galen::data
