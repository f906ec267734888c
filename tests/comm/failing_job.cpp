// A job in which some ranks fail: failing_job EXIT_CODE RANK… ; the others wait for them in a barrier. Run by job_failure_test.

#include "comm/mpi_communicator.h"
#include "galen/error.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <vector>

int main(int argc, char** argv) {
  galen::comm::MpiSession session(argc, argv);
  const int exit_code = std::atoi(argv[1]);
  std::vector<int> failing;
  for (int i = 2; i < argc; ++i) failing.push_back(std::atoi(argv[i]));
  try {
    const auto group = galen::comm::make_mpi_communicator(MPI_COMM_WORLD);
    group->barrier();
    if (std::find(failing.begin(), failing.end(), group->rank()) != failing.end())
      throw galen::Error("/data/chest.h5: no dataset /samples/label. Import it again.");
    group->barrier();
    group->barrier();
  } catch (const std::exception& error) {
    galen::comm::abort_job(MPI_COMM_WORLD, error.what(), exit_code);
  }
}
