#pragma once

#include "launch/process/environment.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// All that Galen knows of Open MPI beside MPI itself: its variables, its files, and what its mpirun prints. None of it is documented, and
/// it may change with any version.
namespace galen::launch::open_mpi {

/// The versions that the tests have run with.
inline constexpr char kTestedWith[] = "4.1.4";

// What mpirun tells its processes, and what it asks its user for.
inline constexpr char kRank[] = "OMPI_COMM_WORLD_RANK";
inline constexpr char kRanks[] = "OMPI_COMM_WORLD_SIZE";
inline constexpr char kRankOnNode[] = "OMPI_COMM_WORLD_LOCAL_RANK";
inline constexpr char kRanksOnNode[] = "OMPI_COMM_WORLD_LOCAL_SIZE";
inline constexpr char kCommands[] = "OMPI_NUM_APP_CTX";  ///< how many commands the mpirun was given
inline constexpr char kAllowsRoot[] = "OMPI_ALLOW_RUN_AS_ROOT";

/// How to start without vader, the transport within a node, for an error's text.
inline constexpr char kWithoutVader[] =
    "Or start without it: mpirun --mca btl ^vader …, galen launch --mpirun \"mpirun --mca btl ^vader\" ….";

/// What vader takes of its folder for a rank: at the start, and at most (btl_vader_segment_size), in bytes.
inline constexpr std::int64_t kTouchedAtStart = 128 << 10;
inline constexpr std::int64_t kSegment = 4 << 20;

/// Whether messages within the node go through vader, as far as the variables of `environment` say.
bool uses_vader(const Environment& environment);

/// Where vader keeps the memory that ranks share.
std::string memory_folder(const Environment& environment);

/// A file in which every rank of this process's node that has the same process id claims it for itself, in the folder of mpirun's session;
/// empty where mpirun says too little. Ranks that have one id in common make vader crash.
std::string claim_of_process_id(const Environment& environment);

/// Whether a file of that name is memory that ranks of a job share: of this host, and of any.
bool is_segment_of_this_host(const std::string& file);
bool names_segment(const std::string& text);

/// What an mpirun that was killed leaves on this machine: the session's folder, and shared memory.
void remove_remains_of(pid_t mpirun);

/// What mpirun prints of the end of a job.
struct EndOfJob {
  std::string text;  ///< one sentence
  std::string rank;  ///< empty where it is not known
  std::string host;
};

/// Found in `output`, mpirun's last lines as one; empty where it prints nothing of the kind.
std::optional<EndOfJob> end_in(const std::string& output);

/// What its exit code says by itself: 128 + the signal where one ended it; else the code of the first rank that failed.
EndOfJob end_of(int exit_code);

}  // namespace galen::launch::open_mpi
