#include "comm/gpus.h"

#include "comm/collectives.h"
#include "galen/host.h"

#include <fmt/format.h>

#include <map>
#include <sstream>
#include <utility>

namespace galen::comm {

namespace {

// Containers have their own host names, and different machines may share one.
std::string machine_id() {
  const std::string id = boot_id();
  return id.empty() ? host_name() : id;
}

std::string ranks(const std::vector<int>& members) {
  return fmt::format("{} {}", members.size() == 1 ? "rank" : "ranks", fmt::join(members, ", "));
}

std::string missing_gpu(const std::vector<Gpu>& gpus) {
  for (std::size_t rank = 0; rank < gpus.size(); ++rank) {
    if (!gpus[rank].bus_id.empty()) continue;
    return fmt::format("rank {} ({}) has no GPU to use. Check the device that it was started with, and CUDA_VISIBLE_DEVICES on that host.",
                       rank, gpus[rank].host);
  }
  return "";
}

std::string shared_gpu(const std::vector<Gpu>& gpus) {
  std::map<std::pair<std::string, std::string>, std::vector<int>> users;
  for (std::size_t rank = 0; rank < gpus.size(); ++rank) users[{gpus[rank].machine, gpus[rank].bus_id}].push_back(static_cast<int>(rank));
  for (const auto& [gpu, members] : users) {
    if (members.size() == 1) continue;
    return fmt::format("{} use the same GPU, {} of {}. Start one rank a GPU, or check CUDA_VISIBLE_DEVICES.", ranks(members), gpu.second,
                       gpus[members.front()].host);
  }
  return "";
}

std::string different_models(const std::vector<Gpu>& gpus) {
  std::map<std::string, std::vector<int>> owners;
  for (std::size_t rank = 0; rank < gpus.size(); ++rank) owners[gpus[rank].model].push_back(static_cast<int>(rank));
  if (owners.size() <= 1) return "";
  std::vector<std::string> models;
  for (const auto& [model, members] : owners) models.push_back(fmt::format("{}: {}", model, ranks(members)));
  return fmt::format(
      "the ranks' GPUs are of different models ({}), which do not compute the same bits. Choose GPUs of one model with "
      "CUDA_VISIBLE_DEVICES or the scheduler's constraints.",
      fmt::join(models, "; "));
}

}  // namespace

std::vector<Gpu> gather_gpus(Communicator& group, Gpu mine) {
  std::vector<Gpu> gpus;
  for (const std::string& text : all_gather(group, fmt::format("{}\n{}\n{}\n{}\n", mine.bus_id, mine.model, host_name(), machine_id()))) {
    std::istringstream lines(text);
    Gpu& gpu = gpus.emplace_back();
    for (std::string* line : {&gpu.bus_id, &gpu.model, &gpu.host, &gpu.machine}) std::getline(lines, *line);
  }
  return gpus;
}

std::string objection_to(const std::vector<Gpu>& gpus) {
  for (const auto objection : {missing_gpu, shared_gpu, different_models}) {
    if (std::string text = objection(gpus); !text.empty()) return text;
  }
  return "";
}

}  // namespace galen::comm
