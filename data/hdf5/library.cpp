#include "data/hdf5/library.h"

#include <algorithm>
#include <utility>

namespace galen::data::hdf5 {

namespace {

std::recursive_mutex& mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

}  // namespace

Lock::Lock() : guard_(mutex()) {
  // Builds of the library for threads have an error stack, and a printer of it, for each thread.
  [[maybe_unused]] thread_local const herr_t quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

// The innermost entry of the library's error stack is the cause; the others are the calls that it passed through.
std::string reason() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* entry, void* into) -> herr_t {
        if (depth == 0 && entry->desc != nullptr) *static_cast<std::string*>(into) = entry->desc;
        return 0;
      },
      &text);
  return text.empty() ? "no reason given" : text;
}

Handle::Handle(const Handle& other) : id_(other.id_) {
  const Lock lock;
  if (id_ >= 0) H5Iinc_ref(id_);
}

Handle::Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}

Handle& Handle::operator=(Handle other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

Handle::~Handle() {
  const Lock lock;
  if (id_ >= 0) H5Idec_ref(id_);
}

Handle writing_access() { return file_access(Handle(H5Pcreate(H5P_FILE_ACCESS)), /*locks=*/false); }

Handle file_access(Handle access, [[maybe_unused]] bool locks) {
  // Tables with thousands of columns need attributes beyond 64 KiB, which the oldest format does not have.
  H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access.id(), locks, /*ignore_when_disabled=*/true);
#endif
  return access;
}

Handle creation_properties() {
  Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(properties.id(), false);
  return properties;
}

std::string library_version() {
  const Lock lock;
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace galen::data::hdf5
