#include "trainer/checkpoint/store_options.h"

#include "galen/option.h"

namespace galen::trainer {

std::vector<Option> describe(StoreOptions& store) {
  using namespace options;
  constexpr char kWhatToKeep[] = "it only decides which checkpoints are kept";
  return {
      number("checkpoint.keep_last", store.keep_last, at_least(1), "Newest checkpoints that are kept.").may_change(kWhatToKeep),
      number("checkpoint.keep_best", store.keep_best, at_least(0),
             "Best checkpoints by checkpoint.metric that are kept as well; the target of RUN/best always is.")
          .may_change(kWhatToKeep),
      text("checkpoint.key_file", store.key_file,
           "File of a secret key, made by galen checkpoint key, that encrypts the checkpoints. Empty: no encryption.")
          .may_change("the key file may have moved; without it nothing can be read"),
      number("checkpoint.shard_size", store.shard_mib, above(0),
             "MiB; if parameters and optimiser state are larger, several nodes share the writing, each at least this much.")
          .may_change("it only decides which process writes"),
  };
}

}  // namespace galen::trainer
