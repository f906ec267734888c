#include "launch/run_folder/run_folder.h"

#include "galen/error.h"
#include "launch/process/first_rank.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/logs/run_status.h"

#include <sys/stat.h>

#include <string_view>
#include <system_error>
#include <vector>

namespace galen::launch {

namespace {

namespace fs = std::filesystem;

constexpr auto kEarlierJobEnds = std::chrono::seconds(5);  // of a job whose mpirun or supervisor was killed

bool is_written_by_runs(const fs::path& entry) {
  const std::string name = entry.filename().string();
  return name == "config.cfg" || name == "metrics.jsonl" || name == "checkpoints" || name == "best" || name == "last" ||
         name.starts_with(trainer::kModuleFile) || name == "status.json" || name == "ranks" || name == "events.jsonl" ||
         name.starts_with("events.out.tfevents.");
}

bool holds_run(const fs::path& folder) {
  const fs::path checkpoints = folder / "checkpoints";
  const fs::path metrics = folder / "metrics.jsonl";
  return (fs::is_directory(checkpoints) && !fs::is_empty(checkpoints)) || (fs::is_regular_file(metrics) && fs::file_size(metrics) > 0);
}

std::vector<fs::path> entries_of_run(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_written_by_runs(entry.path())) entries.push_back(entry.path());
  }
  return entries;
}

// A user with write access could redirect the run's files by links.
void refuse_links(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_runs = is_written_by_runs(entry.path()) || name.starts_with("audit.") || name == "trace.json" || name == "overwritten";
    if (!is_runs || name == "best" || name == "last" || !entry.is_symlink()) continue;
    throw UsageError("{}: is a link to {}, but a run needs its own files. Remove it, or choose another folder with --run.folder.",
                     entry.path().string(), fs::read_symlink(entry.path()).string());
  }
}

std::uint64_t inode_of(const fs::path& folder) {
  struct stat status = {};
  return ::stat(folder.c_str(), &status) == 0 ? status.st_ino : 0;
}

void move_run(const fs::path& from, const fs::path& to) {
  for (const fs::path& old : entries_of_run(to)) fs::remove_all(old);
  for (const fs::path& entry : entries_of_run(from)) fs::rename(entry, to / entry.filename());
}

void check(const fs::path& folder, EarlierRun earlier) {
  if (earlier == EarlierRun::kRefuse && holds_run(folder)) {
    throw UsageError("{}: has a run already. Continue it: --resume. Replace it: --overwrite. Keep it: --run.folder OTHER.",
                     folder.string());
  }
}

}  // namespace

RunFolder::RunFolder(const std::string& folder, EarlierRun earlier, const std::string& configuration, comm::Communicator& world)
    : folder_(folder), configuration_(configuration), set_aside_(folder_ / "overwritten"), mine_(world.rank() == 0) {
  on_first_rank(world, [&] {
    if (fs::exists(folder_) && !fs::is_directory(folder_)) {
      throw UsageError("{}: is a file, and run.folder must be a folder. Choose another with --run.folder.", folder);
    }
    fs::create_directories(folder_);
    refuse_links(folder_);
    lock_.emplace(folder, kRunLock, kEarlierJobEnds);
    inode_ = inode_of(folder_);
    settle_set_aside();  // after a program that was killed
    check(folder_, earlier);
    if (earlier == EarlierRun::kResume) trainer::note_death(folder);
    if (earlier == EarlierRun::kOverwrite && holds_run(folder_)) {
      fs::create_directory(set_aside_);
      move_run(folder_, set_aside_);
    }
    if (!holds_run(folder_)) begin();
  });
}

RunFolder::~RunFolder() {
  if (!mine_) return;
  try {
    settle_set_aside();
  } catch (const fs::filesystem_error&) {
    // The run has failed already, which is reported.
  }
}

void RunFolder::keep() {
  if (!mine_ || lock_->is_in_place()) return;
  const bool same = inode_of(folder_) == inode_;  // only the lock was removed
  try {
    fs::create_directories(folder_);
    FolderLock again(folder_.string(), kRunLock, std::chrono::milliseconds(0));
    if (!same && holds_run(folder_)) throw UsageError("{}: another run is in this folder.", folder_.string());
    lock_.emplace(std::move(again));
    inode_ = inode_of(folder_);
    begin();
  } catch (const UsageError& taken) {
    throw Error(
        "The folder of this run, or its lock, was removed during the run. {} This run ends, so that the two do not write and prune "
        "each other's checkpoints.",
        taken.what());
  } catch (const Error&) {
    // If the disk is full, the checkpoint that is written next reports it.
  } catch (const fs::filesystem_error&) {
  }
}

void RunFolder::begin() const {
  if (!mine_) return;
  const std::string_view text = configuration_;
  trainer::write_whole((folder_ / "config.cfg").string(), {&text, 1});
}

void RunFolder::settle_set_aside() const {
  if (!fs::is_directory(set_aside_)) return;
  if (!holds_run(folder_)) move_run(set_aside_, folder_);
  fs::remove_all(set_aside_);
}

}  // namespace galen::launch
