#include "comm/collectives.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace galen::comm {

namespace {

// Tensors own the buffers: after an exception, messages may still be in flight.
at::Tensor bytes_of(const std::string& text) {
  at::Tensor bytes = at::empty({static_cast<std::int64_t>(text.size())}, at::kByte);
  if (!text.empty()) std::memcpy(bytes.mutable_data_ptr(), text.data(), text.size());
  return bytes;
}

std::string text_of(const at::Tensor& bytes) {
  return {static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::size_t>(bytes.numel())};
}

at::Tensor integers(const std::vector<std::int64_t>& values) {
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
  std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<std::int64_t>());
  return tensor;
}

}  // namespace

std::vector<std::int64_t> gather_integers(Communicator& communicator, std::vector<std::int64_t> mine) {
  const auto length = static_cast<std::int64_t>(mine.size());
  at::Tensor all = at::empty({length * communicator.size()}, at::kLong);
  communicator.all_gather(integers(mine), all, std::vector<std::int64_t>(communicator.size(), length));
  const auto* begin = all.const_data_ptr<std::int64_t>();
  return {begin, begin + all.numel()};
}

std::unique_ptr<Communicator> ordered_by_node(Communicator& group) { return group.split(0, group.node()); }

at::Tensor all_gather(Communicator& communicator, const at::Tensor& mine) {
  TORCH_CHECK(mine.dim() >= 1, "all_gather: a scalar has no dimension to concatenate along");
  std::vector<std::int64_t> shape = mine.sizes().vec();
  std::int64_t row = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) row *= shape[d];

  const std::vector<std::int64_t> extents = gather_integers(communicator, {shape[0], row});
  std::vector<std::int64_t> counts(communicator.size());
  shape[0] = 0;
  for (int r = 0; r < communicator.size(); ++r) {
    TORCH_CHECK(extents[2 * r + 1] == row, "all_gather: rows of ", extents[2 * r + 1], " elements on rank ", r, ", of ", row, " here");
    counts[r] = extents[2 * r] * row;
    shape[0] += extents[2 * r];
  }
  at::Tensor all = at::empty(shape, mine.options());
  communicator.all_gather(mine.contiguous(), all, counts);
  return all;
}

std::string broadcast(Communicator& communicator, const std::string& text, int root) {
  at::Tensor length = integers({static_cast<std::int64_t>(text.size())});
  communicator.broadcast(length, root);
  const bool mine = communicator.rank() == root;
  at::Tensor bytes = mine ? bytes_of(text) : at::empty({*length.const_data_ptr<std::int64_t>()}, at::kByte);
  communicator.broadcast(bytes, root);
  return mine ? text : text_of(bytes);
}

std::vector<std::string> all_gather(Communicator& communicator, const std::string& text) {
  const std::vector<std::int64_t> lengths = gather_integers(communicator, {static_cast<std::int64_t>(text.size())});
  at::Tensor all = at::empty({std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0})}, at::kByte);
  communicator.all_gather(bytes_of(text), all, lengths);
  const std::string joined = text_of(all);
  std::vector<std::string> texts;
  std::size_t begin = 0;
  for (const std::int64_t length : lengths) {
    texts.push_back(joined.substr(begin, length));
    begin += length;
  }
  return texts;
}

}  // namespace galen::comm
