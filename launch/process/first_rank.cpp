#include "launch/process/first_rank.h"

#include "comm/collectives.h"
#include "galen/error.h"

namespace galen::launch {

void on_first_rank(comm::Communicator& world, const std::function<void()>& work) {
  std::string refusal;
  if (world.rank() == 0) {
    try {
      work();
    } catch (const UsageError& error) {
      refusal = error.what();
    }
  }
  refusal = comm::broadcast(world, refusal, 0);
  if (!refusal.empty()) throw UsageError("{}", refusal);
}

}  // namespace galen::launch
