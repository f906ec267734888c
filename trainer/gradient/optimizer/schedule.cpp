#include "trainer/gradient/optimizer/schedule.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace galen::trainer {

void check_schedule(const ScheduleOptions& options) {
  if (options.warmup_steps < 0) throw UsageError("schedule.warmup_steps must be 0 or more.");
  if (options.step_epochs < 1) throw UsageError("schedule.step_epochs must be 1 or more.");
  const ScheduleOptions usual;
  if (options.course != Course::kStep && (options.step_epochs != usual.step_epochs || options.factor != usual.factor)) {
    throw UsageError("schedule.step_epochs and schedule.factor belong to schedule.name = step, not {}. Remove them.",
                     name_of(options.course));
  }
  if (options.course != Course::kCosine && options.final_fraction != usual.final_fraction) {
    throw UsageError("schedule.final_fraction belongs to schedule.name = cosine, not {}. Remove it.", name_of(options.course));
  }
}

Schedule::Schedule(const ScheduleOptions& options, double learning_rate, std::int64_t steps_per_epoch, std::int64_t epochs)
    : options_(options), learning_rate_(learning_rate), steps_per_epoch_(steps_per_epoch), total_steps_(steps_per_epoch * epochs) {
  check_schedule(options);
}

double Schedule::at(std::int64_t step) const {
  if (step < options_.warmup_steps) {
    return learning_rate_ * static_cast<double>(step + 1) / static_cast<double>(options_.warmup_steps);
  }
  if (options_.course == Course::kStep) {
    return learning_rate_ * std::pow(options_.factor, static_cast<double>(step / (steps_per_epoch_ * options_.step_epochs)));
  }
  if (options_.course == Course::kCosine) {
    // Half a cosine from the end of the warm-up to the last step (Loshchilov & Hutter, "SGDR", 2017, without restarts).
    const double length = static_cast<double>(std::max<std::int64_t>(1, total_steps_ - options_.warmup_steps));
    const double progress = std::min(1.0, static_cast<double>(step - options_.warmup_steps) / length);
    const double share = (1 + std::cos(std::numbers::pi * progress)) / 2;
    return learning_rate_ * (options_.final_fraction + (1 - options_.final_fraction) * share);
  }
  return learning_rate_;
}

}  // namespace galen::trainer
