#include "comm/collectives.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

namespace galen::comm {

namespace {

at::Tensor bytes_of(const std::string& text) {
  return at::from_blob(const_cast<char*>(text.data()), {static_cast<std::int64_t>(text.size())}, at::kByte);
}

}  // namespace

std::vector<std::int64_t> gather_integers(Communicator& communicator, std::vector<std::int64_t> mine) {
  const auto length = static_cast<std::int64_t>(mine.size());
  std::vector<std::int64_t> all(mine.size() * communicator.size());
  const at::Tensor from = at::from_blob(mine.data(), {length}, at::kLong);
  at::Tensor to = at::from_blob(all.data(), {static_cast<std::int64_t>(all.size())}, at::kLong);
  communicator.all_gather(from, to, std::vector<std::int64_t>(communicator.size(), length));
  return all;
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
  auto length = static_cast<std::int64_t>(text.size());
  at::Tensor length_tensor = at::from_blob(&length, {1}, at::kLong);
  communicator.broadcast(length_tensor, root);
  std::string result = communicator.rank() == root ? text : std::string(length, '\0');
  at::Tensor bytes = bytes_of(result);
  communicator.broadcast(bytes, root);
  return result;
}

std::vector<std::string> all_gather(Communicator& communicator, const std::string& text) {
  const std::vector<std::int64_t> lengths = gather_integers(communicator, {static_cast<std::int64_t>(text.size())});
  std::vector<std::string> texts;
  std::string joined;
  for (const std::int64_t length : lengths) joined.resize(joined.size() + length);
  at::Tensor all = bytes_of(joined);
  communicator.all_gather(bytes_of(text), all, lengths);
  std::size_t begin = 0;
  for (const std::int64_t length : lengths) {
    texts.push_back(joined.substr(begin, length));
    begin += length;
  }
  return texts;
}

}  // namespace galen::comm
