#include "trainer/coordinator/roles.h"

#include "comm/collectives.h"
#include "galen/error.h"

namespace galen::trainer {

namespace {

bool has_process_of_its_own(const CoordinatorOptions& options) { return options.placement == Placement::kProcess; }

}  // namespace

int count_workers(const CoordinatorOptions& options, int ranks) { return has_process_of_its_own(options) ? ranks - 1 : ranks; }

Roles assign_roles(const CoordinatorOptions& options, comm::Communicator& world) {
  Roles roles;
  if (!has_process_of_its_own(options)) {
    roles.workers = &world;
    return roles;
  }
  const std::int64_t on_first_node = comm::gather_integers(world, {world.node_size()}).front();
  if (on_first_node < 2) {
    throw UsageError("coordinator.placement = process: the first host runs {} process, but needs one more for the coordinator. {}",
                     on_first_node,
                     world.size() == 1 ? "Start it with `galen launch`, or with mpirun -np 2 or more." : "Give it one more slot.");
  }
  roles.coordinates = world.node() == 0 && world.node_rank() + 1 == world.node_size();
  roles.group = world.split(roles.coordinates ? 1 : 0);
  const bool on_line = roles.coordinates || world.rank() == 0;
  auto line = world.split(on_line ? 0 : 1);
  if (!roles.coordinates) roles.workers = roles.group.get();
  if (on_line) roles.line = std::move(line);
  return roles;
}

}  // namespace galen::trainer
