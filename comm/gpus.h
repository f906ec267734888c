#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::comm {

/// The GPU that a rank computes on.
struct Gpu {
  std::string bus_id;   ///< on PCI: "0000:17:00.0"; empty: this rank has none
  std::string model;    ///< as the driver calls it: "NVIDIA H200"
  std::string host;     ///< its name
  std::string machine;  ///< the same in all containers of a machine, and on no other
};

/// Every rank's, in rank order. `mine` has bus id and model, the rest is filled in. Collective.
std::vector<Gpu> gather_gpus(Communicator& group, Gpu mine);

/// Why ranks cannot train together on `gpus`, one a rank, and what to do; empty where they can. The GPUs must be there, be different ones,
/// and be of one model: another sums in another order, so that a run's bits would depend on which rank computes what.
std::string objection_to(const std::vector<Gpu>& gpus);

}  // namespace galen::comm
