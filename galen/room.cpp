#include "galen/room.h"

#include "galen/atomic_file.h"
#include "galen/control_groups.h"
#include "galen/error.h"
#include "galen/kernel_file.h"
#include "galen/size_text.h"

#include <algorithm>
#include <filesystem>
#include <limits>

namespace galen {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();

std::int64_t memory_of_machine(const std::string& root, const std::string& name) {
  const auto kib = number_after(root + "/proc/meminfo", name);
  return kib ? *kib << 10 : kUnknown;
}

}  // namespace

std::int64_t total_memory(const std::string& root) { return std::min(memory_of_machine(root, "MemTotal:"), memory_of_groups(root).limit); }

std::int64_t available_memory(const std::string& root) {
  return std::min(memory_of_machine(root, "MemAvailable:"), memory_of_groups(root).left);
}

void expect_memory(std::int64_t bytes, const std::string& what, const std::string& remedy) {
  const std::int64_t left = available_memory();
  if (bytes <= left) return;
  throw Error("{}: {} of memory are needed, but {} are left on this machine. {}", what, size_text(bytes), size_text(left), remedy);
}

std::optional<Space> space_in(const std::string& folder) {
  std::error_code problem;
  const fs::space_info space = fs::space(folder, problem);
  if (problem || space.available == static_cast<std::uintmax_t>(-1)) return std::nullopt;
  return Space{static_cast<std::int64_t>(space.capacity), static_cast<std::int64_t>(space.available)};
}

void expect_disk_space(const std::string& file, std::int64_t bytes, const std::string& what) {
  const std::string folder = folder_of(file);
  const std::optional<Space> space = space_in(folder);
  if (!space || bytes <= space->free) return;
  throw Error("{}: {} are needed on the disk for {}, but {} has {} left. Free space there, or write to another disk.", file,
              size_text(bytes), what, folder, size_text(space->free));
}

std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kUnknown : product;
}

}  // namespace galen
