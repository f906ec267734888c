#include "data/sampling/patient_lanes.h"

#include "galen/range.h"

#include <algorithm>
#include <cstddef>

namespace galen::data {

std::vector<std::int64_t> order_by_patient(std::span<const std::int64_t> members, std::span<const std::int64_t> groups) {
  std::vector<std::int64_t> rows(members.begin(), members.end());
  std::sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
    const std::int64_t left = groups[static_cast<std::size_t>(a)];
    const std::int64_t right = groups[static_cast<std::size_t>(b)];
    return left != right ? left < right : a < b;
  });
  return rows;
}

std::vector<std::int64_t> lane_begins(std::span<const std::int64_t> patients, std::int64_t lanes) {
  const auto rows = static_cast<std::int64_t>(patients.size());
  std::vector<std::int64_t> begins;
  std::int64_t begin = 0;
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    begin = std::max(begin, lane_range({0, rows}, static_cast<int>(lane), static_cast<int>(lanes)).begin);
    const auto at = [&](std::int64_t row) { return patients[static_cast<std::size_t>(row)]; };
    while (begin > 0 && begin < rows && at(begin) == at(begin - 1)) ++begin;
    begins.push_back(begin);
  }
  begins.push_back(rows);
  return begins;
}

}  // namespace galen::data
