#include "galen/option.h"
#include "models/catalogue.h"
#include "trainer/gradient/optimizer/schedule.h"

namespace galen::trainer {

std::vector<Option> describe(ScheduleOptions& schedule) {
  using namespace options;
  const auto steers = [](Option option) {
    return std::move(option).fixed("the learning rate would take another course").only_for({models::kNetworks});
  };
  return {
      steers(choice("schedule.name", schedule.course, "Course of the learning rate.")),
      steers(number("schedule.warmup_steps", schedule.warmup_steps, at_least(0), "Steps in which the rate first rises to its full value.")),
      steers(number("schedule.step_epochs", schedule.step_epochs, at_least(1), "step: epochs between two reductions.")),
      steers(number("schedule.factor", schedule.factor, above(0), "step: what the rate is multiplied by each time.")),
      steers(
          number("schedule.final_fraction", schedule.final_fraction, between(0, 1), "cosine: share of the rate that is left at the end.")),
  };
}

}  // namespace galen::trainer
