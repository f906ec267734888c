#include "trainer/checkpoint/store_options.h"

#include "galen/option.h"

namespace galen::trainer {

std::vector<Option> describe(StoreOptions& store) {
  using namespace options;
  constexpr char kWhatToKeep[] = "it is what to keep";
  return {
      number("checkpoint.keep_last", store.keep_last, at_least(1), "Newest checkpoints that are kept.").may_change(kWhatToKeep),
      number("checkpoint.keep_best", store.keep_best, at_least(0),
             "Best checkpoints, by checkpoint.metric, that are kept beside them; the one that RUN/best names always is.")
          .may_change(kWhatToKeep),
      text("checkpoint.key_file", store.key_file,
           "File of a secret key, from galen checkpoint key: checkpoints are encrypted with it. Empty: they are not.")
          .may_change("the key may lie elsewhere; without it nothing is read"),
      number("checkpoint.shard_size", store.shard_mib, above(0),
             "MiB; where parameters and optimiser state are larger, several nodes share the writing, each at least so much.")
          .may_change("it says which process writes"),
  };
}

}  // namespace galen::trainer
