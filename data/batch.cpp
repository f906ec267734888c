#include "data/batch.h"

#include <c10/util/Exception.h>

namespace galen::data {

std::int64_t Samples::size() const { return index.size(0); }

Samples Samples::rows(Range range) const {
  const auto cut = [&](const at::Tensor& values) { return values.defined() ? values.narrow(0, range.begin, range.size()) : values; };
  return {inputs.rows(range), cut(target), cut(index)};
}

Samples Batch::lane(std::int64_t lane) const {
  TORCH_CHECK(lane >= my_lanes.begin && lane < my_lanes.end, "lane ", lane, " is not one of this worker");
  return samples.rows(lane_rows[static_cast<std::size_t>(lane - my_lanes.begin)]);
}

}  // namespace galen::data
