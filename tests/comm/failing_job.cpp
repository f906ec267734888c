// A job in which something goes wrong, run by job_failure_test: failing_job WHAT RANK…; the other ranks wait for those.
//
// throw-1, throw-2: they throw, and end the job with that exit code. kill: they are killed. barrier, all_reduce, all_to_all, node: they do
// not come to that operation, and the others have a deadline of two seconds. in_flight: all_to_all, and how many own its tensor then.

#include "comm/mpi_communicator.h"
#include "comm/node.h"
#include "galen/error.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>
#include <vector>

namespace {

using galen::comm::Communicator;

void act(const std::string& operation, Communicator& group, galen::comm::Node& node) {
  at::Tensor values = at::zeros({group.size()});
  const std::vector<std::int64_t> counts(group.size(), 1);
  if (operation == "all_reduce") group.all_reduce(values, galen::comm::Reduction::kSum);
  if (operation == "all_to_all") group.all_to_all(at::zeros({group.size()}), counts, values, counts);
  if (operation == "in_flight") {
    try {
      group.all_to_all(at::zeros({group.size()}), counts, values, counts);
    } catch (const galen::Error& error) {
      throw galen::Error("{} The tensor has {} owners.", error.what(), values.use_count());
    }
  }
  if (operation == "node") node.barrier("exchange of gradients");
  group.barrier();
}

[[noreturn]] void stall() {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

}  // namespace

int main(int argc, char** argv) {
  galen::comm::MpiSession session(argc, argv);
  const std::string what = argv[1];
  std::vector<int> failing;
  for (int i = 2; i < argc; ++i) failing.push_back(std::atoi(argv[i]));
  try {
    const auto group = galen::comm::make_mpi_communicator(MPI_COMM_WORLD);
    galen::comm::Node node(*group);
    const at::Tensor shared = node.zeros(1 << 20, at::kFloat);
    group->barrier();
    const bool fails = std::find(failing.begin(), failing.end(), group->rank()) != failing.end();
    if (fails && what.starts_with("throw")) throw galen::Error("/data/chest.h5: no dataset /samples/label. Import it again.");
    if (fails && what == "kill") std::raise(SIGKILL);
    if (fails) stall();
    if (!what.starts_with("throw")) group->set_deadline(std::chrono::seconds(2));
    act(what, *group, node);
  } catch (const std::exception& error) {
    galen::comm::abort_job(MPI_COMM_WORLD, error.what(), what == "throw-2" ? 2 : 1);
  }
}
