#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::trainer {

/// Something that all ranks of a run must have in common.
struct Fact {
  std::string what;   ///< "trainer.batch", "the data set's digest"
  std::string value;  ///< on this rank
};

/// Throws galen::UsageError on all ranks where a fact differs between them: what it is, and which rank has which value. Each rank passes
/// the same kinds of facts in the same order. Collective.
void check_agreement(const std::vector<Fact>& facts, comm::Communicator& world);

}  // namespace galen::trainer
