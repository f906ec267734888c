#include "trainer/bench/checkpoint_cost.h"

#include "galen/error.h"
#include "trainer/coordinator/dedicated_process.h"
#include "trainer/coordinator/start_service.h"
#include "trainer/learners.h"
#include "trainer/trainer.h"

#include <chrono>
#include <limits>
#include <thread>

namespace galen::trainer {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

template <typename Call>
Seconds time_of(Call call) {
  const auto begin = Clock::now();
  call();
  return Clock::now() - begin;
}

/// Orders checkpoints in every second part of the run, and measures times.
class CheckpointStopwatch final : public Coordinator {
 public:
  using Report = std::function<void(const CheckpointMeasurement&)>;

  CheckpointStopwatch(const CheckpointBenchOptions& bench, CheckpointClient* client, Manifest manifest, comm::Communicator& workers,
                      Report report)
      : bench_(bench), client_(client), manifest_(std::move(manifest)), workers_(workers), report_(std::move(report)) {}

  Verdict at_start(const TrainingState&) override { return Verdict::kContinue; }

  bool wants_checkpoint(std::int64_t step) override {
    return client_ != nullptr && workers_.rank() == 0 && with_ && (step - first_step_) % bench_.every == bench_.every / 2;
  }

  void before_update() override {
    if (client_ != nullptr) stall_ += time_of([&] { client_->wait_until_taken(); });
  }

  Verdict after_step(TrainingState& state, const Round& round) override {
    if (round.wishes.checkpoint && client_ != nullptr) {
      manifest_.state = state;
      stall_ += time_of([&] { client_->take(manifest_, /*best=*/false, /*evaluate=*/false); });
    }
    if (state.step == first_step_ + (started_ ? bench_.every * bench_.checkpoints : bench_.warm_up)) end_part(state.step);
    return Verdict::kContinue;
  }

  Verdict after_epoch(TrainingState&, double) override { return Verdict::kContinue; }

  void finish(TrainingState&, Ending ending) override {
    if (client_ != nullptr) client_->end(ending, manifest_);
  }

 private:
  void end_part(std::int64_t step) {
    workers_.barrier();
    const double seconds = Seconds(Clock::now() - part_begin_).count() / static_cast<double>(bench_.every * bench_.checkpoints);
    if (started_ && !with_) measurement_.step_without = seconds;
    if (started_ && with_) {
      measurement_.step_with = seconds;
      measurement_.stall = stall_.count() / static_cast<double>(bench_.checkpoints);
      read_news();
      report_(measurement_);
    }
    with_ = started_ && !with_;
    started_ = true;
    stall_ = Seconds(0);
    first_step_ = step;
    workers_.barrier();
    part_begin_ = Clock::now();
  }

  void read_news() {
    if (client_ == nullptr) return;
    while (!client_->idle()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    double seconds = 0;
    for (const Answer& answer : client_->news()) {
      if (const auto* failure = std::get_if<NotWritten>(&answer)) throw Error("{}", failure->why);
      const auto& written = std::get<Written>(answer);
      seconds += written.seconds;
      measurement_.bytes = written.bytes;
    }
    measurement_.write = seconds / static_cast<double>(bench_.checkpoints);
  }

  const CheckpointBenchOptions bench_;
  CheckpointClient* client_;
  Manifest manifest_;
  comm::Communicator& workers_;
  const Report report_;

  bool started_ = false;  // the warm-up is over
  bool with_ = false;     // this part has checkpoints
  std::int64_t first_step_ = 0;
  Clock::time_point part_begin_ = Clock::now();
  Seconds stall_{0};
  CheckpointMeasurement measurement_;
};

}  // namespace

void measure_checkpoints(const ExperimentOptions& options, comm::Communicator& world, const CheckpointBenchOptions& bench, int rounds,
                         const std::function<void(const CheckpointMeasurement&)>& report) {
  const Roles roles = assign_roles(options.coordinator, world);
  if (roles.coordinates) {
    coordinate(options, options.folder, options.coordinator.store, *roles.line, nullptr);
    return;
  }
  ExperimentOptions endless = options;
  endless.trainer.epochs = std::numeric_limits<std::int32_t>::max();
  endless.trainer.max_steps = bench.warm_up + 2 * rounds * bench.every * bench.checkpoints;
  const LearnerKind kind = learner_of(endless.model.name);
  kind.check(endless);
  Setting setting(endless, *roles.workers, std::nullopt, nullptr);
  setting.prepare();
  const std::unique_ptr<Learner> learner = kind.make(endless, setting);
  const Writing writing = start_service(options.folder, options.coordinator.store, setting, roles, [&] { return learner->state(); });

  Progress silent(stdout, /*quiet=*/true, 1, learner->rounds(), nullptr);
  Timeline timeline;
  CheckpointStopwatch stopwatch(bench, writing.client.get(), Manifest(), *roles.workers, report);
  StopRequest never;
  TimeLimit unlimited;
  TrainingState state;
  Trainer trainer(endless.trainer.max_steps, {*learner, stopwatch, never, unlimited, silent, timeline});
  const Ending ending = trainer.run(state);
  stopwatch.finish(state, ending);
}

}  // namespace galen::trainer
