#include "launch/node/first_look.h"

#include "galen/error.h"
#include "galen/host.h"
#include "galen/room.h"
#include "galen/size_text.h"
#include "launch/node/free_space.h"
#include "launch/node/leftovers.h"
#include "launch/open_mpi/open_mpi.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace galen::launch {

namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kLittleRoom = 1 * kMiB;

void look_at_shared_memory(const std::string& folder, int ranks, std::vector<std::string>& notes) {
  const Leftovers leftovers = find_leftovers(folder);
  const std::string dead = leftovers.empty() ? ""
                                             : fmt::format(" {} files of dead jobs take {} of it: galen doctor --remove-leftovers.",
                                                           leftovers.files.size(), size_text(leftovers.bytes));
  const std::optional<Space> space = space_in(folder);
  const std::int64_t free = space ? space->free : 0;
  if (free < ranks * open_mpi::kTouchedAtStart)
    throw Error(
        "{}: {} has {} free, and Open MPI shares memory among {} ranks in it: it would crash with a bus error. Free some space, or in "
        "containers docker run --shm-size=1g.{} {}",
        host_name(), folder, size_text(free), ranks, dead, open_mpi::kWithoutVader);
  if (free < ranks * open_mpi::kSegment)
    notes.push_back(
        fmt::format("{} has {} free; Open MPI may use up to {} of it for {} ranks, and crashes with a bus error if it is "
                    "full. Containers: docker run --shm-size=1g.{}",
                    folder, size_text(free), size_text(ranks * open_mpi::kSegment), ranks, dead));
  else if (!leftovers.empty())
    notes.push_back(fmt::format("{}:{}", folder, dead));
}

// If another rank has the same process id, as in containers with one process each, Open MPI takes that rank's memory for its own, and
// crashes in the first message. Ranks of a node share the folder of mpirun's session: the second one that claims an id fails.
void claim_process_id(const Environment& environment) {
  const std::string claim = open_mpi::claim_of_process_id(environment);
  if (claim.empty()) return;
  const int file = open(claim.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  if (file < 0 && errno == EEXIST)
    throw Error(
        "rank {} on {} has the process id {}, like another rank of this node: they run in separate process namespaces (separate "
        "containers?), in which Open MPI's vader crashes. Start the ranks in one namespace. {}",
        value_of(environment, open_mpi::kRank), host_name(), getpid(), open_mpi::kWithoutVader);
}

}  // namespace

std::vector<std::string> look_at_node(const Environment& environment) {
  std::vector<std::string> notes;
  const int ranks = number_of(environment, open_mpi::kRanksOnNode);
  const bool vader = ranks > 1 && open_mpi::uses_vader(environment);
  if (vader) claim_process_id(environment);
  if (number_of(environment, open_mpi::kRankOnNode) != 0) return notes;

  if (vader) look_at_shared_memory(open_mpi::memory_folder(environment), ranks, notes);
  const std::string folder = temporary_folder();
  if (const auto space = space_in(folder); !space || space->free < kLittleRoom)
    notes.push_back(
        fmt::format("{} (TMPDIR) has {} free, and Open MPI keeps its files in it.", folder, size_text(space ? space->free : 0)));
  if (!std::filesystem::exists("/proc/self/stat"))
    notes.emplace_back(
        "/proc is not mounted: ranks cannot share memory, LibTorch cannot detect the processor's instruction set, and results may "
        "differ in the last bits from those on other machines. Mount it: mount -t proc proc /proc");
  return notes;
}

}  // namespace galen::launch
