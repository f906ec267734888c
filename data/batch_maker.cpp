#include "data/batch_maker.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <sys/resource.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace galen::data {

namespace {

constexpr std::int64_t kStepsAnnounced = 8;  // ahead, where samples come from a disk

std::vector<std::int64_t> rows_of(std::int64_t rows, at::IntArrayRef row) {
  std::vector<std::int64_t> shape = {rows};
  shape.insert(shape.end(), row.begin(), row.end());
  return shape;
}

std::int64_t page_faults_of_this_thread() {
  rusage usage = {};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_majflt;
}

}  // namespace

BatchMaker::BatchMaker(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members,
                       const std::vector<Preparation>& preparations, const LoaderOptions& options)
    : dataset_(std::move(dataset)), members_(std::move(members)), options_(options) {
  TORCH_CHECK(!members_.empty(), "a loader without samples");
  TORCH_CHECK(preparations.size() == dataset_->inputs(), preparations.size(), " preparations for ", dataset_->inputs(), " inputs");
  inputs_.reserve(preparations.size());
  for (std::size_t i = 0; i < preparations.size(); ++i) inputs_.emplace_back(dataset_->input(i), preparations[i]);
  for (const InputMaker& input : inputs_) {
    if (input.is_text()) texts_ = &input;
  }
  if (dataset_->target_kind() == TargetKind::kMask) {
    masks_.emplace(dataset_->masks(), Transforms(preparations.front().transforms, dataset_->input_shape()));
  }
  TORCH_CHECK(options_.batch > 0, "batch ", options_.batch);
  TORCH_CHECK(0 <= options_.my_lanes.begin && options_.my_lanes.begin < options_.my_lanes.end && options_.my_lanes.end <= options_.lanes,
              "lanes [", options_.my_lanes.begin, ", ", options_.my_lanes.end, ") of ", options_.lanes);
}

EpochOrder BatchMaker::order(std::int64_t epoch) const {
  Order order = !options_.shuffle  ? Order(size())
                : options_.windows ? Order(options_.windows, {options_.batch, options_.lanes}, options_.seed, epoch)
                                   : Order(size(), options_.seed, epoch);
  if (texts_ == nullptr) return EpochOrder(std::move(order));
  std::vector<std::int64_t> lengths(static_cast<std::size_t>(size()));
  for (std::int64_t p = 0; p < size(); ++p) {
    const std::int64_t sample = members_[static_cast<std::size_t>(order.sample_at(p))];
    lengths[static_cast<std::size_t>(p)] = texts_->length(sample);
  }
  LengthOrder by_length(lengths, options_.batch, options_.seed, epoch, options_.shuffle ? options_.length_window : 1);
  return {std::move(order), std::move(by_length)};
}

// Only the ragged step differs from the others, so that these two have the largest part of a step.
std::int64_t BatchMaker::most_rows() const {
  return std::max(my_positions(step_positions(0)).size(), my_positions(step_positions(steps() - 1)).size());
}

Samples BatchMaker::buffer() const {
  const std::int64_t most = most_rows();
  Samples samples{{}, {}, at::empty({most}, at::kLong)};
  for (const InputMaker& input : inputs_) samples.inputs.push_back(input.buffer(most));
  if (masks_) samples.target = at::empty(rows_of(most, at::IntArrayRef(inputs_.front().shape()).slice(1)), at::kByte);
  if (const at::Tensor& targets = dataset_->targets(); targets.defined()) {
    samples.target = at::empty(rows_of(most, targets.sizes().slice(1)), targets.scalar_type());
  }
  return samples;
}

Range BatchMaker::step_positions(std::int64_t step) const { return {step * options_.batch, std::min((step + 1) * options_.batch, size())}; }

Range BatchMaker::my_positions(Range positions) const {
  const auto lane = [&](std::int64_t number) { return lane_range(positions, static_cast<int>(number), options_.lanes); };
  return {lane(options_.my_lanes.begin).begin, lane(options_.my_lanes.end - 1).end};
}

void BatchMaker::choose(const EpochOrder& order, Range mine, std::int64_t* samples) const {
  for (std::int64_t i = 0; i < mine.size(); ++i) samples[i] = members_[static_cast<std::size_t>(order.sample_at(mine.begin + i))];
}

void BatchMaker::make(const EpochOrder& order, std::int64_t epoch, std::int64_t step, const Samples& buffer, Batch& batch,
                      Workplace& workplace) const {
  const Range positions = step_positions(step);
  const Range mine = my_positions(positions);
  batch.positions = positions;
  batch.my_lanes = options_.my_lanes;
  batch.samples = buffer.rows({0, mine.size()});
  if (texts_ != nullptr) {
    const std::int64_t length = std::min(order.padded_length(step), texts_->shape().front());
    const auto number = static_cast<std::size_t>(texts_ - inputs_.data());
    batch.samples.inputs[number] = texts_->part(buffer.inputs[number], mine.size(), length);
  }
  batch.lane_rows.clear();
  for (std::int64_t lane = options_.my_lanes.begin; lane < options_.my_lanes.end; ++lane) {
    const Range part = lane_range(positions, static_cast<int>(lane), options_.lanes);
    batch.lane_rows.push_back({part.begin - mine.begin, part.end - mine.begin});
  }
  choose(order, mine, batch.samples.index.mutable_data_ptr<std::int64_t>());
  announce_later_steps(order, step, workplace);
  const std::span<const std::int64_t> samples(batch.samples.index.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(mine.size()));
  if (samples.empty()) return;
  const InputMaker::Draw draw = {options_.seed, epoch, options_.augment};
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    inputs_[i].fill(samples, draw, batch.samples.inputs[i], workplace.scratch, workplace.room);
  if (masks_) {
    read_masks(samples, epoch, batch.samples.target, workplace);
  } else if (batch.samples.target.defined()) {
    copy_targets(samples, batch.samples.target);
  }
}

void BatchMaker::read_masks(std::span<const std::int64_t> samples, std::int64_t epoch, const at::Tensor& target,
                            Workplace& workplace) const {
  auto* labels = target.mutable_data_ptr<std::uint8_t>();
  const std::int64_t cells = target.numel() / target.size(0);
  dataset_->visit_masks(samples, workplace.scratch, [&](std::size_t i, const std::byte* stored) {
    masks_->convert(stored, {options_.seed, epoch, samples[i]}, options_.augment, workplace.mask_room,
                    labels + static_cast<std::int64_t>(i) * cells);
  });
}

void BatchMaker::copy_targets(std::span<const std::int64_t> samples, const at::Tensor& target) const {
  const at::Tensor& all = dataset_->targets();
  const std::size_t row = all.nbytes() / static_cast<std::size_t>(all.size(0));
  const auto* from = static_cast<const std::byte*>(all.const_data_ptr());
  auto* to = static_cast<std::byte*>(target.mutable_data_ptr());
  for (std::size_t i = 0; i < samples.size(); ++i) std::memcpy(to + i * row, from + static_cast<std::size_t>(samples[i]) * row, row);
}

// Asking the system costs as much as copying a small sample, so it is done only once the disk has been waited for in this epoch.
void BatchMaker::announce_later_steps(const EpochOrder& order, std::int64_t step, Workplace& workplace) const {
  if (!workplace.is_cold) {
    const std::int64_t faults = page_faults_of_this_thread();
    workplace.is_cold = faults > workplace.page_faults;
    workplace.page_faults = faults;
  }
  if (!workplace.is_cold) return;
  const std::int64_t end = std::min(step + 1 + kStepsAnnounced, steps());
  for (std::int64_t later = std::max(workplace.announced, step + 1); later < end; ++later) {
    const Range mine = my_positions(step_positions(later));
    workplace.soon.resize(static_cast<std::size_t>(mine.size()));
    choose(order, mine, workplace.soon.data());
    dataset_->will_need(workplace.soon);
  }
  workplace.announced = std::max(workplace.announced, end);
}

}  // namespace galen::data
