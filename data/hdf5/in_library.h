#pragma once

namespace galen::data::hdf5 {

/// Marks, while it lives, that this thread is in a call of the HDF5 library; may be nested. For handlers of signals.
class InLibrary {
 public:
  InLibrary() noexcept { ++depth_; }
  ~InLibrary() { --depth_; }
  InLibrary(const InLibrary&) = delete;
  InLibrary& operator=(const InLibrary&) = delete;

  static bool is_now() noexcept { return depth_ > 0; }

 private:
  static inline thread_local int depth_ = 0;
};

}  // namespace galen::data::hdf5
