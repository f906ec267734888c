#pragma once

#include "data/hdf5/hdf5.h"
#include "data/hdf5/in_library.h"
#include "galen/error.h"

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

/// Inner side of the wrapper: how its sources call the library. Nobody else includes this.
namespace galen::data::hdf5 {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

/// Held during every call; may be taken again by its holder.
class Lock {
 public:
  Lock();

 private:
  std::lock_guard<std::recursive_mutex> guard_;
  InLibrary in_library_;
};

/// Why the last call failed, in the library's words.
std::string reason();

/// Throws "WHERE WHAT: reason." where `result` is a failure.
template <typename Result>
Result check(Result result, const std::string& where, const char* what) {
  if (result < 0) throw Error("{} {}: {}.", where, what, reason());
  return result;
}

inline Handle own(hid_t id, const std::string& where, const char* what) { return Handle(check(id, where, what)); }

/// A file to read, as File::open() has it: through reading_access(), with every filter that there is.
Handle open_to_read(const std::string& path, const Reach& reach);
File open_within(const std::string& path, const Reach& reach);

/// File access properties for writing. Without locks: cluster file systems may have none, and files that are written are new ones, under a
/// name that nobody else has (galen/atomic_file.h).
Handle writing_access();

/// Sets what files are opened with beside their driver. `locks`: whether the library asks the driver to lock them; all that have one file
/// open at a time must say the same, and the library itself says yes where a virtual dataset names a file.
Handle file_access(Handle access, bool locks);

/// Path of the file that an open object lies in.
std::string file_of(hid_t object);

hid_t native_type(Native type);
hid_t stored_type(Native type);  ///< little-endian
ElementType element_type(hid_t type);

Handle variable_text_type();
Handle fixed_text_type(std::size_t length);

/// Text that `read` puts into memory for the elements of `space`, of text type `type`.
std::vector<std::string> collect_texts(hid_t type, hid_t space, const std::function<void(void*)>& read);

inline std::vector<hsize_t> to_extents(const std::vector<std::int64_t>& shape) { return {shape.begin(), shape.end()}; }

/// Properties of a new dataset. Without times, so that the same content gives the same bytes.
Handle creation_properties();

}  // namespace galen::data::hdf5
