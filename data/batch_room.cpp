#include "data/batch_room.h"

#include "data/files/sample_room.h"
#include "galen/room.h"
#include "galen/size_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace galen::data {

namespace {

constexpr std::int64_t kFloat = 4;
constexpr std::int64_t kTokenOrDouble = 8;

}  // namespace

void expect_room_for_batches(const Dataset& dataset, const Preparation& preparation, const BatchRoom& room) {
  const std::vector<std::int64_t> shape = output_shape(preparation, dataset.input_shape());
  const std::int64_t sample = saturating_product(elements_of(shape), dataset.vocabulary() || preparation.table ? kTokenOrDouble : kFloat);
  const std::int64_t batch = saturating_product(sample, room.rows);
  const std::string processes = room.processes > 1 ? fmt::format(", of each of {} processes on this machine", room.processes) : "";
  expect_memory(saturating_product(saturating_product(batch, room.slots), room.processes),
                fmt::format("{}: {} batches of {} samples{}, a sample being [{}] ({})", dataset.file(), room.slots, room.rows, processes,
                            fmt::join(shape, ", "), size_text(sample)),
                "Use a smaller batch, fewer loading threads (data.threads) or processes, or smaller samples (data.prepare = resize(…)).");
}

}  // namespace galen::data
