#include "trainer/samples/subset_digests.h"

#include "galen/digest.h"

namespace galen::trainer {

SubsetDigest digest_of(std::span<const std::int64_t> members) {
  Digest digest;
  digest.add(members);
  return {static_cast<std::int64_t>(members.size()), digest.hex()};
}

}  // namespace galen::trainer
