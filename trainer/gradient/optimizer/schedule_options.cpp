#include "galen/option.h"
#include "models/catalogue.h"
#include "trainer/gradient/optimizer/schedule.h"

namespace galen::trainer {

std::vector<Option> describe(ScheduleOptions& schedule) {
  using namespace options;
  const auto steers = [](Option option) { return std::move(option).fixed("it changes the learning rate").only_for({models::kNetworks}); };
  return {
      steers(choice("schedule.name", schedule.course, "Schedule of the learning rate.")),
      steers(number("schedule.warmup_steps", schedule.warmup_steps, at_least(0), "Steps in which the rate first rises to its full value.")),
      steers(number("schedule.step_epochs", schedule.step_epochs, at_least(1), "step: epochs between two reductions.")),
      steers(number("schedule.factor", schedule.factor, above(0), "step: factor of the rate at each reduction.")),
      steers(number("schedule.final_fraction", schedule.final_fraction, between(0, 1), "cosine: final share of the rate.")),
  };
}

}  // namespace galen::trainer
