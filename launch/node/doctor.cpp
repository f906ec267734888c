#include "launch/node/doctor.h"

#include "data/hdf5/hdf5.h"
#include "galen/control_groups.h"
#include "galen/room.h"
#include "galen/size_text.h"
#include "galen/terminal_text.h"
#include "launch/node/free_space.h"
#include "launch/node/leftovers.h"
#include "launch/open_mpi/open_mpi.h"

#include <ATen/Version.h>
#include <fmt/format.h>
#include <mpi.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

namespace galen::launch {

namespace {

using Kind = Finding::Kind;

constexpr std::int64_t kEnoughShared = std::int64_t{1} << 28, kEnoughTemporary = std::int64_t{1} << 26;
constexpr char kSharedMemory[] = "/dev/shm";
constexpr std::int64_t kEnoughMemory = std::int64_t{2} << 30;

std::string mpi_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  const std::string version(text, static_cast<std::size_t>(length));
  std::string name = version.substr(0, version.find_first_of(",\n"));
  if (name.find(open_mpi::kTestedWith) == std::string::npos) name += fmt::format(" (tested with Open MPI {})", open_mpi::kTestedWith);
  return name;
}

std::optional<std::string> on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + "/" + program;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

Finding examine_mpirun() {
  const std::optional<std::string> mpirun = on_path("mpirun");
  if (!mpirun)
    return {"mpirun", "not on the PATH", Kind::kWrong,
            "It is needed for several workers: install openmpi-bin, or load your cluster's MPI module."};
  if (geteuid() == 0 && std::getenv(open_mpi::kAllowsRoot) == nullptr) {
    return {"mpirun", *mpirun + ", as root", Kind::kMissing,
            "This mpirun refuses to run as root. Use galen launch, launch/mpirun.sh, or another user."};
  }
  return {"mpirun", *mpirun, Kind::kFine, ""};
}

Finding examine_cores() {
  const unsigned cores = std::thread::hardware_concurrency();
  const std::optional<double> quota = processor_limit();
  if (!quota || *quota >= cores) return {"cores", std::to_string(cores), Kind::kFine, ""};
  return {"cores", fmt::format("{}, of which this container may use {:.1f}", cores, *quota), Kind::kMissing,
          "Start at most this many workers, and set trainer.threads so that workers × threads fit."};
}

Finding examine_memory() {
  const std::int64_t total = total_memory(), available = std::min(available_memory(), total);
  const std::string value = fmt::format("{}, of which {} are free", size_text(total), size_text(available));
  if (available >= kEnoughMemory) return {"memory", value, Kind::kFine, ""};
  return {"memory", value, Kind::kWrong, "A worker needs 200 MiB and its share of the model. End other programs, or start fewer workers."};
}

Finding examine_shared_memory() {
  const std::optional<Space> space = space_in(kSharedMemory);
  if (!space) {
    return {"shared memory", "/dev/shm is missing", Kind::kWrong,
            "Workers of one node communicate through it. Mount it: mount -t tmpfs tmpfs /dev/shm"};
  }
  const std::string value = fmt::format("{} in /dev/shm, of which {} are free", size_text(space->total), size_text(space->free));
  if (space->free >= kEnoughShared) return {"shared memory", value, Kind::kFine, ""};
  return {"shared memory", value, Kind::kWrong, "Workers of one node communicate through it. Containers: docker run --shm-size=1g."};
}

Finding examine_leftovers() {
  const Leftovers found = find_leftovers(kSharedMemory);
  if (found.empty()) return {"dead jobs", "left nothing in /dev/shm", Kind::kFine, ""};
  return {"dead jobs", fmt::format("left {} files (vader_segment.…) of {} in /dev/shm", found.files.size(), size_text(found.bytes)),
          Kind::kMissing, "No process uses them. Remove them: galen doctor --remove-leftovers"};
}

Finding examine_temporary_folder() {
  const std::string folder = temporary_folder();
  const std::optional<Space> space = space_in(folder);
  if (!space) return {"TMPDIR", folder + " does not exist", Kind::kWrong, "mpirun keeps its files in it. Create it, or set TMPDIR."};
  const std::string value = fmt::format("{}, of which {} are free", folder, size_text(space->free));
  if (space->free >= kEnoughTemporary) return {"TMPDIR", value, Kind::kFine, ""};
  return {"TMPDIR", value, Kind::kWrong, "mpirun keeps its files in it, and hangs if it is full. Free some space, or set TMPDIR."};
}

Finding examine_proc() {
  std::ifstream status("/proc/self/status");
  if (!status)
    return {"/proc", "is not mounted", Kind::kWrong,
            "Workers share memory through it, and LibTorch chooses its instruction set by it. Mount it: mount -t proc proc /proc"};
  for (std::string line; std::getline(status, line);) {
    std::istringstream ids(line);
    std::string word, outer, inner;
    if (ids >> word >> outer >> inner && word == "NSpid:")
      return {"/proc", fmt::format("of another process namespace: process {} has the number {} in it", inner, outer), Kind::kMissing,
              "Ranks in separate process namespaces cannot share memory, and Open MPI's vader crashes: mpirun --mca btl ^vader"};
  }
  return {"/proc", "is mounted", Kind::kFine, ""};
}

// Never a problem by itself: other processors give other last bits, which train compares.
Finding examine_arithmetic() {
  const char* forced = std::getenv("ATEN_CPU_CAPABILITY");
  const std::string value = fmt::format("{} (LibTorch)", at::get_cpu_capability());
  if (forced == nullptr) return {"arithmetic", value, Kind::kFine, ""};
  return {"arithmetic", fmt::format("{}, by ATEN_CPU_CAPABILITY={}", value, forced), Kind::kMissing,
          "It must be the same for all ranks of a job: other instruction sets give other last bits."};
}

}  // namespace

std::vector<Finding> examine_machine() {
  return {
      {"Galen", GALEN_VERSION, Kind::kFine, ""},
      {"LibTorch", TORCH_VERSION, Kind::kFine, ""},
      {"HDF5", data::hdf5::library_version(), Kind::kFine, ""},
      {"MPI", mpi_version(), Kind::kFine, ""},
      examine_mpirun(),
      examine_cores(),
      examine_memory(),
      examine_shared_memory(),
      examine_leftovers(),
      examine_temporary_folder(),
      examine_proc(),
      examine_arithmetic(),
  };
}

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const char* mark = finding.kind == Kind::kFine ? "ok" : finding.kind == Kind::kMissing ? "note" : "WRONG";
    text += wrap(fmt::format("{:<6} {:<14} {}", mark, finding.what, finding.value), 22) + "\n";
    if (!finding.advice.empty()) text += std::string(22, ' ') + wrap(finding.advice, 22, kTextWidth - 22) + "\n";
  }
  return text;
}

}  // namespace galen::launch
