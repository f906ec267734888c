#include "galen/option.h"
#include "trainer/coordinator/coordinator.h"

#include <iterator>

namespace galen::trainer {

std::vector<Option> describe(CoordinatorOptions& coordinator) {
  using namespace options;
  constexpr char kWhenToWrite[] = "it is when to write";
  std::vector<Option> all = {
      choice(
          "coordinator.placement", coordinator.placement,
          "What writes checkpoints: a thread of the first worker; or a process of its own, one more on the first host than workers, which "
          "also validates beside training. What it finds of an epoch then counts at the end of the next.")
          .may_change("it says which process writes"),
      number("checkpoint.every_steps", coordinator.every_steps, at_least(0), "A checkpoint every N steps; 0: not by steps.")
          .may_change(kWhenToWrite),
      number("checkpoint.every_minutes", coordinator.every_minutes, at_least(0), "A checkpoint when the newest is so old; 0: not by time.")
          .may_change(kWhenToWrite),
      number("checkpoint.every_epochs", coordinator.every_epochs, at_least(0),
             "A checkpoint at the end of every N-th epoch, and of each that is the best so far; 0: of those alone.")
          .may_change(kWhenToWrite),
      choice("checkpoint.on_failure", coordinator.on_failure,
             "What a checkpoint that cannot be written does: warn, training goes on and it is tried again; stop ends the run.")
          .may_change("it is what a full disk does"),
      text("checkpoint.metric", coordinator.best_metric,
           "Metric of the validation split that chooses the best checkpoint, of equal values the one with the lower loss; auto: auc, for "
           "regression loss, and loss too where auc is undefined in validation; none: the newest is the best.")
          .fixed("the best value so far is of the other metric"),
  };
  std::vector<Option> of_store = describe(coordinator.store);
  std::move(of_store.begin(), of_store.end(), std::back_inserter(all));
  all.push_back(number("early_stopping.patience", coordinator.early_stopping_patience, at_least(0),
                       "Epochs without improvement of that metric (or of the loss, where it stays the same) after which the run ends; an "
                       "undefined value improves nothing; 0: never.")
                    .may_change("it is how long to train"));
  return all;
}

}  // namespace galen::trainer
