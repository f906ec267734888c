#include "trainer/checkpoint/store.h"

#include "galen/error.h"
#include "trainer/checkpoint/checkpoint_folder.h"
#include "trainer/checkpoint/file_sink.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/retention.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <set>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

constexpr char kCheckpoints[] = "checkpoints";

// Turns exceptions of the standard library into galen::Error.
template <typename Work>
auto saying_where(const std::string& folder, Work work) {
  try {
    return work();
  } catch (const fs::filesystem_error& error) {
    cannot_write(error.path1().empty() ? folder : error.path1().string(), error.code().value());
  }
}

}  // namespace

CheckpointStore::CheckpointStore(std::string run_folder, StoreOptions options)
    : run_folder_(std::move(run_folder)), options_(std::move(options)), key_(read_checkpoint_key(options_.key_file)) {}

std::string CheckpointStore::folder_of(std::int64_t step) const {
  return fmt::format("{}/{}/{}", run_folder_, kCheckpoints, folder_name(step));
}

std::string CheckpointStore::save(const Snapshot& snapshot, const Manifest& manifest) const {
  Manifest complete = manifest;
  complete.digests = write_part(manifest.state.step, snapshot, 0, 1);
  return publish(complete);
}

int CheckpointStore::parts_for(const Snapshot& snapshot, int nodes) const {
  const double parts = std::floor(static_cast<double>(bytes_of(snapshot)) / (options_.shard_mib * (1 << 20)));
  return static_cast<int>(std::clamp(parts, 1.0, static_cast<double>(std::max(1, nodes))));
}

FileDigests CheckpointStore::write_part(std::int64_t step, const Snapshot& snapshot, int part, int parts) const {
  const std::string folder = folder_of(step);
  return saying_where(folder, [&] { return write_tensors(folder, step, snapshot, part, parts, key()); });
}

std::string CheckpointStore::publish(const Manifest& manifest, bool newest) const {
  const std::string folder = folder_of(manifest.state.step);
  saying_where(folder, [&] {
    if (!manifest.module.empty()) link_module(run_folder_, folder, key());
    write_manifest(folder, manifest, key());
  });
  if (newest) link_last(manifest.state.step);
  return folder;
}

void CheckpointStore::rate(std::int64_t step, double value, bool larger_is_better, double loss) const {
  const std::string folder = folder_of(step);
  saying_where(folder, [&] { write_rating(folder, step, {value, larger_is_better, loss}, key()); });
}

void CheckpointStore::link_best(std::int64_t step) const { link(step, best()); }

void CheckpointStore::link_last(std::int64_t step) const { link(step, last()); }

// A link is replaced by renaming a new one over it, so it names a whole checkpoint at every instant.
void CheckpointStore::link(std::int64_t step, const std::string& name) const {
  saying_where(name, [&] {
    const std::string temporary = temporary_name(name);
    fs::create_directory_symlink(fs::path(kCheckpoints) / folder_name(step), temporary);
    fs::rename(temporary, name);
    sync_folder(run_folder_);
  });
}

bool CheckpointStore::holds(std::int64_t step) const {
  const std::string manifest = fmt::format("{}/{}", folder_of(step), kManifestFile);
  std::error_code problem;
  const bool there = fs::exists(manifest, problem);
  if (problem) throw Error("{}: cannot be accessed: {}.", manifest, problem.message());
  return there;
}

std::vector<std::string> CheckpointStore::newest_first() const {
  std::vector<std::int64_t> steps;
  const std::string parent = fmt::format("{}/{}", run_folder_, kCheckpoints);
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(parent, problem)) {
    const auto step = step_of(entry.path().string());
    std::error_code unseen;
    if (step && fs::exists(entry.path() / kManifestFile, unseen)) steps.push_back(*step);
  }
  if (problem && problem != std::errc::no_such_file_or_directory) throw Error("{}: cannot be read: {}.", parent, problem.message());
  std::sort(steps.rbegin(), steps.rend());
  std::vector<std::string> folders;
  for (const std::int64_t step : steps) folders.push_back(folder_of(step));
  return folders;
}

std::vector<std::string> CheckpointStore::prune(std::span<const std::int64_t> pinned) const {
  std::vector<std::int64_t> steps;
  for (const std::string& folder : newest_first()) steps.push_back(*step_of(folder));
  std::set<std::int64_t> kept(pinned.begin(), pinned.end());
  std::error_code no_best_yet;
  if (const auto best_step = step_of(fs::canonical(best(), no_best_yet).string())) kept.insert(*best_step);
  kept.merge(newest(steps, options_.keep_last));
  kept.merge(best_rated(rated(
                            steps, [&](std::int64_t step) { return folder_of(step); }, key()),
                        options_.keep_best));

  std::vector<std::string> removed;
  for (const std::int64_t step : steps) {
    if (kept.contains(step)) continue;
    saying_where(folder_of(step), [&] { remove_checkpoint(folder_of(step)); });
    removed.push_back(folder_of(step));
  }
  remove_abandoned(run_folder_);
  const std::string parent = fmt::format("{}/{}", run_folder_, kCheckpoints);
  for (const std::string& folder : remove_unfinished(parent, steps.empty() ? -1 : steps.front(), kept)) removed.push_back(folder);
  return removed;
}

}  // namespace galen::trainer
