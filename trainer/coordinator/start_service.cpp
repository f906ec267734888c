#include "trainer/coordinator/start_service.h"

#include "comm/collectives.h"
#include "comm/memory_file.h"
#include "trainer/coordinator/dedicated_process.h"
#include "trainer/device/cuda_module.h"
#include "trainer/samples/loading_resources.h"

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

Writing start_service(const ExperimentOptions& options, const Assembly& run, const Roles& roles, const Snapshot& live) {
  Writing writing;
  if (options.folder.empty()) return writing;
  comm::Communicator& workers = *roles.workers;
  const std::string session = comm::broadcast(workers, random_session(), 0);
  const comm::Node& node = run.step.node();
  const int parts = CheckpointStore(options.folder, options.coordinator.store).parts_for(live, node.count());
  const SnapshotLayout layout = SnapshotLayout::of(live);

  std::shared_ptr<ServiceMemory> memory;
  if (roles.line) {
    const bool on_gpus = run.compute.cuda != nullptr;
    Meeting meeting =
        meet_coordinator({layout, session, run.threads, on_gpus, on_gpus ? workers.node_size() : 0,
                          evaluation_batch(options.evaluation_batch, options.trainer.batch, run.lanes), run.watch.content().digest()},
                         *roles.line);
    memory = std::move(meeting.memory);
    writing.evaluates = meeting.evaluates && !run.data.validation.empty();
  } else if (node.rank() == 0 && node.index() < parts) {
    memory = std::make_shared<ServiceMemory>(layout, comm::MemoryFile(ServiceMemory::bytes(layout)).map());
    const ServicePlace place{options.folder, node.index(), session, options.deadline};
    writing.thread = std::make_unique<ServiceThread>(options.coordinator.store, place, memory);
  }
  writing.evaluates = comm::broadcast(workers, writing.evaluates ? "evaluates" : "", 0) == "evaluates";
  if (memory == nullptr) return writing;
  if (run.compute.cuda != nullptr) writing.pinned = run.compute.cuda->pin(memory->whole(), memory);
  const std::size_t parameters = run.model->parameters().size();
  writing.client = std::make_unique<CheckpointClient>(live, parameters, std::move(memory), parts, options.deadline);
  return writing;
}

}  // namespace galen::trainer
