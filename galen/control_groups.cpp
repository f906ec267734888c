#include "galen/control_groups.h"

#include "galen/kernel_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

namespace galen {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

/// One group's folder.
struct Group {
  std::string folder;
  bool is_v2;
};

// The group and its ancestors.
void add_with_parents(const std::string& mount, fs::path group, bool is_v2, std::vector<Group>& groups) {
  for (;; group = group.parent_path()) {
    groups.push_back({mount + (group == "/" ? "" : group.string()), is_v2});
    if (group == "/" || group.empty()) return;
  }
}

// The groups of one controller: "memory", "cpu". /proc/self/cgroup has lines such as "0::/job_1/step_0" (version 2) and
// "7:memory:/slurm/job_1" (version 1). In a container the path may be the host's, so the mounted root group is always included.
std::vector<Group> groups_of(const std::string& controller, const std::string& root) {
  const std::string mount = root + "/sys/fs/cgroup";
  std::vector<Group> groups = {{mount, true}};
  std::ifstream lines(root + "/proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos || second + 1 == line.size() || line[second + 1] != '/') continue;
    const std::string controllers = fmt::format(",{},", line.substr(first + 1, second - first - 1));
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") add_with_parents(mount, group, true, groups);
    if (controllers.find(fmt::format(",{},", controller)) != std::string::npos) {
      add_with_parents(fmt::format("{}/{}", mount, controller), group, false, groups);
    }
  }
  return groups;
}

// Memory in use, without file pages.
std::int64_t used_by(const Group& group) {
  const std::int64_t used = number_in(group.folder + (group.is_v2 ? "/memory.current" : "/memory.usage_in_bytes")).value_or(0);
  const std::string statistics = group.folder + "/memory.stat";
  const std::string prefix = group.is_v2 ? "" : "total_";
  const auto pages = [&](const char* name) { return number_after(statistics, prefix + name).value_or(0); };
  return std::max<std::int64_t>(0, used - pages("inactive_file") - pages("active_file"));
}

// "200000 100000", "max 100000"; in version 1, -1 means no limit.
std::optional<double> quota_of(const Group& group) {
  double quota = 0, period = 0;
  if (group.is_v2) {
    std::ifstream(group.folder + "/cpu.max") >> quota >> period;
  } else {
    quota = static_cast<double>(number_in(group.folder + "/cpu.cfs_quota_us").value_or(-1));
    period = static_cast<double>(number_in(group.folder + "/cpu.cfs_period_us").value_or(0));
  }
  return quota > 0 && period > 0 ? std::optional(quota / period) : std::nullopt;
}

}  // namespace

std::optional<double> processor_limit(const std::string& root) {
  std::optional<double> least;
  for (const Group& group : groups_of("cpu", root)) {
    if (const auto quota = quota_of(group)) least = std::min(least.value_or(*quota), *quota);
  }
  return least;
}

GroupMemory memory_of_groups(const std::string& root) {
  GroupMemory memory = {kUnlimited, kUnlimited};
  for (const Group& group : groups_of("memory", root)) {
    const auto limit = number_in(group.folder + (group.is_v2 ? "/memory.max" : "/memory.limit_in_bytes"));
    if (!limit) continue;
    memory.limit = std::min(memory.limit, *limit);
    memory.left = std::min(memory.left, std::max<std::int64_t>(0, *limit - used_by(group)));
  }
  return memory;
}

}  // namespace galen
