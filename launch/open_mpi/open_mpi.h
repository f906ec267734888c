#pragma once

#include "launch/process/environment.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// Open MPI's peculiarities other than MPI itself: its variables, its files, and the messages of its mpirun. They are not documented, and
/// may change with any version.
namespace galen::launch::open_mpi {

/// The versions with which the tests have run.
inline constexpr char kTestedWith[] = "4.1.4";

// Variables that mpirun sets for its processes, and those that it reads.
inline constexpr char kRank[] = "OMPI_COMM_WORLD_RANK";
inline constexpr char kRanks[] = "OMPI_COMM_WORLD_SIZE";
inline constexpr char kRankOnNode[] = "OMPI_COMM_WORLD_LOCAL_RANK";
inline constexpr char kRanksOnNode[] = "OMPI_COMM_WORLD_LOCAL_SIZE";
inline constexpr char kCommands[] = "OMPI_NUM_APP_CTX";  ///< number of commands given to mpirun
inline constexpr char kAllowsRoot[] = "OMPI_ALLOW_RUN_AS_ROOT";

/// How to start without vader, the transport within a node, for an error's text.
inline constexpr char kWithoutVader[] =
    "Or start without it: mpirun --mca btl ^vader …, galen launch --mpirun \"mpirun --mca btl ^vader\" ….";

/// Space that vader uses in its folder for a rank: at the start, and at most (btl_vader_segment_size), in bytes.
inline constexpr std::int64_t kTouchedAtStart = 128 << 10;
inline constexpr std::int64_t kSegment = 4 << 20;

/// Whether messages within the node use vader, as far as the variables of `environment` show.
bool uses_vader(const Environment& environment);

/// The folder of the memory that ranks share through vader.
std::string memory_folder(const Environment& environment);

/// The file, in the folder of mpirun's session, with which a rank of this node claims its process id; empty if mpirun's variables are
/// missing. Two ranks with one id make vader crash.
std::string claim_of_process_id(const Environment& environment);

/// Whether a file of that name is memory shared by ranks of a job: of this host, and of any host.
bool is_segment_of_this_host(const std::string& file);
bool names_segment(const std::string& text);

/// Removes what a killed mpirun left on this machine: the session's folder, and shared memory.
void remove_remains_of(pid_t mpirun);

/// The end of a job, as printed by mpirun.
struct EndOfJob {
  std::string text;  ///< one sentence
  std::string rank;  ///< empty if unknown
  std::string host;
};

/// Finds it in `output`, mpirun's last lines joined; empty if it prints nothing of the kind.
std::optional<EndOfJob> end_in(const std::string& output);

/// What the exit code alone says: 128 + the signal if mpirun was ended by one; else the code of the first rank that failed.
EndOfJob end_of(int exit_code);

}  // namespace galen::launch::open_mpi
