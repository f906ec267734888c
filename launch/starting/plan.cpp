#include "launch/starting/plan.h"

#include "galen/error.h"
#include "trainer/lanes/lane_count.h"

#include <algorithm>

namespace galen::launch {

namespace {

constexpr int kMostByDefault = 8;  // workers on the CPU of a host: above it, threads are faster than smaller parts of a batch

int limited(int workers, std::int64_t most) { return most > 0 ? static_cast<int>(std::min<std::int64_t>(workers, most)) : workers; }

// GPUs of each host, one worker for each; 0: none are used.
int choose_gpus(const std::string& wanted, const LaunchedCommand& command, const Surroundings& around, bool here_alone) {
  if (wanted == "none" || !command.may_use_gpus) {
    if (wanted != "none" && wanted != "auto") throw UsageError("--gpus {} contradicts --device cpu. Remove one of the two.", wanted);
    return 0;
  }
  const int found = around.slurm && around.slurm->gpus_a_host > 0 ? around.slurm->gpus_a_host : around.machine.gpus;
  if (wanted == "auto") return found;
  if (wanted == "all") {
    if (found == 0) throw UsageError("--gpus all: this machine has none. Check galen doctor, or set their number on each host.");
    return found;
  }
  const std::optional<int> number = parse_number<int>(wanted, at_least(1));
  if (!number) throw UsageError("--gpus {} is not allowed. It must be auto, all, none or a whole number, 1 or more.", wanted);
  if (here_alone && *number > found)
    throw UsageError("--gpus {}: this machine has {}. Check galen doctor and CUDA_VISIBLE_DEVICES.", wanted, found);
  return *number;
}

std::vector<Host> choose_hosts(const LaunchOptions& options, const Surroundings& around) {
  if (!options.hosts.empty() && !options.hostfile.empty())
    throw UsageError("--hosts and --hostfile both name the hosts. Use one of the two.");
  if (!options.hosts.empty()) return parse_hosts(options.hosts);
  if (!options.hostfile.empty()) return read_hostfile(options.hostfile);
  if (around.slurm) return around.slurm->hosts;
  return {{"localhost", 0}};
}

// Hosts without slots share the requested workers evenly.
void fill_in_slots(std::vector<Host>& hosts, int workers, int usual) {
  const int count = static_cast<int>(hosts.size());
  for (Host& host : hosts) {
    if (host.slots == 0) host.slots = workers > 0 && count > 1 ? (workers + count - 1) / count : usual;
  }
}

bool decided_by_slurm(const LaunchOptions& options, const Surroundings& around) {
  return around.slurm && around.slurm->tasks > 0 && options.hosts.empty() && options.hostfile.empty();
}

int choose_workers(const LaunchOptions& options, const LaunchedCommand& command, const Surroundings& around, int room) {
  if (options.workers > 0) return options.workers;
  return limited(decided_by_slurm(options, around) ? around.slurm->tasks : room, command.most_workers);
}

int most_on_a_host(const Plan& plan) {
  int left = plan.workers, most = 0;
  for (const Host& host : plan.hosts) {
    most = std::max(most, std::min(left, host.slots));
    left -= std::min(left, host.slots);
  }
  const int hosts = static_cast<int>(plan.hosts.size());
  return most + (left + hosts - 1) / hosts;  // more than there are slots: distributed in turn
}

int cores_of_a_host(const Surroundings& around) {
  return around.slurm && around.slurm->cores_a_host > 0 ? around.slurm->cores_a_host : around.machine.cores;
}

int share_of_cores(const Plan& plan, const Surroundings& around) {
  if (around.slurm && around.slurm->cores_a_task > 0 && plan.workers <= around.slurm->tasks) return around.slurm->cores_a_task;
  return std::max(1, cores_of_a_host(around) / most_on_a_host(plan));
}

// The same for any number of workers, because a run's bits depend on it: each lane's share of a host's cores. Evaluations use the run's.
int choose_threads(const Plan& plan, const LaunchedCommand& command, const Surroundings& around, bool with_gpus) {
  if (around.environment.count("OMP_NUM_THREADS") > 0 || command.threads > 0 || command.applies) return 0;
  const int share = share_of_cores(plan, around);
  if (!command.trains || with_gpus || (around.slurm && around.slurm->cores_a_task > 0)) return share;
  const std::int64_t lanes = trainer::lanes_for(command.lanes, command.batch, plan.workers);
  return static_cast<int>(std::clamp<std::int64_t>(cores_of_a_host(around) / std::max<std::int64_t>(lanes, 1), 1, share));
}

bool binds(const std::string& wanted, const Plan& plan, const Surroundings& around, bool with_gpus) {
  const bool fits = plan.coordinators == 0 && most_on_a_host(plan) <= cores_of_a_host(around);
  if (wanted == "cores" && !fits) throw UsageError("--bind cores needs one core for each process. Start fewer workers, or remove it.");
  if (wanted != "auto") return wanted == "cores";
  return fits && plan.workers > 1 && !plan.remote && !with_gpus && around.machine.memory_nodes > 1;
}

}  // namespace

Plan make_plan(const LaunchOptions& options, const LaunchedCommand& command, const Surroundings& around) {
  Plan plan;
  plan.hosts = choose_hosts(options, around);
  plan.coordinators = command.coordinator_process ? 1 : 0;
  plan.named_hosts = !options.hosts.empty() || !options.hostfile.empty();
  plan.remote = std::any_of(plan.hosts.begin(), plan.hosts.end(), [](const Host& host) { return !is_this_host(host.name); });

  const int gpus = choose_gpus(options.gpus, command, around, !plan.remote);
  const int usual = gpus > 0 ? gpus : std::min(cores_of_a_host(around), kMostByDefault);
  fill_in_slots(plan.hosts, options.workers, usual);
  const int room = total_slots(plan.hosts);
  plan.workers = choose_workers(options, command, around, room);

  const int tasks = decided_by_slurm(options, around) ? around.slurm->tasks : 0;
  if (options.workers == 0 && plan.workers < tasks) {
    plan.notes.push_back(
        fmt::format("{} workers for the job's {} tasks: a step has no more lanes or samples. Raise trainer.batch, and "
                    "trainer.lanes where it is set.",
                    plan.workers, tasks));
  }
  const int places = plan.named_hosts || around.slurm ? room : cores_of_a_host(around);
  if (gpus > 0 && options.workers == 0) plan.notes.push_back(fmt::format("{} GPUs a host, one worker for each.", gpus));
  if (gpus > 0 && most_on_a_host(plan) > gpus) {
    plan.notes.push_back(
        fmt::format("{} workers on a host are more than its {} GPUs, so training runs on the CPU.", most_on_a_host(plan), gpus));
  }
  if (plan.workers > places) {
    plan.notes.push_back(
        fmt::format("{} workers were requested, but there are slots for {}: they will wait for each other.", plan.workers, places));
  }
  const int share = share_of_cores(plan, around);
  plan.threads = choose_threads(plan, command, around, gpus > 0);
  if (plan.threads > 0 && 2 * plan.threads <= share) {
    plan.notes.push_back(fmt::format(
        "{} of {} cores on each host are used. More workers use more, and give the same bits; trainer.threads = {} uses all, and gives "
        "other last bits.",
        plan.threads * most_on_a_host(plan), cores_of_a_host(around), share));
  }
  if (binds(options.bind, plan, around, gpus > 0)) {
    plan.cores_a_worker = share;
    if (command.trains && command.loading_threads == 0) plan.loading_threads = std::max(1, share / 4);
  }
  return plan;
}

Plan without_lost_hosts(const Plan& plan, const std::vector<std::string>& lost) {
  if (lost.empty()) return plan;
  Plan rest = plan;
  std::erase_if(rest.hosts, [&](const Host& host) { return std::find(lost.begin(), lost.end(), host.name) != lost.end(); });
  rest.workers = std::min(plan.workers, total_slots(rest.hosts));
  rest.named_hosts = true;
  return rest;
}

}  // namespace galen::launch
