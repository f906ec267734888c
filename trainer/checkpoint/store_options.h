#pragma once

#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

/// How a run's checkpoints are kept.
struct StoreOptions {
  int keep_last = 2;          ///< Newest checkpoints that are kept; at least one always is.
  int keep_best = 1;          ///< Best checkpoints, by the validation's metric, that are kept beside them.
  std::string key_file = {};  ///< Of 32 secret bytes, from `galen checkpoint key`: checkpoints are encrypted. Empty: they are not.
  double shard_mib = 1024;    ///< Where the state is larger, several nodes share the writing, with at least so much for each.
};

std::vector<Option> describe(StoreOptions& options);

}  // namespace galen::trainer
