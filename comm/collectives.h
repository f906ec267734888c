#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::comm {

/// Concatenates the ranks' tensors along dimension 0, in rank order; the first dimension may differ between ranks, the others not.
/// Collective.
at::Tensor all_gather(Communicator& communicator, const at::Tensor& mine);

/// `text` of rank `root`, on every rank. Collective; other ranks' arguments are ignored.
std::string broadcast(Communicator& communicator, const std::string& text, int root);

/// `text` of every rank, in rank order, on every rank. Collective.
std::vector<std::string> all_gather(Communicator& communicator, const std::string& text);

}  // namespace galen::comm
