#include "trainer/coordinator/checkpoint_service.h"

#include "galen/error.h"
#include "trainer/checkpoint/checkpoint_folder.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/logs/log_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <vector>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kForEver = 24h;
constexpr auto kLastAnswers = 10s;  // for a busy client

std::chrono::milliseconds pause_after(int failures) {
  return std::min<std::chrono::milliseconds>(1min, 500ms * (1 << std::min(failures, 7)));
}

// Shows that the service is alive, even while it writes.
std::jthread beat(std::atomic<std::uint64_t>& pulse) {
  return std::jthread([&pulse](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pulse.fetch_add(1);
      std::this_thread::sleep_for(50ms);
    }
  });
}

}  // namespace

CheckpointService::CheckpointService(const StoreOptions& options, ServicePlace place, ServiceMemory& memory, Evaluate evaluate)
    : place_(std::move(place)),
      memory_(memory),
      answers_(memory.answers),
      evaluate_(std::move(evaluate)),
      store_(place_.folder, options),
      heart_(beat(memory_.pulse())) {}

EndOrder CheckpointService::run() {
  memory_.slots.warm_up();
  for (;;) {
    const auto bytes = next_order(unwritten_ || !ratings_.empty() ? pause_after(failures_) : kForEver);
    if (!bytes) {
      try_again();
      continue;
    }
    const Order order = parse_order(*bytes);
    if (const auto* keep_order = std::get_if<KeepOrder>(&order)) keep(*keep_order);
    if (const auto* rate_order = std::get_if<RateOrder>(&order)) rate(*rate_order);
    if (const auto* end_order = std::get_if<EndOrder>(&order)) {
      try_again();
      report_missing_best();
      answers_.post(to_bytes(Ended{}));
      for (const auto end = Clock::now() + kLastAnswers; !answers_.flush() && Clock::now() < end;) std::this_thread::sleep_for(10ms);
      return *end_order;
    }
  }
}

std::optional<std::string> CheckpointService::next_order(std::chrono::milliseconds patience) {
  for (const auto end = Clock::now() + patience; !answers_.flush();) {
    if (auto order = memory_.orders.receive(100ms)) return order;
    if (Clock::now() >= end) return std::nullopt;
  }
  return memory_.orders.receive(patience);
}

// The slot stays taken until the snapshot is on disk and evaluated.
void CheckpointService::keep(const KeepOrder& order) {
  if (!memory_.slots.use(order.slot, order.filling)) return;  // a newer one has replaced it
  const bool written = write(order);
  if (order.evaluate) evaluate(order);
  if (written || (unwritten_ && unwritten_->best && !order.best)) {
    memory_.slots.release(order.slot);
    if (written) try_again();
    return;
  }
  if (unwritten_) memory_.slots.release(unwritten_->slot);
  unwritten_ = order;
  failures_ = 1;
}

void CheckpointService::try_again() {
  if (unwritten_ && write(*unwritten_)) {
    memory_.slots.release(unwritten_->slot);
    unwritten_.reset();
  }
  write_ratings();
}

bool CheckpointService::write(const KeepOrder& order) {
  const auto begin = Clock::now();
  try {
    write_files(order);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    answers_.post(to_bytes(Written{order.step, seconds, bytes_of(memory_.slots[order.slot])}));
    failures_ = 0;
    return true;
  } catch (const std::exception& error) {
    answers_.post(to_bytes(NotWritten{order.step, error.what()}));
    failures_ += 1;
    return false;
  }
}

// Writing into a removed folder would recreate it without its lock, and another job's checkpoints could be pruned.
void CheckpointService::expect_folder() const {
  const std::uint64_t wanted = memory_.folder().load();
  struct stat status = {};
  if (wanted == 0) return;
  if (::stat(place_.folder.c_str(), &status) != 0) throw Error("{}: the run's folder was removed or renamed.", place_.folder);
  if (wanted == ServiceMemory::kAnyFolder || wanted == status.st_ino) return;
  throw Error("{}: the run's folder was removed or renamed, and another one has its name.", place_.folder);
}

void CheckpointService::write_files(const KeepOrder& order) {
  expect_folder();
  if (place_.node == 0) sync_logs(place_.folder);  // so a run resumed from here has no gap in its logs before it
  FileDigests digests = store_.write_part(order.step, memory_.slots[order.slot], place_.node, order.parts);
  if (place_.node > 0) return announce_part(order.step, digests);
  Manifest manifest = parse_manifest(order.manifest, "the manifest of a snapshot");
  manifest.digests = collect_parts(order.step, order.parts, std::move(digests));
  const bool newest = order.step >= newest_;  // false for a best one that could not be written before
  store_.publish(manifest, newest);
  if (newest) {
    newest_ = order.step;
    store_.prune(steps_in_work(manifest.state));
  }
  forget_parts(order.step, order.parts);
}

std::vector<std::int64_t> CheckpointService::steps_in_work(const TrainingState& state) const {
  std::vector<std::int64_t> steps = {state.pending_evaluation};
  if (unwritten_) steps.push_back(unwritten_->step);  // other nodes may have written their parts of it
  for (const auto& [step, rating] : ratings_) steps.push_back(step);
  return steps;
}

std::string CheckpointService::part_file(std::int64_t step, int node) const {
  return fmt::format("{}/part-{}.{}.json", store_.folder_of(step), node, place_.session);
}

void CheckpointService::announce_part(std::int64_t step, const FileDigests& digests) const {
  const std::string text = nlohmann::json(digests).dump();
  const std::string_view pieces[] = {text};
  write_whole(part_file(step, place_.node), pieces);
}

FileDigests CheckpointService::collect_parts(std::int64_t step, int parts, FileDigests digests) const {
  const auto begin = Clock::now();
  for (int node = 1; node < parts; ++node) {
    const std::string file = part_file(step, node);
    while (!fs::exists(file)) {
      const double waited = std::chrono::duration<double>(Clock::now() - begin).count();
      if (place_.deadline > 0 && waited > place_.deadline) {
        throw Error(
            "{}: node {} has not written its part of the checkpoint for {:.0f} s. All nodes must see the run's folder, and have room "
            "there.",
            file, node, waited);
      }
      std::this_thread::sleep_for(10ms);
    }
    digests.merge(nlohmann::json::parse(read_whole(file).bytes).get<FileDigests>());
  }
  return digests;
}

// Only after all parts are written: a rank announces its part once.
void CheckpointService::forget_parts(std::int64_t step, int parts) const {
  std::error_code harmless;
  for (int node = 1; node < parts; ++node) fs::remove(part_file(step, node), harmless);
}

void CheckpointService::rate(const RateOrder& order) {
  ratings_[order.step] = order;
  write_ratings();
}

// Writes all that can be written. The rating of a checkpoint that was replaced by a newer one is dropped.
void CheckpointService::write_ratings() {
  std::optional<NotWritten> failure;
  std::erase_if(ratings_, [&](const auto& entry) {
    const auto& [step, order] = entry;
    if (is_unwritten(step)) return false;
    try {
      if (store_.holds(step)) write_rating(order);
      return true;
    } catch (const std::exception& error) {
      failure = {step, error.what()};
      return false;
    }
  });
  if (!failure) return;
  failures_ += 1;
  answers_.post(to_bytes(*failure));
}

void CheckpointService::write_rating(const RateOrder& order) {
  expect_folder();
  if (!std::isnan(order.value)) store_.rate(order.step, order.value, order.larger_is_better, order.loss);
  if (!order.best || order.step < best_) return;
  store_.link_best(order.step);
  best_ = order.step;
}

void CheckpointService::report_missing_best() {
  for (const auto& [step, rating] : ratings_) {
    if (rating.best && step > best_) answers_.post(to_bytes(Unlinked{step}));
  }
}

void CheckpointService::evaluate(const KeepOrder& order) {
  if (memory_.abandoned().load()) return;
  Evaluated answer{order.step, {}, {}};
  try {
    for (const Estimate& metric : evaluate_(memory_.slots[order.slot]).metrics) answer.metrics.emplace_back(metric.name, metric.value);
  } catch (const Abandoned&) {
    return;
  } catch (const std::exception& error) {
    answer.failure = error.what();
  }
  answers_.post(to_bytes(answer));
}

}  // namespace galen::trainer
