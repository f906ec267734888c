#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

// Learners that sum over all samples go through them in the order (patient, sample), cut into lanes: a lane is summed alone, and lanes are
// joined along one tree, so that the sums have the same bits on any number of workers. No patient lies in two lanes, so that what is summed
// up patient by patient needs no other lane.

/// How many lanes such a run has where no number is chosen, whatever the numbers of workers and of samples.
inline constexpr std::int64_t kUsualLanes = 256;

/// `members` of a data set in the order (patient, sample). `groups`: of all samples of the data set, as Dataset::groups() has them.
std::vector<std::int64_t> order_by_patient(std::span<const std::int64_t> members, std::span<const std::int64_t> groups);

/// First row of each lane, then the number of rows: an even cut whose borders move up to where the next patient begins. `patients`: of each
/// row, in order_by_patient(). A lane may be empty, as all but one are where there is one patient.
std::vector<std::int64_t> lane_begins(std::span<const std::int64_t> patients, std::int64_t lanes);

}  // namespace galen::data
