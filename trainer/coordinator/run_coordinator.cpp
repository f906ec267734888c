#include "trainer/coordinator/run_coordinator.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "trainer/logs/event_log.h"
#include "trainer/logs/figure.h"

#include <ATen/ops/full.h>

#include <fmt/format.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <thread>
#include <utility>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenWarnings = 1min;
constexpr auto kBetweenEvents = 1min;  // of one kind, so that a run of weeks does not fill the disk
constexpr auto kTurn = 200ms;          // after which a rank that waits for the service shows the others that it is alive
constexpr int kTurnsForRoom = 15;      // three seconds: time for a newer snapshot to replace an older one
constexpr int kTurnsForEarlier = 60;   // twelve seconds: for a checkpoint that is being written
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

using Metrics = std::vector<std::pair<std::string, double>>;

Metrics metrics_of(const Report& report) {
  Metrics metrics;
  for (const Estimate& metric : report.metrics) metrics.emplace_back(metric.name, metric.value);
  return metrics;
}

std::string in_words(const Report& report) {
  std::string words;
  for (const Estimate& metric : report.metrics)
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", metric.name, figure(metric.value));
  return words;
}

double loss_of(const Report& report) {
  const auto loss =
      std::find_if(report.metrics.begin(), report.metrics.end(), [](const Estimate& metric) { return metric.name == "loss"; });
  return loss == report.metrics.end() ? kNone : loss->value;
}

// Whether step (or epoch) number `step` is logged, if one in `every` is. The interval doubles repeatedly with the number of lines, so a
// long run has only a few times as many.
bool has_line(std::int64_t step, std::int64_t every) {
  constexpr std::int64_t kLines = 50'000;
  while (step > every * kLines) every *= 2;
  return step % every == 0;
}

// Whether it improves on the best in the state. Values that are not finite never do; equal ones are decided by the loss.
bool is_better(double value, double loss, bool larger_is_better, const TrainingState& state) {
  if (!std::isfinite(value)) return false;
  if (!std::isfinite(state.best_value)) return true;
  if (value == state.best_value) return loss < state.best_loss;
  return larger_is_better ? value > state.best_value : value < state.best_value;
}

}  // namespace

RunCoordinator::RunCoordinator(const CoordinatorOptions& options, CoordinatorParts parts)
    : options_(options),
      parts_(std::move(parts)),
      saved_step_(parts_.manifest.state.step > 0 ? parts_.manifest.state.step : -1),
      written_step_(saved_step_) {
  if (parts_.client && parts_.workers.rank() != 0) parts_.client->works_in(ServiceMemory::kAnyFolder);
  if (parts_.folder.empty() || parts_.workers.rank() != 0) return;
  std::filesystem::create_directories(parts_.folder);
  keep_folder();
  logs_.emplace(parts_.folder, Resumption(parts_.manifest.state), /*strict=*/options_.on_failure == OnFailure::kStop, parts_.progress);
}

Verdict RunCoordinator::at_start(const TrainingState& state) { return is_out_of_patience(state) ? Verdict::kStop : Verdict::kContinue; }

bool RunCoordinator::wants_checkpoint(std::int64_t step) {
  if (!parts_.client || parts_.workers.rank() != 0) return false;
  const std::chrono::duration<double, std::ratio<60>> minutes = Clock::now() - saved_time_;
  due_ |= options_.every_steps > 0 && step % options_.every_steps == 0;
  due_ |= options_.every_minutes > 0 && minutes.count() >= options_.every_minutes;
  return due_ && parts_.client->has_room();
}

void RunCoordinator::before_update() {
  if (parts_.client) parts_.client->wait_until_taken();
}

Verdict RunCoordinator::after_step(TrainingState& state, const Round& round) {
  parts_.progress.step(state.epoch, state.step, round.mean_loss(), round.samples);
  if (logs_ && options_.log_every_steps > 0 && has_line(state.step, options_.log_every_steps)) {
    Metrics values = {{"loss", round.mean_loss()}};
    values.insert(values.end(), round.figures.begin(), round.figures.end());
    logs_->write(state.step, state.epoch, "train", values);
  }
  if (logs_) logs_->retry();
  if (round.wishes.checkpoint) look_at_data();
  if (round.wishes.checkpoint) save(state, /*best=*/false, /*evaluate=*/false, /*needed=*/false);
  report_news();
  return Verdict::kContinue;
}

Verdict RunCoordinator::after_epoch(TrainingState& state, double loss) {
  look_at_data();
  if (logs_ && has_line(state.epoch, 1)) logs_->write(state.step, state.epoch, "epoch", {{"loss", loss}});
  std::string line = fmt::format("epoch {}: loss {}", state.epoch, figure(loss));
  if (state.pending_evaluation > 0) settle_pending(state, state.epoch - 1);
  if (is_out_of_patience(state)) return Verdict::kStop;

  const bool due = options_.every_epochs > 0 && state.epoch % options_.every_epochs == 0;
  if (parts_.evaluates_beside) {
    state.pending_evaluation = state.step;
    save(state, /*best=*/true, /*evaluate=*/true, /*needed=*/true);
  } else if (parts_.validate) {
    const Report report = parts_.validate();
    line += ", validation " + in_words(report);
    const RateOrder rating = judge(state, state.step, state.epoch, report);
    if (due || rating.best) save(state, rating.best, /*evaluate=*/false, /*needed=*/rating.best);
    if (due || rating.best) rate(rating);
  } else if (due) {
    save_as_best(state);
  }
  parts_.progress.say(line);
  return is_out_of_patience(state) ? Verdict::kStop : Verdict::kContinue;
}

void RunCoordinator::finish(TrainingState& state, Ending ending) {
  const bool stopped = is_stop(ending);
  if (stopped && parts_.client) parts_.client->abandon_evaluations();  // a resumed run repeats them; the last checkpoint is urgent
  look_at_data();
  if (state.step != saved_step_) save(state, /*best=*/state.best_step == 0, /*evaluate=*/false, /*needed=*/true);
  if (state.pending_evaluation > 0 && !stopped) settle_pending(state, state.epoch);
  if (state.best_step == 0) {
    if (parts_.selection && state.epochs_without_improvement > 0) {
      parts_.progress.say(
          fmt::format("note: {} was undefined in every validation; the newest checkpoint counts as the best.", parts_.selection->metric));
    }
    rate_as_best(state);
  }
  parts_.manifest.state = state;
  keep_folder();
  if (parts_.client) parts_.client->order_end(ending, parts_.manifest);
  while (!all(!parts_.client || parts_.client->has_ended(kTurn))) continue;
  if (!parts_.client) return;
  report_news();
  if (written_step_ != saved_step_) {
    throw Error("{}: the last checkpoint, of step {}, could not be written ({}). {}", parts_.folder, saved_step_, failure_,
                written_step_ < 0 ? "There is no other." : fmt::format("The newest one is of step {}.", written_step_));
  }
  if (unlinked_ && !stopped) {  // the resumed run links it
    throw Error("{}/best: cannot be linked to the checkpoint of step {} ({}). Make room, and resume the run.", parts_.folder, *unlinked_,
                failure_);
  }
  if (logs_) logs_->close();
}

// Whether it holds on every rank. Collective. A rank that waits for a slow disk asks repeatedly, so that its deadline does not pass.
bool RunCoordinator::all(bool here) const {
  at::Tensor flag = at::full({1}, here ? 1 : 0, at::kByte);
  parts_.workers.all_reduce(flag, comm::Reduction::kMin);
  return *flag.const_data_ptr<std::uint8_t>() != 0;
}

// So that every checkpoint is of data that had not changed before it.
void RunCoordinator::look_at_data() {
  if (parts_.data == nullptr) return;
  const DataWatch::Finding found = parts_.data->look();
  for (const std::string& note : found.notes) parts_.progress.say("note: " + note);
  if (found.fault.empty()) return;
  for (int turn = 0; turn < kTurnsForEarlier && !all(!parts_.client || parts_.client->idle()); ++turn) std::this_thread::sleep_for(kTurn);
  throw Error(
      "{} Training since the last check of the data is discarded. {}", found.fault,
      saved_step_ > 0
          ? fmt::format("The newest checkpoint, of step {}, is older than the change: restore the data, and continue with --resume.",
                        saved_step_)
          : "There is no checkpoint before it: restore the data, and start again.");
}

// A checkpoint that is not needed is skipped if the disk is so slow that better ones wait: training goes on.
bool RunCoordinator::make_room(bool best, bool needed) {
  for (int turn = 0; needed || turn < kTurnsForRoom; ++turn) {
    if (all(!parts_.client || parts_.client->make_room(best, kTurn))) return true;
  }
  if (parts_.client) parts_.client->leave_room();
  return false;
}

void RunCoordinator::keep_folder() {
  if (!parts_.client || parts_.workers.rank() != 0) return;
  if (parts_.keep) parts_.keep();
  struct stat status = {};
  parts_.client->works_in(::stat(parts_.folder.c_str(), &status) == 0 ? status.st_ino : ServiceMemory::kAnyFolder);
}

void RunCoordinator::save(const TrainingState& state, bool best, bool evaluate, bool needed) {
  due_ = false;
  if (!parts_.folder.empty() && !make_room(best, needed)) return;
  saved_step_ = state.step;
  saved_time_ = Clock::now();
  if (!parts_.client) return;
  keep_folder();
  if (logs_) logs_->flush();  // what the checkpoint promises; its writer syncs it to disk
  parts_.manifest.state = state;
  parts_.client->take(parts_.manifest, best, evaluate);
}

// Without a metric, the newest is the best.
void RunCoordinator::save_as_best(const TrainingState& state) {
  save(state, /*best=*/true, /*evaluate=*/false, /*needed=*/true);
  rate_as_best(state);
}

void RunCoordinator::rate_as_best(const TrainingState& state) { rate({state.step, kNone, true, /*best=*/true}); }

void RunCoordinator::rate(const RateOrder& rating) {
  if (parts_.client && parts_.workers.rank() == 0) parts_.client->rate(rating);
}

void RunCoordinator::settle_pending(TrainingState& state, std::int64_t epoch) {
  const std::int64_t step = std::exchange(state.pending_evaluation, 0);
  const Report report = parts_.pending ? *std::exchange(parts_.pending, std::nullopt) : report_of_service(step);
  parts_.progress.say(fmt::format("epoch {}: validation {}", epoch, in_words(report)));
  rate(judge(state, step, epoch, report));
}

// Worker 0's client has it; the others receive it as CBOR, which keeps NaN.
Report RunCoordinator::report_of_service(std::int64_t step) {
  std::string bytes;
  while (bytes.empty()) {
    const auto evaluated = parts_.workers.rank() == 0 ? parts_.client->evaluation_of(step, kTurn) : std::nullopt;
    if (evaluated && !evaluated->failure.empty()) throw Error("the validation of step {} failed: {}", step, evaluated->failure);
    if (evaluated) nlohmann::json::to_cbor(evaluated->metrics, bytes);
    bytes = comm::broadcast(parts_.workers, bytes, 0);
  }
  Report report;
  for (const auto& [name, value] : nlohmann::json::from_cbor(bytes).get<Metrics>()) {
    report.metrics.push_back({name, value, kNone, kNone});
  }
  return report;
}

RateOrder RunCoordinator::judge(TrainingState& state, std::int64_t step, std::int64_t epoch, const Report& report) {
  if (logs_ && has_line(epoch, 1)) logs_->write(step, epoch, "validation", metrics_of(report));
  if (!parts_.selection) return {step, kNone, true, /*best=*/true};
  const bool larger_is_better = parts_.selection->larger_is_better;
  const double value = report.value(parts_.selection->metric);
  const double loss = loss_of(report);
  const bool best = is_better(value, loss, larger_is_better, state);
  if (best) {
    state.best_value = value;
    state.best_loss = loss;
    state.best_step = step;
    state.epochs_without_improvement = 0;
  } else {
    state.epochs_without_improvement += 1;
  }
  return {step, value, larger_is_better, best, loss};
}

bool RunCoordinator::is_out_of_patience(const TrainingState& state) const {
  return options_.early_stopping_patience > 0 && state.epochs_without_improvement >= options_.early_stopping_patience;
}

void RunCoordinator::report_news() {
  if (!parts_.client) return;
  for (const Answer& answer : parts_.client->news()) {
    if (const auto* written = std::get_if<Written>(&answer)) report_success(*written);
    if (const auto* failure = std::get_if<NotWritten>(&answer)) report_failure(*failure);
    if (const auto* unlinked = std::get_if<Unlinked>(&answer)) unlinked_ = unlinked->step;
  }
}

void RunCoordinator::report_success(const Written& written) {
  written_step_ = std::max(written_step_, written.step);
  written_time_ = Clock::now();
  parts_.time_limit.checkpoint_took(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(written.seconds)));
  logged_failure_.reset();
  if (std::exchange(warned_, std::nullopt)) parts_.progress.say(fmt::format("checkpoints are written again: step {}.", written.step));
  std::error_code none;
  const bool events_are_kept = std::filesystem::exists(parts_.folder + "/events.jsonl", none);  // false if removed or rotated
  if (events_are_kept && logged_checkpoint_ && Clock::now() - *logged_checkpoint_ < kBetweenEvents) return;
  logged_checkpoint_ = Clock::now();
  append_event(parts_.folder, "checkpoint",
               {{"step", std::to_string(written.step)},
                {"seconds", fmt::format("{:.3f}", written.seconds)},
                {"bytes", std::to_string(written.bytes)}});
}

void RunCoordinator::report_failure(const NotWritten& failure) {
  keep_folder();  // the folder may have been removed
  const bool is_news = failure_ != failure.why || !logged_failure_ || Clock::now() - *logged_failure_ > kBetweenEvents;
  failure_ = failure.why;
  if (is_news) {
    logged_failure_ = Clock::now();
    append_event(parts_.folder, "checkpoint_failed", {{"step", std::to_string(failure.step)}, {"reason", failure.why}});
  }
  if (options_.on_failure == OnFailure::kStop) throw Error("{} (checkpoint.on_failure = stop)", failure.why);
  if (warned_ && Clock::now() - *warned_ < kBetweenWarnings) return;
  warned_ = Clock::now();
  const auto since = std::chrono::round<std::chrono::seconds>(Clock::now() - written_time_);
  parts_.progress.say(
      fmt::format("warning: no checkpoint for {}. {} Training continues; the write is retried.", format_duration(since), failure.why));
}

}  // namespace galen::trainer
