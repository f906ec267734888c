#include "galen/range.h"

#include <c10/util/Exception.h>

namespace galen {

namespace {

std::int64_t cut(Range whole, int cuts, int lanes) { return whole.begin + whole.size() * cuts / lanes; }

}  // namespace

Range lane_range(Range whole, int lane, int lanes) {
  TORCH_CHECK(lane >= 0 && lane < lanes, "lane ", lane, " of ", lanes);
  return {cut(whole, lane, lanes), cut(whole, lane + 1, lanes)};
}

}  // namespace galen
