#pragma once

#include "data/hdf5/library.h"

#include <cstdint>
#include <optional>

/// Inner side of the wrapper: how the library gets at the bytes of a file that is read.
///
/// The library trusts what a file says of itself. Its own drivers let it keep metadata together in a buffer that a wild address overruns,
/// and a list of variable-length values whose sizes were damaged keeps it busy for ever. This driver hands out no byte beyond the end of
/// the file, has no such buffer, and refuses damaged lists.
namespace galen::data::hdf5 {

/// File access properties for reading.
Handle reading_access();

struct RawRead {
  std::uint64_t address;
  std::uint64_t bytes;
};

/// The same, under which reads of raw data are noted and not done.
Handle recording_access();

/// The read of raw data that was noted last in `file`, opened with recording_access(), since this was called last.
std::optional<RawRead> take_raw_read(hid_t file);

}  // namespace galen::data::hdf5
