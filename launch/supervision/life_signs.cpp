#include "launch/supervision/life_signs.h"

#include "launch/supervision/job_processes.h"

#include <algorithm>
#include <utility>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

constexpr double kIdle = 0.25;  // cores that a job may use and still count as waiting

// A thread of each rank writes these, even if the other threads hang.
bool is_heartbeat(const fs::path& entry) { return entry.filename() == "ranks" || entry.filename().string().starts_with("status.json"); }

fs::file_time_type newest_change(const std::string& folder) {
  fs::file_time_type newest = fs::file_time_type::min();
  std::error_code gone;
  for (fs::recursive_directory_iterator entry(folder, gone), end; !gone && entry != end; entry.increment(gone)) {
    if (is_heartbeat(entry->path())) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code removed;
    const auto changed = fs::last_write_time(entry->path(), removed);
    if (!removed) newest = std::max(newest, changed);
  }
  return newest;
}

}  // namespace

LifeSigns::LifeSigns(std::string folder, std::string job, std::chrono::duration<double> patience)
    : folder_(std::move(folder)), job_(std::move(job)), patience_(patience) {}

bool LifeSigns::none() {
  const auto now = Clock::now();
  if (patience_.count() <= 0 || now - looked_ < patience_ / 10) return false;
  const std::chrono::duration<double> since = now - looked_;
  if (since > patience_ / 2) seen_ = now;  // this process did not run either, for example in a suspended job
  looked_ = now;

  const auto changed = newest_change(folder_);
  const auto computed = computed_by(processes_of(job_));
  const bool alive = changed != changed_ || computed - computed_ > kIdle * since;
  changed_ = changed;
  computed_ = computed;
  if (alive) seen_ = now;
  return now - seen_ > patience_;
}

}  // namespace galen::launch
