#include "data/sampling/order.h"

#include "galen/splitmix64.h"

#include <c10/util/Exception.h>

#include <algorithm>

namespace galen::data {

namespace {

std::uint64_t key_of(std::uint64_t seed, std::int64_t epoch) { return splitmix64(seed) + static_cast<std::uint64_t>(epoch); }

}  // namespace

// The samples of all chunks, chunk after shuffled chunk, are one sequence. Lane l has the part [lane_begin[l], lane_begin[l + 1]) of it, as
// long as the positions that it gets in an epoch, and cuts it into windows; its first one is shorter by l/lanes of a window.
struct Order::Windows {
  Windows(const std::shared_ptr<const Chunks>& which, StepShape form, std::uint64_t key_of_epoch)
      : chunks(which), shape(form), key(key_of_epoch), size(chunks->begin.back()) {
    const auto count = static_cast<std::uint64_t>(chunks->begin.size() - 1);
    const Permutation permutation(count, splitmix64(key));
    sequence_begin.push_back(0);
    for (std::uint64_t i = 0; i < count; ++i) {
      sequence.push_back(static_cast<std::size_t>(permutation(i)));
      sequence_begin.push_back(sequence_begin.back() + chunks->begin[sequence.back() + 1] - chunks->begin[sequence.back()]);
    }
    const Range ragged = {size / shape.batch * shape.batch, size};
    lane_begin.push_back(0);
    for (int lane = 0; lane < shape.lanes; ++lane) {
      lane_begin.push_back(lane_begin.back() + size / shape.batch * a_step(lane) + lane_range(ragged, lane, shape.lanes).size());
    }
  }

  std::int64_t a_step(int lane) const { return lane_range({0, shape.batch}, lane, shape.lanes).size(); }

  std::int64_t sample_at(std::int64_t position) const {
    const std::int64_t step = position / shape.batch;
    const Range positions = {step * shape.batch, std::min((step + 1) * shape.batch, size)};
    // The cuts between lanes are rounded: the estimate may be one off.
    int lane = static_cast<int>((position - positions.begin) * shape.lanes / positions.size());
    while (position < lane_range(positions, lane, shape.lanes).begin) --lane;
    while (position >= lane_range(positions, lane, shape.lanes).end) ++lane;
    return sample_of_lane(lane, step * a_step(lane) + position - lane_range(positions, lane, shape.lanes).begin);
  }

  // Number `index` of what the lane gets in the epoch.
  std::int64_t sample_of_lane(int lane, std::int64_t index) const {
    const auto l = static_cast<std::size_t>(lane);
    const std::int64_t length = lane_begin[l + 1] - lane_begin[l];
    const std::int64_t lead = chunks->window * lane / shape.lanes;
    const std::int64_t window = (index + lead) / chunks->window;
    const std::int64_t begin = std::max<std::int64_t>(window * chunks->window - lead, 0);
    const std::int64_t end = std::min((window + 1) * chunks->window - lead, length);
    const std::uint64_t window_key =
        splitmix64(key + kGoldenRatio * static_cast<std::uint64_t>(lane + 1)) + static_cast<std::uint64_t>(window);
    const Permutation shuffle(static_cast<std::uint64_t>(end - begin), window_key);
    return sample_in_sequence(lane_begin[l] + begin + static_cast<std::int64_t>(shuffle(static_cast<std::uint64_t>(index - begin))));
  }

  std::int64_t sample_in_sequence(std::int64_t place) const {
    const auto i =
        static_cast<std::size_t>(std::upper_bound(sequence_begin.begin(), sequence_begin.end(), place) - sequence_begin.begin()) - 1;
    return chunks->begin[sequence[i]] + place - sequence_begin[i];
  }

  std::shared_ptr<const Chunks> chunks;
  StepShape shape;
  std::uint64_t key;
  std::int64_t size;
  std::vector<std::size_t> sequence;  // of the chunks
  std::vector<std::int64_t> sequence_begin;
  std::vector<std::int64_t> lane_begin;
};

Order::Order(std::int64_t size) : size_(size), shuffled_(false), permutation_(0, 0) {}

Order::Order(std::int64_t size, std::uint64_t seed, std::int64_t epoch)
    : size_(size), shuffled_(true), permutation_(static_cast<std::uint64_t>(size), key_of(seed, epoch)) {}

Order::Order(const std::shared_ptr<const Chunks>& chunks, StepShape shape, std::uint64_t seed, std::int64_t epoch)
    : size_(chunks->begin.back()),
      shuffled_(true),
      permutation_(0, 0),
      windows_(std::make_shared<const Windows>(chunks, shape, key_of(seed, epoch))) {}

std::int64_t Order::size() const { return size_; }

std::int64_t Order::sample_at(std::int64_t position) const {
  TORCH_CHECK(position >= 0 && position < size_, "position ", position, " of ", size_);
  if (windows_) return windows_->sample_at(position);
  return shuffled_ ? static_cast<std::int64_t>(permutation_(static_cast<std::uint64_t>(position))) : position;
}

}  // namespace galen::data
