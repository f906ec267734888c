#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::test {

/// One thing that every implementation of Communicator must do; `check` runs on all ranks and holds GoogleTest expectations.
struct Claim {
  std::string name;
  void (*check)(comm::Communicator&);
};

const std::vector<Claim>& communicator_claims();

inline void PrintTo(const Claim& claim, std::ostream* out) { *out << claim.name; }

}  // namespace galen::test
