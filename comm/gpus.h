#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::comm {

/// The GPU that a rank computes on.
struct Gpu {
  std::string bus_id;   ///< PCI address: "0000:17:00.0"; empty: this rank has no GPU
  std::string model;    ///< as the driver reports it: "NVIDIA H200"
  std::string host;     ///< host name
  std::string machine;  ///< the same in all containers of a machine, different on every other machine
};

/// The GPU of every rank, in rank order. `mine` has bus id and model; the rest is filled in. Collective.
std::vector<Gpu> gather_gpus(Communicator& group, Gpu mine);

/// Why ranks cannot train together on `gpus`, one a rank, and what to do; empty if they can. Every rank must have a GPU of its own, and
/// all must be the same model: another model sums in another order, so the bits of a run would depend on which rank computes what.
std::string objection_to(const std::vector<Gpu>& gpus);

}  // namespace galen::comm
