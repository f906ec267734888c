#pragma once

#include "comm/collectives.h"
#include "data/synthetic/synthetic.h"
#include "tests/support/temporary_folder.h"

#include <cstdint>
#include <string>

namespace galen::test {

/// A folder made by rank 0 and known to all ranks, with a small synthetic data set in it, data.h5. Collective.
class SharedFolder {
 public:
  SharedFolder(comm::Communicator& world, std::int64_t side, std::int64_t channels, std::int64_t samples) : world_(world) {
    if (world.rank() == 0) {
      data::write_synthetic({.file = folder_ / "data.h5", .samples = samples, .side = side, .channels = channels});
    }
    path_ = comm::broadcast(world, folder_.path().string(), 0);
  }
  ~SharedFolder() { world_.barrier(); }  // no rank reads from it after this

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  comm::Communicator& world_;
  TemporaryFolder folder_;
  std::string path_;
};

}  // namespace galen::test
