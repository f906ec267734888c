#include "trainer/device/arithmetic.h"

#include "comm/collectives.h"
#include "galen/host.h"
#include "models/strict_products.h"

#include <ATen/Version.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/version.h>

#include <cstdlib>
#include <cstring>
#include <set>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace galen::trainer {

namespace {

// CPUID; LibTorch and the C library read /proc, which may be missing.
std::string processor() {
#if defined(__x86_64__)
  constexpr unsigned kFirst = 0x80000002, kLast = 0x80000004;
  std::string name;
  unsigned registers[4];
  for (unsigned leaf = kFirst; leaf <= kLast; ++leaf) {
    if (__get_cpuid(leaf, &registers[0], &registers[1], &registers[2], &registers[3]) == 0) return "x86-64";
    name.append(reinterpret_cast<const char*>(registers), sizeof registers);
  }
  name.resize(std::strlen(name.c_str()));
  name.erase(0, name.find_first_not_of(' '));
  return name.substr(0, name.find_last_not_of(' ') + 1);
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "unknown processor";
#endif
}

std::string describe(const models::ProductMode& products) {
  std::string text = fmt::format("{}, LibTorch {} {}", processor(), TORCH_VERSION, at::get_cpu_capability());
  if (!products.name.empty()) text += ", MKL " + products.name;
  for (const char* variable : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
    if (const char* value = std::getenv(variable)) text += fmt::format(", {} {}", variable, value);
  }
  return text;
}

// The description of rank 0, and of the first rank that differs.
std::string difference(const std::vector<std::string>& descriptions, const std::vector<std::string>& hosts) {
  std::size_t other = 1;
  while (descriptions[other] == descriptions[0]) ++other;
  return fmt::format(
      "the ranks compute with different processors or libraries: rank 0 on {} with {}; rank {} on {} with {}. The last bits of the results "
      "then "
      "depend on the placement of ranks.",
      hosts[0], descriptions[0], other, hosts[other], descriptions[other]);
}

}  // namespace

Arithmetic prepare_arithmetic(comm::Communicator& world) {
  const models::ProductMode products = models::make_products_strict();
  const std::vector<std::string> descriptions = comm::all_gather(world, describe(products));
  const std::vector<std::string> hosts = comm::all_gather(world, host_name());
  const std::vector<std::string> modes = comm::all_gather(world, products.strict ? std::string() : products.name);

  Arithmetic arithmetic;
  const std::set<std::string> kinds(descriptions.begin(), descriptions.end());
  arithmetic.description = fmt::format("{}", fmt::join(kinds, " | "));
  if (kinds.size() > 1) arithmetic.notes.push_back(difference(descriptions, hosts));
  for (std::size_t rank = 0; rank < modes.size(); ++rank) {
    if (modes[rank].empty()) continue;
    arithmetic.notes.push_back(
        fmt::format("matrix products are in MKL's mode {}{}, in which last bits may depend on the addresses of tensors. Leave MKL_CBWR "
                    "unset, or set a mode that ends in ,STRICT, before the program starts.",
                    modes[rank], modes.size() > 1 ? fmt::format(" on rank {}", rank) : ""));
    break;
  }
  return arithmetic;
}

}  // namespace galen::trainer
