#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::trainer {

/// A value that all ranks of a run must share.
struct Fact {
  std::string what;   ///< "trainer.batch", "the data set's digest"
  std::string value;  ///< on this rank
};

/// Throws galen::UsageError on all ranks if a fact differs between them, naming the fact, the ranks and their values. Each rank passes the
/// same kinds of facts in the same order. Collective.
void check_agreement(const std::vector<Fact>& facts, comm::Communicator& world);

}  // namespace galen::trainer
