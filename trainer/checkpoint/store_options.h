#pragma once

#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

/// Which checkpoints of a run are kept, and how they are stored.
struct StoreOptions {
  int keep_last = 2;          ///< Newest checkpoints that are kept; at least one always is.
  int keep_best = 1;          ///< Best checkpoints by the validation's metric that are kept as well.
  std::string key_file = {};  ///< File of 32 secret bytes, from `galen checkpoint key`; encrypts the checkpoints. Empty: no encryption.
  double shard_mib = 1024;    ///< If the state is larger, several nodes share the writing, each at least this much.
};

std::vector<Option> describe(StoreOptions& options);

}  // namespace galen::trainer
