#include "comm/neighbours.h"

#include "comm/process_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <limits>
#include <map>
#include <sstream>
#include <string_view>

namespace galen::comm {

namespace {

namespace fs = std::filesystem;

constexpr char kBoard[] = "galen-board";
constexpr std::int64_t kAWhile = 1'000'000'000;  // ns: a rank that polls reports about every 100 ms that it still waits
constexpr std::size_t kWords = 48;

// The same clock in all processes of the machine.
std::int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

std::string link_of(const std::string& path) {
  std::error_code none;
  return fs::read_symlink(path, none).string();
}

// Parses environment variables, each terminated by a zero byte.
std::string variable(const std::string& environment, std::string_view name) {
  for (std::size_t begin = 0; begin < environment.size();) {
    const std::size_t end = std::min(environment.find('\0', begin), environment.size());
    const std::string_view entry(environment.data() + begin, end - begin);
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string(entry.substr(name.size() + 1));
    begin = end + 1;
  }
  return "";
}

std::string own_rank() {
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  return rank == nullptr ? "" : rank;
}

std::uint64_t bytes_moved(const std::string& folder) {
  std::istringstream lines(read_whole(folder + "/io"));
  std::uint64_t sum = 0, value = 0;
  for (std::string name; lines >> name >> value;) {
    if (name == "rchar:" || name == "wchar:") sum += value;
  }
  return sum;
}

// A copy of the board while its owner may write to it: a mix of two operations' words is harmless.
bool read_board(const std::string& folder, void* board, std::size_t size) {
  std::error_code none;
  for (fs::directory_iterator file(folder + "/fd", none), end; !none && file != end; file.increment(none)) {
    if (link_of(file->path().string()).find(kBoard) == std::string::npos) continue;
    const int descriptor = ::open(file->path().c_str(), O_RDONLY | O_CLOEXEC);
    const bool read = descriptor >= 0 && ::pread(descriptor, board, size, 0) == static_cast<ssize_t>(size);
    if (descriptor >= 0) ::close(descriptor);
    return read;
  }
  return false;
}

}  // namespace

struct SignBoard::Signs {
  std::atomic<std::int64_t> waits_until;  // in ns
  std::array<char, kWords> doing;
};

SignBoard::SignBoard() : descriptor_(memfd_create(kBoard, MFD_CLOEXEC)) {
  if (descriptor_ < 0 || ::ftruncate(descriptor_, sizeof(Signs)) != 0) return;
  void* memory = ::mmap(nullptr, sizeof(Signs), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (memory != MAP_FAILED) signs_ = static_cast<Signs*>(memory);
}

SignBoard::~SignBoard() {
  if (signs_ != nullptr) ::munmap(signs_, sizeof(Signs));
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SignBoard::write(const char* doing, std::int64_t waits_until) {
  if (signs_ == nullptr) return;
  std::strncpy(signs_->doing.data(), doing, kWords - 1);
  signs_->waits_until.store(waits_until);
}

void SignBoard::works_in(const char* phase) { write(phase, 0); }
void SignBoard::waits_in(const char* operation) { write(operation, std::numeric_limits<std::int64_t>::max()); }
void SignBoard::still_waits_in(const char* operation) { write(operation, now() + kAWhile); }

std::optional<bool> is_stopped(pid_t process) {
  const std::vector<std::string> stat = stat_of(process);
  if (has_ended(stat)) return std::nullopt;
  return stat[0] == "T";
}

int expected_neighbours() {
  const char* ranks = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
  return ranks == nullptr ? 0 : std::max(std::atoi(ranks) - 1, 0);
}

// By the variables that mpirun sets. With a script between mpirun and its rank, two processes have them: the one with a board
// counts, else the first.
std::vector<Neighbour> look_around() {
  const char* job = std::getenv("PMIX_NAMESPACE");
  if (job == nullptr) return {};
  const std::int64_t time = now();
  std::map<int, Neighbour> by_rank;
  for_each_process([&](pid_t process) {
    const std::string folder = fmt::format("/proc/{}", process);
    const std::string environment = read_whole(folder + "/environ");
    const std::string rank = variable(environment, "OMPI_COMM_WORLD_RANK");
    if (rank.empty() || variable(environment, "PMIX_NAMESPACE") != job) return;
    const std::vector<std::string> stat = stat_of(process);
    if (stat.size() < 13 || has_ended(stat)) return;
    Neighbour neighbour;
    neighbour.rank = std::atoi(rank.c_str());
    neighbour.process = process;
    neighbour.stopped = stat[0] == "T";
    neighbour.traced = stat[0] == "t";
    neighbour.computed = (std::atof(stat[11].c_str()) + std::atof(stat[12].c_str())) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    neighbour.moved = bytes_moved(fmt::format("{}/task/{}", folder, process));
    SignBoard::Signs signs{};
    if (read_board(folder, &signs, sizeof signs)) {
      signs.doing.back() = '\0';
      neighbour.doing = signs.doing.data();
      neighbour.waits = signs.waits_until.load() > time;
    }
    const auto known = by_rank.find(neighbour.rank);
    const auto worth = [](const Neighbour& one) { return std::pair(one.doing.empty(), one.process); };
    if (known == by_rank.end() || worth(neighbour) < worth(known->second)) by_rank[neighbour.rank] = std::move(neighbour);
  });
  std::vector<Neighbour> neighbours;
  for (auto& [rank, neighbour] : by_rank) {
    if (std::to_string(rank) != own_rank()) neighbours.push_back(std::move(neighbour));
  }
  return neighbours;
}

}  // namespace galen::comm
