#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace galen::trainer {

/// The members of one subset of a data set, in short.
struct SubsetDigest {
  std::int64_t samples = 0;
  std::string digest = {};  ///< XXH3-128 over their numbers, ascending, which Dataset::digest() ties to ids; empty: not known

  bool operator==(const SubsetDigest&) const = default;
};

/// Which samples a run trains, validates and tests on.
struct SubsetDigests {
  SubsetDigest training = {}, validation = {}, test = {};

  bool operator==(const SubsetDigests&) const = default;
};

/// Of samples in ascending order.
SubsetDigest digest_of(std::span<const std::int64_t> members);

}  // namespace galen::trainer
