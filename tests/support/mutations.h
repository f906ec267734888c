#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace galen::test {

/// Damages files like disks, networks and attackers; the same seed does the same damage.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  /// One to four of: a bit flipped, a byte set, a number of 1 to 8 bytes (a length, an offset) made extreme or off by one, a block lost,
  /// doubled, zeroed or moved, the end cut off, bytes appended.
  std::string operator()(std::string bytes);

 private:
  void mutate_once(std::string& bytes);
  void set_number(std::string& bytes);
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % std::max<std::size_t>(limit, 1)); }

  std::mt19937_64 random_;
};

struct SurvivalOptions {
  std::chrono::seconds patience{20};          ///< for one task, until it counts as hanging
  std::size_t memory = std::size_t{4} << 30;  ///< beyond what the process has at the start; not under sanitizers, whose shadow is larger
};

/// How a task ended that did not return.
struct Death {
  int task = 0;
  std::string cause;  ///< "signal 11 (Segmentation fault)", "hangs", "exit code 1"; and the end of what it wrote to stderr
};

/// Runs `task(0)` … `task(count - 1)` in child processes, so that none can end the test: a task that crashes, hangs or exits is
/// reported, and the next child goes on behind it. The test itself must have no other threads yet. Children see the test's memory as it
/// was and leave nothing in it.
std::vector<Death> run_in_children(int count, const std::function<void(int)>& task, const SurvivalOptions& options = {});

}  // namespace galen::test
