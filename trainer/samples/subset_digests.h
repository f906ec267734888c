#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace galen::trainer {

/// A digest of the members of one subset of a data set.
struct SubsetDigest {
  std::int64_t samples = 0;
  std::string digest = {};  ///< XXH3-128 over their numbers, ascending, which Dataset::digest() ties to ids; empty: unknown

  bool operator==(const SubsetDigest&) const = default;
};

/// The samples with which a run trains, validates and tests.
struct SubsetDigests {
  SubsetDigest training = {}, validation = {}, test = {};

  bool operator==(const SubsetDigests&) const = default;
};

/// `members` must be in ascending order.
SubsetDigest digest_of(std::span<const std::int64_t> members);

}  // namespace galen::trainer
