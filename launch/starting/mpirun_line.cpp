#include "launch/starting/plan.h"

#include <algorithm>
#include <filesystem>

namespace galen::launch {

namespace {

using Words = std::vector<std::string>;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

// The host of each rank, in rank order: ranks fill one host after the other, and the coordinator's process is on rank 0's host.
std::string host_of_each_rank(const Plan& plan) {
  std::vector<std::string> names;
  while (static_cast<int>(names.size()) < plan.workers) {
    for (const Host& host : plan.hosts) {
      const int left = plan.workers - static_cast<int>(names.size());
      names.insert(names.end(), static_cast<std::size_t>(std::min(left, host.slots)), host.name);
    }
  }
  names.push_back(plan.hosts.front().name);
  return fmt::format("{}", fmt::join(names, ","));
}

Words placement(const Plan& plan, const Surroundings& around) {
  if (plan.coordinators > 0 && plan.hosts.size() > 1) {
    return {"--host", host_of_each_rank(plan), "-np", fmt::format("{}", plan.ranks()), "--map-by", "seq", "--oversubscribe"};
  }
  Words words;
  if (plan.named_hosts) append(words, {"--host", to_text(plan.hosts)});
  append(words, {"-np", fmt::format("{}", plan.ranks())});
  const int places = plan.named_hosts || around.slurm ? total_slots(plan.hosts) : around.machine.cores;
  if (plan.ranks() > places) words.emplace_back("--oversubscribe");
  return words;
}

Words binding(const Plan& plan) {
  if (plan.cores_a_worker == 0) return {"--bind-to", "none"};
  return {"--map-by", fmt::format("slot:PE={}", plan.cores_a_worker), "--bind-to", "core"};
}

// Workers on this machine inherit the launcher's environment; those on other hosts get the variables named here.
Words environment(const Plan& plan, const Surroundings& around) {
  Words words;
  if (plan.threads > 0) append(words, {"-x", fmt::format("OMP_NUM_THREADS={}", plan.threads)});
  if (!plan.remote) return words;
  for (const std::string& name : names_that_matter(around.environment)) append(words, {"-x", name});
  return words;
}

std::string own_program() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

}  // namespace

Words mpirun_line(const Plan& plan, const LaunchOptions& options, const Surroundings& around, const std::string& command,
                  const Words& arguments) {
  Words words = split_words(options.mpirun);
  if (around.machine.root) words.emplace_back("--allow-run-as-root");
  if (!options.agent.empty() && plan.remote) append(words, {"--mca", "plm_rsh_agent", options.agent});
  append(words, placement(plan, around));
  append(words, binding(plan));
  append(words, environment(plan, around));
  append(words, {own_program(), command});
  append(words, arguments);
  if (plan.loading_threads > 0) words.push_back(fmt::format("--data.threads={}", plan.loading_threads));
  return words;
}

}  // namespace galen::launch
