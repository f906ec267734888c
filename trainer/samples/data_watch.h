#pragma once

#include "comm/communicator.h"
#include "data/files/content_probe.h"
#include "data/files/dataset.h"
#include "data/files/file_identity.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace galen::trainer {

/// Looks after the data that ranks read: that it is the same everywhere, and stays what it was when it was opened. Nothing else would tell:
/// a run on data that were exchanged goes on, and ends with figures.
class DataWatch {
 public:
  /// Compares what the ranks read: shapes, ids, targets, and the values of some samples (data::probe_content()). Where they differ,
  /// galen::Error on all ranks names ranks, hosts and the first sample. Collective over `world`, which must outlive this.
  DataWatch(std::shared_ptr<const data::Dataset> dataset, comm::Communicator& world);

  const data::ContentProbe& content() const { return content_; }

  struct Finding {
    std::string fault;               ///< what has changed, where, on which ranks; empty: nothing
    std::vector<std::string> notes;  ///< files that were written or replaced and hold the same, or that are gone
  };

  /// Compares size, time of change and inode of each file with what they were. Where they differ, on any rank, the samples decide: all of
  /// them where probe_content() takes all, else by their digests (data.verify); without either nobody can tell, which is a fault. The same
  /// on every rank. Costs an fstat a file where nothing has changed. Collective.
  Finding look();

  /// The same; a fault is thrown as galen::Error, with `consequence` behind it. Returns the notes. Collective.
  std::vector<std::string> expect_unchanged(const char* consequence);

 private:
  bool all(bool here);
  std::string compare_with_start() const;

  std::shared_ptr<const data::Dataset> dataset_;
  comm::Communicator& world_;
  data::ContentProbe content_;
  std::vector<data::FileIdentity> files_;
  std::set<std::string> gone_;  // paths that a note has named
};

}  // namespace galen::trainer
