#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace galen::comm {

/// All ranks of `group`, ordered by node, then by rank, so that the ranks of a node are adjacent. Rank 0 stays rank 0. Collective.
std::unique_ptr<Communicator> ordered_by_node(Communicator& group);

/// Concatenates the ranks' tensors along dimension 0, in rank order; only the first dimension may differ between ranks.
/// Collective.
at::Tensor all_gather(Communicator& communicator, const at::Tensor& mine);

/// `mine` of every rank, in rank order: [size, length]. Collective; the same length on all ranks.
std::vector<std::int64_t> gather_integers(Communicator& communicator, std::vector<std::int64_t> mine);

/// The `text` of rank `root`, on every rank. Collective; the arguments of other ranks are ignored.
std::string broadcast(Communicator& communicator, const std::string& text, int root);

/// The `text` of every rank, in rank order, on every rank. Collective.
std::vector<std::string> all_gather(Communicator& communicator, const std::string& text);

}  // namespace galen::comm
