#include "launch/open_mpi/open_mpi.h"

#include "comm/process_table.h"
#include "galen/host.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <regex>
#include <system_error>

namespace galen::launch::open_mpi {

namespace {

namespace fs = std::filesystem;

constexpr char kSegmentName[] = "vader_segment.";  // HOST.USER.JOB.RANK
constexpr char kSharedMemory[] = "/dev/shm";

// The host name as Open MPI uses it: without the domain.
std::string short_host_name() {
  const std::string host = host_name();
  return host.substr(0, host.find('.'));
}

fs::path session_of(pid_t mpirun) {
  const char* temporary = std::getenv("TMPDIR");
  return fs::path(temporary != nullptr ? temporary : "/tmp") / fmt::format("ompi.{}.{}", short_host_name(), geteuid()) /
         fmt::format("pid.{}", mpirun);
}

void remove_segments(std::uint32_t job) {
  const std::string prefix = fmt::format("{}{}.{}.{:x}.", kSegmentName, short_host_name(), geteuid(), job);
  std::vector<fs::path> segments;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(kSharedMemory, absent)) {
    if (entry.path().filename().string().starts_with(prefix)) segments.push_back(entry.path());
  }
  for (const fs::path& segment : segments) fs::remove(segment, absent);
}

}  // namespace

// False for --mca btl self,tcp, or --mca btl ^vader.
bool uses_vader(const Environment& environment) {
  const std::string transports = value_of(environment, "OMPI_MCA_btl");
  const bool named = fmt::format(",{},", transports.substr(transports.starts_with('^') ? 1 : 0)).find(",vader,") != std::string::npos;
  return transports.empty() || named != transports.starts_with('^');
}

std::string memory_folder(const Environment& environment) {
  const std::string chosen = value_of(environment, "OMPI_MCA_btl_vader_backing_directory");
  return chosen.empty() ? kSharedMemory : chosen;
}

std::string claim_of_process_id(const Environment& environment) {
  const std::string session = value_of(environment, "PMIX_SERVER_TMPDIR"), job = value_of(environment, "PMIX_NAMESPACE");
  if (session.empty() || job.empty()) return "";
  return fmt::format("{}/galen-{}-{}", session, job, getpid());
}

bool is_segment_of_this_host(const std::string& file) { return file.starts_with(fmt::format("{}{}.", kSegmentName, short_host_name())); }

bool names_segment(const std::string& text) { return text.find(kSegmentName) != std::string::npos; }

// The number of the job, "467271680.0;tcp://…" in contact.txt, plus one, in hexadecimal, is in the names of the ranks' shared memory.
void remove_remains_of(pid_t mpirun) {
  const fs::path session = session_of(mpirun);
  std::error_code absent;
  if (!fs::is_directory(session, absent)) return;
  const std::string contact = comm::read_whole(session / "contact.txt");
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(contact.data(), contact.data() + contact.size(), number);
  if (error == std::errc() && number > 0) remove_segments(number + 1);
  fs::remove_all(session, absent);
}

std::optional<EndOfJob> end_in(const std::string& output) {
  std::smatch found;
  static const std::regex kSignal("process rank ([0-9]+) with PID [0-9]+ on node (\\S+) exited on signal ([0-9]+) \\(([^)]*)\\)");
  if (std::regex_search(output, found, kSignal)) {
    return EndOfJob{
        fmt::format("rank {} on {} was ended by signal {} ({}).", found[1].str(), found[2].str(), found[3].str(), found[4].str()), found[1],
        found[2]};
  }
  static const std::regex kDaemon("lost communication with (?:a|the) remote daemon.*?(?:on node|Remote daemon:).*?on node (\\S+)");
  if (std::regex_search(output, found, kDaemon))
    return EndOfJob{fmt::format("the connection to {} was lost.", found[1].str()), "", found[1]};
  static const std::regex kExit("Process name: \\[\\[[0-9]+,[0-9]+\\],([0-9]+)\\] +Exit code: +([0-9]+)");
  if (std::regex_search(output, found, kExit)) {
    return EndOfJob{fmt::format("rank {} ended with exit code {}.", found[1].str(), found[2].str()), found[1], ""};
  }
  return std::nullopt;
}

EndOfJob end_of(int exit_code) {
  if (exit_code <= 128) return {fmt::format("the job ended with exit code {}.", exit_code), "", ""};
  const char* name = strsignal(exit_code - 128);
  return {fmt::format("mpirun was ended by signal {} ({}).", exit_code - 128, name == nullptr ? "?" : name), "", ""};
}

}  // namespace galen::launch::open_mpi
