#include "data/files/channel_moments.h"

#include "data/files/sample_blocks.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

// Visits the values of one channel in a block [n, channels, …].
template <typename Visit>
void for_each_value(const at::Tensor& block, std::int64_t channel, Visit visit) {
  const std::int64_t channels = block.size(1);
  const std::int64_t inner = block.numel() / (block.size(0) * channels);
  const float* values = block.const_data_ptr<float>();
  for (std::int64_t sample = 0; sample < block.size(0); ++sample) {
    const float* row = values + (sample * channels + channel) * inner;
    for (std::int64_t i = 0; i < inner; ++i) visit(row[i]);
  }
}

}  // namespace

MomentsOfBlocks::Channel MomentsOfBlocks::Channel::of(const at::Tensor& block, std::int64_t channel) {
  Channel moments;
  double sum = 0;
  for_each_value(block, channel, [&](float value) {
    if (!std::isfinite(value)) return;
    sum += value;
    ++moments.count;
  });
  if (moments.count == 0) return moments;
  moments.mean = sum / moments.count;
  for_each_value(block, channel, [&](float value) {
    if (std::isfinite(value)) moments.squares += (value - moments.mean) * (value - moments.mean);
  });
  return moments;
}

// Chan, Golub & LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979: no cancellation, whatever the
// mean.
void MomentsOfBlocks::Channel::merge(const Channel& block) {
  if (block.count == 0) return;
  const double total = count + block.count;
  const double distance = block.mean - mean;
  squares += block.squares + distance * distance * count * block.count / total;
  mean += distance * block.count / total;
  count = total;
}

void MomentsOfBlocks::add(const at::Tensor& block) {
  values_ += static_cast<double>(block.numel()) / static_cast<double>(channels_.size());
  for (std::size_t c = 0; c < channels_.size(); ++c) channels_[c].merge(Channel::of(block, static_cast<std::int64_t>(c)));
}

Moments MomentsOfBlocks::moments() const {
  Moments result;
  for (const Channel& channel : channels_) {
    result.mean.push_back(channel.mean);
    result.deviation.push_back(channel.count > 0 ? std::sqrt(channel.squares / channel.count) : 0);
    result.missing.push_back(static_cast<std::int64_t>(values_ - channel.count));
  }
  return result;
}

Moments measure(const Dataset& dataset, std::span<const std::int64_t> samples) {
  MomentsOfBlocks measured(dataset.input_shape().front());
  for_each_block(dataset, samples, [&](std::span<const std::int64_t>, const at::Tensor& block) { measured.add(block); });
  return measured.moments();
}

StreamedMoments::StreamedMoments(std::vector<std::int64_t> sample_shape, std::int64_t samples) : measured_(sample_shape.front()) {
  sample_shape.insert(sample_shape.begin(), samples_a_block(sample_shape, samples));
  block_ = at::empty(sample_shape, at::kFloat);
}

void StreamedMoments::add(const at::Tensor& samples) {
  for (std::int64_t taken = 0; taken < samples.size(0);) {
    const std::int64_t count = std::min(samples.size(0) - taken, block_.size(0) - filled_);
    block_.narrow(0, filled_, count).copy_(samples.narrow(0, taken, count));
    taken += count;
    filled_ += count;
    if (filled_ < block_.size(0)) return;
    measured_.add(block_);
    filled_ = 0;
  }
}

Moments StreamedMoments::finish() {
  if (filled_ > 0) measured_.add(block_.narrow(0, 0, filled_));
  filled_ = 0;
  return measured_.moments();
}

}  // namespace galen::data
