#include "launch/starting/slurm_allocation.h"

#include "galen/error.h"
#include "launch/options/option.h"

#include <algorithm>

namespace galen::launch {

namespace {

[[noreturn]] void throw_odd(const std::string& text) {
  throw Error("Slurm's list {} cannot be parsed. Name the hosts with --hosts a:4,b:4.", text);
}

int parse_count(const std::string& digits, const std::string& text) {
  const std::optional<int> number = parse_number<int>(digits, at_least(0));
  if (!number) throw_odd(text);
  return *number;
}

// Splits at commas outside of brackets.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (c == '[' || c == ']') depth += c == '[' ? 1 : -1;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// "01-03" → 01, 02, 03: with leading zeros as in the text.
std::vector<std::string> expand_range(const std::string& range, const std::string& text) {
  const std::size_t dash = range.find('-');
  if (dash == std::string::npos) return {range};
  const int first = parse_count(range.substr(0, dash), text), last = parse_count(range.substr(dash + 1), text);
  std::vector<std::string> numbers;
  for (int number = first; number <= last; ++number) numbers.push_back(fmt::format("{:0{}}", number, dash));
  return numbers;
}

// A name may have several brackets, for racks and nodes: each of the first combined with all of the rest.
void expand(const std::string& head, const std::string& rest, const std::string& text, std::vector<std::string>& names) {
  const std::size_t open = rest.find('[');
  if (open == std::string::npos) {
    names.push_back(head + rest);
    return;
  }
  const std::size_t close = rest.find(']', open);
  if (close == std::string::npos) throw_odd(text);
  for (const std::string& range : split_list(rest.substr(open + 1, close - open - 1))) {
    for (const std::string& number : expand_range(range, text)) {
      expand(head + rest.substr(0, open) + number, rest.substr(close + 1), text, names);
    }
  }
}

}  // namespace

std::vector<std::string> expand_nodes(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& part : parts_of(text)) {
    if (!part.empty()) expand("", part, text, names);
  }
  return names;
}

std::vector<int> expand_counts(const std::string& text) {
  std::vector<int> counts;
  for (const std::string& part : split_list(text)) {
    const std::size_t times = part.find("(x");
    const int repeats = times == std::string::npos ? 1 : parse_count(part.substr(times + 2, part.find(')') - times - 2), text);
    counts.insert(counts.end(), static_cast<std::size_t>(repeats), parse_count(part.substr(0, times), text));
  }
  return counts;
}

std::optional<SlurmAllocation> slurm_allocation(const Environment& environment) {
  const std::string nodes = value_of(environment, "SLURM_JOB_NODELIST");
  if (value_of(environment, "SLURM_JOB_ID").empty() || nodes.empty()) return std::nullopt;
  SlurmAllocation allocation;
  const std::vector<int> tasks = expand_counts(value_of(environment, "SLURM_TASKS_PER_NODE"));
  for (const std::string& name : expand_nodes(nodes)) {
    const std::size_t i = allocation.hosts.size();
    allocation.hosts.push_back({name, i < tasks.size() ? tasks[i] : 1});
  }
  allocation.tasks = std::max(0, number_of(environment, "SLURM_NTASKS"));
  allocation.cores_a_task = std::max(0, number_of(environment, "SLURM_CPUS_PER_TASK"));
  const std::vector<int> cores = expand_counts(value_of(environment, "SLURM_JOB_CPUS_PER_NODE"));
  if (!cores.empty()) allocation.cores_a_host = *std::min_element(cores.begin(), cores.end());
  allocation.gpus_a_host = std::max(0, number_of(environment, "SLURM_GPUS_ON_NODE"));
  return allocation;
}

}  // namespace galen::launch
