#include "trainer/coordinator/start_service.h"

#include "comm/collectives.h"
#include "comm/memory_file.h"
#include "trainer/coordinator/dedicated_process.h"
#include "trainer/device/cuda_module.h"

#include <fmt/format.h>

#include <random>
#include <utility>

namespace galen::trainer {

namespace {

std::string random_session() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace

Writing start_service(const std::string& folder, const StoreOptions& options, Setting& setting, const Roles& roles,
                      std::function<Snapshot()> live) {
  Writing writing;
  if (folder.empty()) return writing;
  comm::Communicator& workers = *roles.workers;
  const std::string session = comm::broadcast(workers, random_session(), 0);
  const comm::Node& node = setting.node;
  const CudaModule* cuda = setting.compute.cuda;
  const Snapshot state = live();
  const int parts = CheckpointStore(folder, options).parts_for(state, node.count());
  const SnapshotLayout layout = SnapshotLayout::of(state);

  std::shared_ptr<ServiceMemory> memory;
  if (roles.line) {
    Meeting meeting = meet_coordinator({layout, session, setting.threads, cuda != nullptr, cuda != nullptr ? workers.node_size() : 0,
                                        setting.evaluation_batch, setting.watch.content().digest()},
                                       *roles.line);
    memory = std::move(meeting.memory);
    writing.evaluates = meeting.evaluates && !setting.data.validation.empty();
  } else if (node.rank() == 0 && node.index() < parts) {
    memory = std::make_shared<ServiceMemory>(layout, comm::MemoryFile(ServiceMemory::bytes(layout)).map());
    const ServicePlace place{folder, node.index(), session, setting.options.deadline};
    writing.thread = std::make_unique<ServiceThread>(options, place, memory);
  }
  writing.evaluates = comm::broadcast(workers, writing.evaluates ? "evaluates" : "", 0) == "evaluates";
  if (memory == nullptr) return writing;
  if (cuda != nullptr) writing.pinned = cuda->pin(memory->whole(), memory);
  writing.client = std::make_unique<CheckpointClient>(std::move(live), std::move(memory), parts, setting.options.deadline);
  return writing;
}

}  // namespace galen::trainer
