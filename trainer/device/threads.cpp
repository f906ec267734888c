#include "trainer/device/threads.h"

#include "galen/error.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace galen::trainer {

namespace {

int cores() { return static_cast<int>(std::thread::hardware_concurrency()); }

// 0: not chosen.
int chosen(int requested) {
  const char* environment = std::getenv("OMP_NUM_THREADS");
  return requested == 0 && environment != nullptr ? std::max(std::atoi(environment), 0) : requested;
}

}  // namespace

int share_of_cores(const comm::Communicator& world) { return std::max(1, cores() / world.node_size()); }

int set_threads(int requested, int usual) {
  if (requested < 0) throw UsageError("the number of threads must be 0 (the default) or more.");
  const int threads = chosen(requested) > 0 ? chosen(requested) : usual;
  at::set_num_threads(threads);
  return threads;
}

std::string idle_cores_note(int requested, int threads, const comm::Communicator& world) {
  const int used = threads * world.node_size();
  if (chosen(requested) > 0 || 2 * used > cores()) return "";
  return fmt::format(
      "{} of this machine's {} cores compute{}. More workers (galen launch, mpirun -np) use more, up to one a lane, and give the same "
      "bits; "
      "trainer.threads = {} uses all, and gives other last bits.",
      used, cores(), used == 1 ? "s" : "", share_of_cores(world));
}

}  // namespace galen::trainer
