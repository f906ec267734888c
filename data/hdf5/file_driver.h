#pragma once

#include "data/hdf5/library.h"
#include "data/hdf5/reach.h"

#include <cstdint>
#include <optional>
#include <string>

/// Inner side of the wrapper: how the library gets at the bytes of a file that is read.
///
/// The library trusts what a file says of itself. Its own drivers let it keep metadata together in a buffer that a wild address overruns,
/// and a list of variable-length values whose sizes were damaged keeps it busy without end. This driver hands out no byte beyond the end of
/// the file, has no such buffer, and refuses damaged lists. It opens no file beyond reach, whatever names it.
namespace galen::data::hdf5 {

/// File access properties for reading, also of the files that the one to be opened names.
Handle reading_access(const Reach& reach);

struct RawRead {
  std::uint64_t address;
  std::uint64_t bytes;
};

/// The same, under which reads of raw data are noted and not done.
Handle recording_access(const Reach& reach);

/// The read of raw data that was noted last in `file`, opened with recording_access(), since this was called last.
std::optional<RawRead> take_raw_read(hid_t file);

/// The reach that an open file was opened with; null: not by one of these drivers.
const Reach* reach_of_file(hid_t file);

/// The file beyond reach that the library wanted on this thread since this was called last; empty: none. Until then no other is opened.
std::string take_refused();

/// Takes it at both ends of its life: for calls that only ask whether something is there.
struct RefusalsForgotten {
  RefusalsForgotten() { take_refused(); }
  ~RefusalsForgotten() { take_refused(); }
};

}  // namespace galen::data::hdf5
