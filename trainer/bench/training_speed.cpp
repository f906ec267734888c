#include "trainer/bench/training_speed.h"

#include "galen/kernel_file.h"
#include "trainer/learners.h"
#include "trainer/trainer.h"

#include <ATen/ops/from_blob.h>

#include <unistd.h>

#include <fstream>
#include <limits>
#include <sstream>

namespace galen::trainer {

namespace {

// By the kernel's start time of this process, so that loading of libraries is included.
double seconds_since_start_of_process() {
  std::ifstream stat_file("/proc/self/stat"), uptime_file("/proc/uptime");
  std::string stat;
  std::getline(stat_file, stat);
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string field;
  for (int number = 3; number <= 22; ++number) fields >> field;  // proc(5): the 22nd is the start in clock ticks
  double uptime = 0;
  uptime_file >> uptime;
  return uptime - std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Of this process, in MiB; the kernel's lines are in kB.
double status_mib(const char* name) { return static_cast<double>(number_after("/proc/self/status", name).value_or(0)) / 1024; }

void all_reduce(double& value, comm::Reduction reduction, comm::Communicator& world) {
  at::Tensor tensor = at::from_blob(&value, {1}, at::kDouble);
  world.all_reduce(tensor, reduction);
}

/// Starts and stops the clock; does nothing else between the steps.
class Stopwatch final : public Coordinator {
 public:
  Stopwatch(std::int64_t warm_up, Timeline& timeline, comm::Communicator& world) : warm_up_(warm_up), timeline_(timeline), world_(world) {
    if (warm_up_ == 0) start();
  }

  Verdict at_start(const TrainingState&) override { return Verdict::kContinue; }
  bool wants_checkpoint(std::int64_t) override { return false; }
  void before_update() override {}

  Verdict after_step(TrainingState& state, const Round& round) override {
    if (state.step == 1) measurement_.first_step_seconds = seconds_since_start_of_process();
    if (state.step == warm_up_) {
      start();
    } else if (state.step > warm_up_) {
      samples_ += round.samples;
      measurement_.steps += 1;
    }
    measurement_.loss = round.mean_loss();
    return Verdict::kContinue;
  }

  Verdict after_epoch(TrainingState&, double) override { return Verdict::kContinue; }

  void finish(TrainingState&, Ending) override {
    world_.barrier();
    measurement_.seconds = std::chrono::duration<double>(Timeline::Clock::now() - start_).count();
    measurement_.samples_per_second = static_cast<double>(samples_) / measurement_.seconds;
    measurement_.phase_seconds = timeline_.seconds();
  }

  const Measurement& measurement() const { return measurement_; }

 private:
  void start() {
    world_.barrier();
    timeline_.restart();
    start_ = Timeline::Clock::now();
  }

  const std::int64_t warm_up_;
  Timeline& timeline_;
  comm::Communicator& world_;
  Timeline::Clock::time_point start_;
  std::int64_t samples_ = 0;
  Measurement measurement_;
};

}  // namespace

Measurement measure(const ExperimentOptions& options, comm::Communicator& world, std::int64_t warm_up, std::int64_t steps) {
  ExperimentOptions endless = options;
  endless.trainer.epochs = std::numeric_limits<std::int32_t>::max();
  endless.trainer.max_steps = warm_up + steps;
  const LearnerKind kind = learner_of(endless.model.name);
  kind.check(endless);
  Setting setting(endless, world, std::nullopt, nullptr);
  setting.prepare();
  const std::unique_ptr<Learner> learner = kind.make(endless, setting);

  Progress silent(stdout, /*quiet=*/true, 1, learner->rounds(), nullptr);
  Timeline timeline;
  Stopwatch stopwatch(warm_up, timeline, world);
  StopRequest never;
  TimeLimit unlimited;
  TrainingState state;
  Trainer trainer(endless.trainer.max_steps, {*learner, stopwatch, never, unlimited, silent, timeline});
  stopwatch.finish(state, trainer.run(state));

  Measurement result = stopwatch.measurement();
  for (double& seconds : result.phase_seconds) {
    all_reduce(seconds, comm::Reduction::kSum, world);
    seconds /= world.size();
  }
  const double shared_elsewhere = status_mib("RssShmem:") * (1 - 1.0 / setting.node.size());
  result.peak_mib = status_mib("VmHWM:") - shared_elsewhere;
  all_reduce(result.peak_mib, comm::Reduction::kMax, world);
  all_reduce(result.first_step_seconds, comm::Reduction::kMax, world);
  return result;
}

}  // namespace galen::trainer
