#include "trainer/lanes/lane_seed.h"

#include "galen/splitmix64.h"

#include <ATen/Context.h>

#include <mutex>

namespace galen::trainer {

void seed_lane(std::uint64_t seed, std::int64_t step, std::int64_t lane, at::Device device) {
  std::uint64_t key = splitmix64(seed);
  key = splitmix64(key ^ static_cast<std::uint64_t>(step));
  key = splitmix64(key ^ static_cast<std::uint64_t>(lane));
  at::Generator generator = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(generator.mutex());
  generator.set_current_seed(key);
}

}  // namespace galen::trainer
