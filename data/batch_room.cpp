#include "data/batch_room.h"

#include "data/files/sample_room.h"
#include "galen/room.h"
#include "galen/size_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <vector>

namespace galen::data {

namespace {

constexpr std::int64_t kFloat = 4;
constexpr std::int64_t kTokenOrDouble = 8;

}  // namespace

void expect_room_for_batches(const Dataset& dataset, const std::vector<Preparation>& preparations, const BatchRoom& room) {
  std::int64_t sample = 0;
  std::vector<std::string> shapes;
  for (std::size_t i = 0; i < preparations.size(); ++i) {
    const Dataset& input = dataset.input(i);
    const std::vector<std::int64_t> shape = output_shape(preparations[i], input.input_shape());
    const std::int64_t bytes =
        saturating_product(elements_of(shape), input.vocabulary() || preparations[i].table ? kTokenOrDouble : kFloat);
    sample += std::min(bytes, std::numeric_limits<std::int64_t>::max() - sample);
    shapes.push_back(fmt::format("[{}]", fmt::join(shape, ", ")));
  }
  const std::int64_t batch = saturating_product(sample, room.rows);
  const std::string processes = room.processes > 1 ? fmt::format(", of each of {} processes on this machine", room.processes) : "";
  expect_memory(saturating_product(saturating_product(batch, room.slots), room.processes),
                fmt::format("{}: {} batches of {} samples{}, a sample being {} ({})", dataset.file(), room.slots, room.rows, processes,
                            fmt::join(shapes, " and "), size_text(sample)),
                "Use a smaller batch, fewer loading threads (data.threads) or processes, or smaller samples (data.prepare = resize(…)).");
}

}  // namespace galen::data
