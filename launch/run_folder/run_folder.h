#pragma once

#include "comm/communicator.h"
#include "launch/run_folder/folder_lock.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace galen::launch {

/// Name of the file in a run's folder that the job using it has locked.
inline constexpr char kRunLock[] = "lock";

/// What to do with a run that is already in the folder.
enum class EarlierRun { kRefuse, kResume, kOverwrite };

/// The folder of a run while this object exists: it exists, has no run that `earlier` does not allow, and has `configuration` as its
/// config.cfg; if a run is resumed, from begin() on. A folder has a run once a checkpoint or a metric was written to it. Rank 0 does the
/// work, and locks the folder against other jobs.
///
/// A run to be overwritten is moved aside, and deleted at the end; it is moved back if the new one has written nothing, for example because
/// its data set is missing.
class RunFolder {
 public:
  /// Throws galen::UsageError, on every rank, if `earlier` does not allow the folder's contents, or another job
  /// uses it. Collective over `world`.
  RunFolder(const std::string& folder, EarlierRun earlier, const std::string& configuration, comm::Communicator& world);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  /// Checks, before something is written or pruned, that the folder is still this run's. If it was removed it is created again, with its
  /// lock and configuration, if possible. Throws galen::Error if another job or run has it by then.
  void keep();

  /// The run starts, or is resumed, with its configuration, after all checks.
  void begin() const;

 private:
  void settle_set_aside() const;

  std::filesystem::path folder_;
  std::string configuration_;
  std::filesystem::path set_aside_;
  bool mine_;
  std::optional<FolderLock> lock_;  // on rank 0
  std::uint64_t inode_ = 0;         // of the folder
};

}  // namespace galen::launch
