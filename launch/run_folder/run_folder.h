#pragma once

#include "comm/communicator.h"
#include "launch/run_folder/folder_lock.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace galen::launch {

/// Name of the file in a run's folder that the job at work there has locked.
inline constexpr char kRunLock[] = "lock";

/// What is to become of a run that the folder already holds.
enum class EarlierRun { kRefuse, kResume, kOverwrite };

/// The folder of a run, ready for it while this object lives: exists, holds no run that `earlier` does not allow for, and has
/// `configuration` as its config.cfg; where a run goes on, from begin() on. A folder holds a run once a checkpoint or a metric was written
/// to it. Rank 0 does the work, and locks the folder against other jobs.
///
/// A run to be overwritten is set aside, and deleted at the end; it is put back where the new one has written nothing, because its data set
/// was not there, say.
class RunFolder {
 public:
  /// Throws galen::UsageError, on every rank, where `earlier` does not allow for what the folder holds, or another job
  /// is at work in it. Collective over `world`.
  RunFolder(const std::string& folder, EarlierRun earlier, const std::string& configuration, comm::Communicator& world);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  /// Makes sure, before something is written or pruned, that the folder still is this run's. Where it was removed it is made again, with
  /// its lock and configuration, if the disk takes it. Throws galen::Error where another job or run has it by then.
  void keep();

  /// The run begins, or goes on, with its configuration: nothing was wrong with it.
  void begin() const;

 private:
  void settle_set_aside() const;

  std::filesystem::path folder_;
  std::string configuration_;
  std::filesystem::path set_aside_;
  bool mine_;
  std::optional<FolderLock> lock_;  // rank 0's
  std::uint64_t inode_ = 0;         // of the folder
};

}  // namespace galen::launch
