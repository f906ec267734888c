#include "launch/node/first_look.h"

#include "galen/error.h"
#include "galen/host.h"
#include "galen/room.h"
#include "galen/size_text.h"
#include "launch/node/free_space.h"
#include "launch/node/leftovers.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace galen::launch {

namespace {

constexpr std::int64_t kKiB = 1 << 10, kMiB = 1 << 20;
constexpr std::int64_t kTouchedAtStart = 128 * kKiB;  // of a rank's segment
constexpr std::int64_t kSegment = 4 * kMiB;           // its size: btl_vader_segment_size
constexpr std::int64_t kLittleRoom = 1 * kMiB;

constexpr char kWithoutVader[] = "Or start without it: mpirun --mca btl ^vader …, galen launch --mpirun \"mpirun --mca btl ^vader\" ….";

// Whether messages within the node go through Open MPI's vader, as far as its variables tell: --mca btl self,tcp; --mca btl ^vader.
bool uses_vader(const Environment& environment) {
  const std::string transports = value_of(environment, "OMPI_MCA_btl");
  const bool named = fmt::format(",{},", transports.substr(transports.starts_with('^') ? 1 : 0)).find(",vader,") != std::string::npos;
  return transports.empty() || named != transports.starts_with('^');
}

std::string memory_folder(const Environment& environment) {
  const std::string chosen = value_of(environment, "OMPI_MCA_btl_vader_backing_directory");
  return chosen.empty() ? "/dev/shm" : chosen;
}

void look_at_shared_memory(const std::string& folder, int ranks, std::vector<std::string>& notes) {
  const Leftovers leftovers = find_leftovers(folder);
  const std::string dead = leftovers.empty() ? ""
                                             : fmt::format(" {} files of dead jobs take {} of it: galen doctor --remove-leftovers.",
                                                           leftovers.files.size(), size_text(leftovers.bytes));
  const std::optional<Space> space = space_in(folder);
  const std::int64_t free = space ? space->free : 0;
  if (free < ranks * kTouchedAtStart)
    throw Error(
        "{}: {} has {} free, and Open MPI shares memory among {} ranks there: it would crash with a bus error. Free some, or in "
        "containers docker run --shm-size=1g.{} {}",
        host_name(), folder, size_text(free), ranks, dead, kWithoutVader);
  if (free < ranks * kSegment)
    notes.push_back(
        fmt::format("{} has {} free; Open MPI may take up to {} there for {} ranks, and crashes with a bus error where it is "
                    "full. Containers: docker run --shm-size=1g.{}",
                    folder, size_text(free), size_text(ranks * kSegment), ranks, dead));
  else if (!leftovers.empty())
    notes.push_back(fmt::format("{}:{}", folder, dead));
}

// Open MPI takes the memory of another rank for its own where that has the same process id, as in containers of one process each, and
// crashes in the first message. Ranks of a node have the folder of mpirun's session in common: the second one that claims an id fails.
void claim_process_id(const Environment& environment) {
  const std::string session = value_of(environment, "PMIX_SERVER_TMPDIR"), job = value_of(environment, "PMIX_NAMESPACE");
  if (session.empty() || job.empty()) return;
  const std::string claim = fmt::format("{}/galen-{}-{}", session, job, getpid());
  const int file = open(claim.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  if (file < 0 && errno == EEXIST)
    throw Error(
        "rank {} on {} has the process id {}, as another rank of this node: they run in process namespaces of their own (a container "
        "for each?), in which Open MPI's vader crashes. Start the ranks in one namespace. {}",
        value_of(environment, "OMPI_COMM_WORLD_RANK"), host_name(), getpid(), kWithoutVader);
}

}  // namespace

std::vector<std::string> look_at_node(const Environment& environment) {
  std::vector<std::string> notes;
  const int ranks = number_of(environment, "OMPI_COMM_WORLD_LOCAL_SIZE");
  const bool vader = ranks > 1 && uses_vader(environment);
  if (vader) claim_process_id(environment);
  if (number_of(environment, "OMPI_COMM_WORLD_LOCAL_RANK") != 0) return notes;

  if (vader) look_at_shared_memory(memory_folder(environment), ranks, notes);
  const std::string folder = temporary_folder();
  if (const auto space = space_in(folder); !space || space->free < kLittleRoom)
    notes.push_back(
        fmt::format("{} (TMPDIR) has {} free, and Open MPI keeps its files there.", folder, size_text(space ? space->free : 0)));
  if (!std::filesystem::exists("/proc/self/stat"))
    notes.emplace_back(
        "/proc is not mounted: ranks cannot share memory, LibTorch does not see what the processor can do, and results may "
        "differ in the last bits from those elsewhere. Mount it: mount -t proc proc /proc");
  return notes;
}

}  // namespace galen::launch
