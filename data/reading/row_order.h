#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace galen::data {

/// Into `order` the numbers 0 … rows.size() - 1, sorted by place(rows[number]); where places are equal, as they came.
template <typename Place>
void sort_rows(std::span<const std::int64_t> rows, std::vector<std::size_t>& order, Place place) {
  order.resize(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto left = place(rows[a]);
    const auto right = place(rows[b]);
    return left != right ? left < right : a < b;
  });
}

}  // namespace galen::data
