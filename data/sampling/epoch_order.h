#pragma once

#include "data/sampling/length_order.h"
#include "data/sampling/order.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace galen::data {

/// Which sample is at which position of an epoch, as batches are made of them; texts of similar length share a step.
class EpochOrder {
 public:
  explicit EpochOrder(Order order) : order_(std::move(order)) {}
  EpochOrder(Order order, LengthOrder lengths) : order_(std::move(order)), lengths_(std::move(lengths)) {}

  std::int64_t sample_at(std::int64_t position) const { return order_.sample_at(lengths_ ? lengths_->position_at(position) : position); }

  /// Of texts: see LengthOrder.
  std::int64_t padded_length(std::int64_t step) const { return lengths_->padded_length(step); }

 private:
  Order order_;
  std::optional<LengthOrder> lengths_;
};

}  // namespace galen::data
