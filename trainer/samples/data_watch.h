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

/// Checks that the data is the same on all ranks, and does not change after it was opened. Nothing else would detect it: a run on replaced
/// data would continue and report figures.
class DataWatch {
 public:
  /// Compares what the ranks read: shapes, ids, targets, and the values of some samples (data::probe_content()). If they differ, throws
  /// galen::Error on all ranks, which names ranks, hosts and the first sample. Collective over `world`, which must outlive this.
  DataWatch(std::shared_ptr<const data::Dataset> dataset, comm::Communicator& world);

  const data::ContentProbe& content() const { return content_; }

  struct Finding {
    std::string fault;               ///< what has changed, where, on which ranks; empty: nothing
    std::vector<std::string> notes;  ///< files that were rewritten or replaced with the same contents, or are missing
  };

  /// Compares size, modification time and inode of each file with those at the start. If they differ on any rank, the samples are compared:
  /// all of them if probe_content() reads all, else by their digests (data.verify); without either it is unknown, which is a fault. The
  /// same on every rank. Costs one fstat per file if nothing has changed. Collective.
  Finding look();

  /// As look(), but throws a fault as galen::Error, followed by `consequence`. Returns the notes. Collective.
  std::vector<std::string> expect_unchanged(const char* consequence);

 private:
  bool all(bool here);
  std::string compare_with_start() const;

  std::shared_ptr<const data::Dataset> dataset_;
  comm::Communicator& world_;
  data::ContentProbe content_;
  std::vector<data::FileIdentity> files_;
  std::set<std::string> gone_;  // paths already named in a note
};

}  // namespace galen::trainer
