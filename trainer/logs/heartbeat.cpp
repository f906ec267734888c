#include "trainer/logs/heartbeat.h"

#include "galen/atomic_file.h"
#include "galen/error.h"
#include "galen/host.h"
#include "trainer/logs/event_log.h"
#include "trainer/logs/tail.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <new>

namespace galen::trainer {

namespace {

namespace fs = std::filesystem;

constexpr int kMostBeatsASecond = 100;  // of all ranks together; a network file system can take them

// Left by an earlier run with more ranks.
void remove_records_from(const fs::path& folder, int ranks) {
  std::error_code none;
  for (fs::directory_iterator entry(folder, none), end; entry != end; entry.increment(none)) {
    int rank = 0;
    if (std::sscanf(entry->path().filename().c_str(), "%d.jsonl", &rank) == 1 && rank >= ranks) fs::remove(entry->path(), none);
    if (none) return;
  }
}

// Ranks with a common cause fail together; the record of each has its own message.
bool others_have_failed(const std::string& run_folder) {
  const std::vector<std::string> events = last_lines(run_folder + "/events.jsonl", 4096);
  return !events.empty() && events.back().find("\"event\":\"failed\"") != std::string::npos;
}

std::string words_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const c10::Error& torch) {
    return torch.what_without_backtrace();
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "an error of an unknown type";
  }
}

nlohmann::ordered_json number_or_null(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr; }

}  // namespace

const char* name_of(RunState state) {
  constexpr std::array kNames = {"starting", "training", "coordinating", "evaluating", "finished", "stopped", "failed"};
  return kNames[static_cast<std::size_t>(state)];
}

std::chrono::milliseconds beat_interval(int ranks) { return std::chrono::milliseconds(std::max(1000, 1000 * ranks / kMostBeatsASecond)); }

Heartbeat::Heartbeat(const std::string& run_folder, int rank, int ranks)
    : folder_(run_folder), rank_(rank), ranks_(ranks), host_(host_name()), started_(time_stamp()), moved_(started_) {
  if (folder_.empty()) return;
  if (rank_ == 0) {
    std::error_code none;
    fs::create_directories(folder_ + "/ranks", none);
    remove_records_from(folder_ + "/ranks", ranks_);
  }
  record_.emplace(folder_, rank_);
  write();
  thread_ = std::jthread([this](const std::stop_token& stop) { beat(stop); });
}

Heartbeat::~Heartbeat() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Heartbeat::plan(std::int64_t epochs, std::int64_t total_steps) {
  const std::lock_guard lock(mutex_);
  standing_.epochs = epochs;
  standing_.total_steps = total_steps;
}

void Heartbeat::step(std::int64_t epoch, std::int64_t step, double loss, std::int64_t samples) {
  const std::lock_guard lock(mutex_);
  standing_.epoch = epoch;
  standing_.step = step;
  standing_.loss = loss;
  standing_.samples += samples;
}

void Heartbeat::begin(const TrainingState& state) {
  {
    const std::lock_guard lock(mutex_);
    standing_.epoch = state.epoch;
    standing_.step = standing_.first_step = state.step;
    standing_.begin = std::chrono::steady_clock::now();
  }
  if (rank_ == 0 && !folder_.empty()) {
    append_event(folder_, state.step > 0 ? "resumed" : "started",
                 {{"step", std::to_string(state.step)}, {"workers", std::to_string(ranks_)}});
  }
  change(RunState::kTraining);
}

void Heartbeat::coordinate() { change(RunState::kCoordinating); }

void Heartbeat::evaluate() { change(RunState::kEvaluating); }

void Heartbeat::end(Ending ending) {
  const bool stopped = is_stop(ending);
  change(stopped ? RunState::kStopped : RunState::kFinished);
  if (rank_ != 0 || folder_.empty()) return;
  append_event(folder_, stopped ? "stopped" : "finished", {{"step", std::to_string(standing_.step)}});
}

void Heartbeat::fail(const std::exception_ptr& error) {
  if (folder_.empty()) return;
  const std::string words = words_of(error);
  if (!others_have_failed(folder_)) {
    append_event(folder_, "failed", {{"rank", std::to_string(rank_)}, {"host", host_}, {"reason", words}});
  }
  {
    const std::lock_guard lock(writing_);
    record_->last_message(words);
  }
  change(RunState::kFailed);
}

void Heartbeat::change(RunState state) {
  {
    const std::lock_guard lock(mutex_);
    standing_.state = state;
  }
  if (!folder_.empty()) write();
}

void Heartbeat::beat(const std::stop_token& stop) {
  std::mutex alone;
  std::condition_variable_any wake;
  std::unique_lock lock(alone);
  while (!wake.wait_for(lock, stop, beat_interval(ranks_), [&] { return stop.stop_requested(); })) write();
}

// Written to a temporary file and renamed: readers see all of it or the earlier one. It is not synced, as it need not survive a crash.
void Heartbeat::write() {
  const std::lock_guard writing(writing_);
  Standing standing;
  {
    const std::lock_guard lock(mutex_);
    standing = standing_;
  }
  if (standing.step != seen_step_) moved_ = time_stamp();
  seen_step_ = standing.step;
  record_->write(heartbeat(standing));
  if (rank_ != 0) return;
  try {
    AtomicFile file(folder_ + "/status.json", /*overwrite=*/true, Links::kRefuse);
    file.write(status(standing) + "\n");
    file.take_name();
  } catch (const Error&) {
    // Ignored: the next one may succeed.
  }
}

std::string Heartbeat::heartbeat(const Standing& standing) const {
  const nlohmann::ordered_json sign = {
      {"rank", rank_},
      {"host", host_},
      {"pid", ::getpid()},
      {"state", name_of(standing.state)},
      {"step", standing.step},
      {"phase", name_of(phase_.load(std::memory_order_relaxed))},
      {"time", time_stamp()},
      {"moved", moved_},
      {"interval", beat_interval(ranks_).count() / 1000.0},
  };
  return sign.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string Heartbeat::status(const Standing& standing) const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - standing.begin;
  const auto steps = static_cast<double>(standing.step - standing.first_step);
  const bool moving = steps > 0 && standing.state == RunState::kTraining;
  const double left = static_cast<double>(standing.total_steps - standing.step) * elapsed.count() / steps;
  const nlohmann::ordered_json status = {
      {"time", time_stamp()},
      {"interval", beat_interval(ranks_).count() / 1000.0},
      {"state", name_of(standing.state)},
      {"started", started_},
      {"program_version", GALEN_VERSION},
      {"ranks", ranks_},
      {"epoch", std::min(standing.epoch + 1, standing.epochs)},
      {"epochs", standing.epochs},
      {"step", standing.step},
      {"total_steps", standing.total_steps},
      {"first_step", standing.first_step},
      {"loss", number_or_null(standing.loss)},
      {"samples_per_second", moving ? number_or_null(static_cast<double>(standing.samples) / elapsed.count()) : nullptr},
      {"seconds_left", moving ? number_or_null(left) : nullptr},
  };
  return status.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace galen::trainer
