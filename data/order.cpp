#include "data/order.h"

#include "data/splitmix64.h"

#include <c10/util/Exception.h>

namespace galen::data {

namespace {

std::int64_t cut(Range step, int cuts, int lanes) { return step.begin + step.size() * cuts / lanes; }

}  // namespace

Range lane_range(Range step, int lane, int lanes) {
  TORCH_CHECK(lane >= 0 && lane < lanes, "lane ", lane, " of ", lanes);
  return {cut(step, lane, lanes), cut(step, lane + 1, lanes)};
}

Order::Order(std::int64_t size) : size_(size), shuffled_(false), permutation_(0, 0) {}

Order::Order(std::int64_t size, std::uint64_t seed, std::int64_t epoch)
    : size_(size), shuffled_(true), permutation_(static_cast<std::uint64_t>(size), splitmix64(seed) + static_cast<std::uint64_t>(epoch)) {}

std::int64_t Order::size() const { return size_; }

std::int64_t Order::sample_at(std::int64_t position) const {
  TORCH_CHECK(position >= 0 && position < size_, "position ", position, " of ", size_);
  return shuffled_ ? static_cast<std::int64_t>(permutation_(static_cast<std::uint64_t>(position))) : position;
}

}  // namespace galen::data
