#pragma once

#include "galen/enum_names.h"

#include <array>
#include <cstdint>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

/// The schedule of the learning rate.
enum class Course { kConstant, kStep, kCosine };
constexpr auto enum_names(Course) {
  return std::to_array<EnumName<Course>>({{Course::kConstant, "constant"}, {Course::kStep, "step"}, {Course::kCosine, "cosine"}});
}

struct ScheduleOptions {
  Course course = Course::kConstant;
  std::int64_t warmup_steps = 0;  ///< Steps in which the rate rises linearly to its full value, before any schedule.
  std::int64_t step_epochs = 10;  ///< step: epochs between two reductions.
  double factor = 0.1;            ///< step: factor of the rate at each reduction.
  double final_fraction = 0.0;    ///< cosine: final share of the rate.
};

std::vector<Option> describe(ScheduleOptions& options);

/// Throws galen::UsageError for values out of range and for values that the schedule does not use.
void check_schedule(const ScheduleOptions& options);

/// Learning rate at each step: a pure function of the step. The horizon is `epochs`; trainer.max_steps only ends a run earlier.
class Schedule {
 public:
  Schedule(const ScheduleOptions& options, double learning_rate, std::int64_t steps_per_epoch, std::int64_t epochs);

  double at(std::int64_t step) const;

 private:
  ScheduleOptions options_;
  double learning_rate_;
  std::int64_t steps_per_epoch_;
  std::int64_t total_steps_;
};

}  // namespace galen::trainer
