#include "galen/room.h"

#include "galen/atomic_file.h"
#include "galen/error.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <vector>

namespace galen {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();

// A number in a file of one line; none where there is no such file, or it says "max".
std::int64_t number_in(const std::string& file, std::int64_t otherwise) {
  std::int64_t number = 0;
  return std::ifstream(file) >> number ? number : otherwise;
}

// Of a file with a name and a number a line.
std::int64_t entry_of(const std::string& file, const std::string& name, std::int64_t otherwise) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first;
    std::int64_t number = 0;
    if (words >> first >> number && first == name) return number;
  }
  return otherwise;
}

// Pages of files that are kept in memory make room when it is needed.
std::int64_t left_in_group(const std::string& folder, bool is_v2) {
  const std::int64_t limit = number_in(folder + (is_v2 ? "/memory.max" : "/memory.limit_in_bytes"), kUnknown);
  if (limit == kUnknown) return kUnknown;
  const std::int64_t used = number_in(folder + (is_v2 ? "/memory.current" : "/memory.usage_in_bytes"), 0);
  const std::string prefix = is_v2 ? "" : "total_";
  const std::string statistics = folder + "/memory.stat";
  const std::int64_t files = entry_of(statistics, prefix + "inactive_file", 0) + entry_of(statistics, prefix + "active_file", 0);
  return std::max<std::int64_t>(0, limit - std::max<std::int64_t>(0, used - files));
}

// The group and all above it.
std::int64_t left_in_groups(const std::string& mount, fs::path group, bool is_v2) {
  std::int64_t left = kUnknown;
  for (;; group = group.parent_path()) {
    left = std::min(left, left_in_group(mount + (group == "/" ? "" : group.string()), is_v2));
    if (group == "/" || group.empty()) return left;
  }
}

// Lines such as "0::/job_1/step_0" (v2), "7:memory:/slurm/job_1" (v1).
std::int64_t left_in_my_groups(const std::string& root) {
  std::int64_t left = left_in_groups(root + "/sys/fs/cgroup", "/", /*is_v2=*/true);
  std::ifstream lines(root + "/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos || second + 1 == line.size() || line[second + 1] != '/') continue;
    const std::string controllers = fmt::format(",{},", line.substr(first + 1, second - first - 1));
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") left = std::min(left, left_in_groups(root + "/sys/fs/cgroup", group, true));
    if (controllers.find(",memory,") != std::string::npos) {
      left = std::min(left, left_in_groups(root + "/sys/fs/cgroup/memory", group, false));
    }
  }
  return left;
}

}  // namespace

std::int64_t available_memory(const std::string& root) {
  const std::int64_t kib = entry_of(root + "/proc/meminfo", "MemAvailable:", kUnknown);
  return std::min(kib == kUnknown ? kUnknown : kib << 10, left_in_my_groups(root));
}

void expect_memory(std::int64_t bytes, const std::string& what, const std::string& remedy) {
  const std::int64_t left = available_memory();
  if (bytes <= left) return;
  throw Error("{}: {} of memory are needed, and {} are left on this machine. {}", what, size_text(bytes), size_text(left), remedy);
}

void expect_disk_space(const std::string& file, std::int64_t bytes, const std::string& what) {
  std::error_code unknown;
  const std::string folder = folder_of(file);
  const fs::space_info space = fs::space(folder, unknown);
  if (unknown || space.available == static_cast<std::uintmax_t>(-1) || static_cast<std::uintmax_t>(bytes) <= space.available) return;
  throw Error("{}: {} are needed on the disk for {}, and {} has {} left. Make room there, or write to another disk.", file,
              size_text(bytes), what, folder, size_text(static_cast<std::int64_t>(space.available)));
}

std::string size_text(std::int64_t bytes) {
  constexpr double kStep = 1000;
  static const std::vector<std::string> kUnits = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= kStep && unit + 1 < kUnits.size(); ++unit) size /= kStep;
  return unit == 0 ? fmt::format("{} {}", bytes, kUnits[0]) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::int64_t saturating_product(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kUnknown : product;
}

}  // namespace galen
