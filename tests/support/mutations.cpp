#include "tests/support/mutations.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <exception>
#include <fstream>
#include <thread>

// Under the address sanitizer, in place of a limit of the process.
extern "C" const char* __asan_default_options();  // NOLINT
extern "C" const char* __asan_default_options() { return "max_allocation_size_mb=256:allocator_may_return_null=1"; }

namespace galen::test {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t kLongestBlock = 64;

// Results of the children of one run, for their parent.
struct Progress {
  std::atomic<int> task = 0;
};

void limit_memory([[maybe_unused]] std::size_t more) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const std::size_t bytes = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + more;
  const rlimit limit = {bytes, bytes};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

[[noreturn]] void run_child(int first, int count, const std::function<void(int)>& task, Progress& progress, const SurvivalOptions& options,
                            const std::string& errors) {
  const int file = ::open(errors.c_str(), O_RDWR | O_CREAT | O_APPEND | O_TRUNC, 0600);
  ::dup2(file, STDERR_FILENO);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  limit_memory(options.memory);
  try {
    for (int i = first; i < count; ++i) {
      progress.task = i;
      if (::ftruncate(STDERR_FILENO, 0) != 0) throw Error("{}: {}", errors, std::strerror(errno));  // what went well says nothing
      task(i);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s", error.what());
    std::_Exit(1);
  }
  progress.task = count;
  std::_Exit(0);  // skips the destructors of the test's objects
}

// Waits for the child's end; kills it where a task takes too long.
int wait_for(pid_t child, const Progress& progress, std::chrono::seconds patience, bool& hangs) {
  int status = 0;
  int task = progress.task;
  auto begun = steady_clock::now();
  while (::waitpid(child, &status, WNOHANG) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (progress.task != task) {
      task = progress.task;
      begun = steady_clock::now();
    }
    if (!hangs && steady_clock::now() - begun > patience) {
      hangs = true;
      ::kill(child, SIGKILL);
    }
  }
  return status;
}

std::string cause_of(int status, bool hangs, const std::string& errors) {
  std::string cause = hangs                 ? "hangs"
                      : WIFSIGNALED(status) ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                                            : fmt::format("exit code {}", WEXITSTATUS(status));
  const std::string said = read_file(errors);
  if (!said.empty()) cause += fmt::format(": {}", said.substr(0, 4000));
  return cause;
}

}  // namespace

std::string Mutator::operator()(std::string bytes) {
  for (std::size_t times = 1 + below(4); times > 0; --times) mutate_once(bytes);
  return bytes;
}

void Mutator::mutate_once(std::string& bytes) {
  const std::size_t at = below(bytes.size());
  const std::size_t block = std::min(1 + below(kLongestBlock), bytes.size() - at);
  switch (bytes.empty() ? 11 : below(12)) {
    case 0:
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
      break;
    case 2:
      bytes[at] = static_cast<char>(random_());
      break;
    case 3:
    case 4:
    case 5:
    case 6:
      set_number(bytes);
      break;
    case 7:
      bytes.erase(at, block);
      break;
    case 8:
      bytes.insert(below(bytes.size()), bytes.substr(at, block));
      break;
    case 9:
      bytes.replace(at, block, block, '\0');
      break;
    case 10:
      bytes.resize(at);
      break;
    case 11:
      for (std::size_t i = 0; i < block + 1; ++i) bytes += static_cast<char>(random_());
      break;
  }
}

void Mutator::set_number(std::string& bytes) {
  static constexpr std::array<std::uint64_t, 14> kExtremes = {
      0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF'FFFF, 0x8000'0000, 0xFFFF'FFFF, 0x7FFF'FFFF'FFFF'FFFF, ~std::uint64_t{0}};
  const std::size_t size = std::min<std::size_t>(std::size_t{1} << below(4), bytes.size());
  const std::size_t at = below(bytes.size() - size + 1);
  std::uint64_t number = 0;
  std::memcpy(&number, &bytes[at], size);
  const std::size_t way = below(4);
  number = way == 0 ? number + 1 : way == 1 ? number - 1 : kExtremes[below(kExtremes.size())];
  std::array<char, 8> stored;
  std::memcpy(stored.data(), &number, stored.size());
  std::copy_n(stored.begin(), size, &bytes[at]);
  if (way == 3) std::reverse(&bytes[at], &bytes[at] + size);  // big-endian formats
}

std::vector<Death> run_in_children(int count, const std::function<void(int)>& task, const SurvivalOptions& options) {
  void* shared = ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw Error("no shared memory for the children: {}", std::strerror(errno));
  Progress& progress = *new (shared) Progress;
  const TemporaryFolder folder;
  const std::string errors = folder / "errors";

  std::vector<Death> deaths;
  std::fflush(nullptr);  // or each child would write it again
  for (int first = 0; first < count; first = progress.task + 1) {
    progress.task = first;
    const pid_t child = ::fork();
    if (child < 0) throw Error("no child process: {}", std::strerror(errno));
    if (child == 0) run_child(first, count, task, progress, options, errors);
    bool hangs = false;
    const int status = wait_for(child, progress, options.patience, hangs);
    if (progress.task < count) deaths.push_back({progress.task, cause_of(status, hangs, errors)});
  }
  ::munmap(shared, sizeof(Progress));
  return deaths;
}

}  // namespace galen::test
