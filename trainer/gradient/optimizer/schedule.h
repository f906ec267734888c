#pragma once

#include "galen/enum_names.h"

#include <array>
#include <cstdint>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

/// Course of the learning rate.
enum class Course { kConstant, kStep, kCosine };
constexpr auto enum_names(Course) {
  return std::to_array<EnumName<Course>>({{Course::kConstant, "constant"}, {Course::kStep, "step"}, {Course::kCosine, "cosine"}});
}

struct ScheduleOptions {
  Course course = Course::kConstant;
  std::int64_t warmup_steps = 0;  ///< Steps in which the rate rises linearly to its full value, before any schedule.
  std::int64_t step_epochs = 10;  ///< step: epochs between two reductions.
  double factor = 0.1;            ///< step: what the rate is multiplied by each time.
  double final_fraction = 0.0;    ///< cosine: share of the rate that is left at the end.
};

std::vector<Option> describe(ScheduleOptions& options);

/// Values out of range, and values that the course does not use, throw galen::UsageError.
void check_schedule(const ScheduleOptions& options);

/// Learning rate at each step: a pure function of the step. The horizon is `epochs`; trainer.max_steps only cuts a run short.
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
