#include "galen/option.h"
#include "trainer/coordinator/coordinator.h"

#include <iterator>

namespace galen::trainer {

std::vector<Option> describe(CoordinatorOptions& coordinator) {
  using namespace options;
  constexpr char kWhenToWrite[] = "it only decides when to write";
  std::vector<Option> all = {
      choice("coordinator.placement", coordinator.placement,
             "What writes checkpoints: a thread of the first worker, or a separate process, one more on the first host than workers, which "
             "also validates during training. The result for an epoch then counts at the end of the next.")
          .may_change("it only decides which process writes"),
      number("checkpoint.every_steps", coordinator.every_steps, at_least(0), "A checkpoint every N steps; 0: off.")
          .may_change(kWhenToWrite),
      number("checkpoint.every_minutes", coordinator.every_minutes, at_least(0),
             "A checkpoint when the newest is this many minutes old; 0: off.")
          .may_change(kWhenToWrite),
      number("checkpoint.every_epochs", coordinator.every_epochs, at_least(0),
             "A checkpoint at the end of every N-th epoch, and of each epoch that is the best so far; 0: only of the best.")
          .may_change(kWhenToWrite),
      choice("checkpoint.on_failure", coordinator.on_failure,
             "The effect of a checkpoint that cannot be written. warn: training continues and the write is retried; stop: the run ends.")
          .may_change("it only decides what happens on a full disk"),
      text("checkpoint.metric", coordinator.best_metric,
           "Metric of the validation split that chooses the best checkpoint; of equal values the one with the lower loss. auto: auc, or "
           "loss for regression and if auc is undefined in validation. none: the newest is the best.")
          .fixed("the best value so far is a value of the other metric"),
  };
  std::vector<Option> of_store = describe(coordinator.store);
  std::move(of_store.begin(), of_store.end(), std::back_inserter(all));
  all.push_back(
      number("early_stopping.patience", coordinator.early_stopping_patience, at_least(0),
             "Epochs without improvement of that metric (or of the loss, if the metric is unchanged) after which the run ends. An "
             "undefined value is no improvement. 0: never.")
          .may_change("it only decides how long to train"));
  return all;
}

}  // namespace galen::trainer
