#include "trainer/resume.h"

#include "comm/collectives.h"
#include "galen/error.h"

#include <ATen/core/grad_mode.h>

namespace galen::trainer {

std::optional<Manifest> newest_manifest(const CheckpointStore& store, comm::Communicator& world) {
  std::string text;
  if (world.rank() == 0) {
    const std::vector<std::string> folders = store.newest_first();
    if (!folders.empty()) text = to_text(read_manifest(folders.front()));
  }
  text = comm::broadcast(world, text, 0);
  if (text.empty()) return std::nullopt;
  return parse_manifest(text, "the manifest from rank 0");
}

Manifest restore(const CheckpointStore& store, const Snapshot& snapshot, const TrainingStep& step, comm::Communicator& world,
                 const std::function<void(const std::string&)>& warn) {
  std::string text;
  if (world.rank() == 0) {
    for (const std::string& folder : store.newest_first()) {
      try {
        const Manifest manifest = read_manifest(folder);
        load_weights(folder, manifest, snapshot.weights);
        load_optimizer(folder, manifest, snapshot.optimizer);
        text = to_text(manifest);
        break;
      } catch (const Error& error) {
        warn(fmt::format("{} Going back to the checkpoint before it.", error.what()));
      }
    }
    if (text.empty()) throw Error("{}: none of the run's checkpoints can be restored. Begin anew with --overwrite.", store.last());
  }
  text = comm::broadcast(world, text, 0);
  broadcast(snapshot.weights, step, world);
  broadcast(snapshot.optimizer, step, world);
  return parse_manifest(text, "the manifest from rank 0");
}

void broadcast(const std::vector<models::NamedTensor>& tensors, const TrainingStep& step, comm::Communicator& world) {
  if (world.size() == 1) return;
  const at::NoGradGuard no_grad;
  for (const auto& named : tensors) {
    at::Tensor values = named.tensor.detach().cpu().contiguous().clone();
    world.broadcast(values, 0);
    if (world.rank() != 0 && step.writes(named.tensor)) named.tensor.copy_(values);
  }
  world.barrier();
}

}  // namespace galen::trainer
