#include "trainer/logs/run_logs.h"

#include "galen/error.h"

namespace galen::trainer {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes kBetweenWarnings{1};

}  // namespace

RunLogs::RunLogs(const std::string& folder, const Resumption& resumption, bool strict, Progress& progress)
    : metrics_(folder + "/metrics.jsonl", resumption), tensorboard_(folder, resumption), strict_(strict), progress_(progress) {}

void RunLogs::write(std::int64_t step, std::int64_t epoch, const std::string& kind,
                    const std::vector<std::pair<std::string, double>>& values) {
  attempt([&] { metrics_.write(step, epoch, kind, values); });
  for (const auto& [name, value] : values) attempt([&] { tensorboard_.scalar(kind + "/" + name, value, step); });
  if (kind != "train") attempt([&] { tensorboard_.flush(); });
}

void RunLogs::flush() {
  lines_wait_ = false;
  attempt([&] { metrics_.flush(); });
  attempt([&] { tensorboard_.flush(); });
}

void RunLogs::retry() {
  if (lines_wait_) flush();
}

void RunLogs::close() {
  metrics_.flush();
  tensorboard_.flush();
}

void RunLogs::attempt(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    if (strict_) throw;
    lines_wait_ = true;
    if (warned_ && Clock::now() - *warned_ < kBetweenWarnings) return;
    warned_ = Clock::now();
    progress_.say(
        fmt::format("warning: {}. Training continues, and log entries are kept in memory until they can be written.", error.what()));
  }
}

}  // namespace galen::trainer
