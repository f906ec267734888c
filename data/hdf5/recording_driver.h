#pragma once

#include "data/hdf5/library.h"

#include <cstdint>
#include <optional>

/// Inner side of the wrapper: asks the library where it would read.
namespace galen::data::hdf5 {

struct RawRead {
  std::uint64_t address;
  std::uint64_t bytes;
};

/// File access properties under which reads of raw data are noted and not done; metadata is read as ever.
Handle recording_access();

/// The read of raw data that was noted last in `file`, opened with recording_access(), since this was called last.
std::optional<RawRead> take_raw_read(hid_t file);

}  // namespace galen::data::hdf5
