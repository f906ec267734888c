#include "trainer/resume/newest_checkpoint.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "trainer/checkpoint/checkpoint_folder.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>

#include <filesystem>

namespace galen::trainer {

namespace {

// On rank 0, as text; empty if there is none.
std::string read_newest_manifest(const CheckpointStore& store) {
  std::string first_problem;
  for (const std::string& folder : store.newest_first()) {
    try {
      return to_text(Checkpoint(folder, store.key()).manifest());
    } catch (const Error& error) {
      if (first_problem.empty()) first_problem = error.what();
    }
  }
  if (!first_problem.empty()) throw Error("{} No other checkpoint of the run can be read.", first_problem);
  return "";
}

bool leads_to(const std::string& link, std::int64_t step) {
  std::error_code none;
  return step_of(std::filesystem::read_symlink(link, none).string()) == step;
}

}  // namespace

std::optional<Manifest> newest_manifest(const CheckpointStore& store, comm::Communicator& world) {
  const std::string text = comm::broadcast(world, world.rank() == 0 ? read_newest_manifest(store) : "", 0);
  if (text.empty()) return std::nullopt;
  return parse_manifest(text, "the manifest from rank 0");
}

Manifest restore_newest(const CheckpointStore& store, const Snapshot& snapshot, const std::function<void(const std::string&)>& warn) {
  for (const std::string& folder : store.newest_first()) {
    try {
      const Checkpoint checkpoint(folder, store.key());
      checkpoint.load(snapshot);
      return checkpoint.manifest();
    } catch (const Error& error) {
      warn(fmt::format("{} Using the checkpoint before it.", error.what()));
    }
  }
  throw Error("{}: none of the run's checkpoints can be restored. Start another run, in another run.folder.", store.last());
}

Manifest restore(const CheckpointStore& store, Learner& learner, comm::Communicator& world,
                 const std::function<void(const std::string&)>& warn) {
  const Snapshot snapshot = learner.state();
  std::string text;
  if (world.rank() == 0) text = to_text(restore_newest(store, snapshot, warn));
  text = comm::broadcast(world, text, 0);
  for (const Section& section : snapshot.sections) broadcast(section, learner, world);
  return parse_manifest(text, "the manifest from rank 0");
}

void restore_links(const CheckpointStore& store, const TrainingState& state, const std::optional<Selection>& selection) {
  if (!leads_to(store.last(), state.step)) store.link_last(state.step);
  if (!selection || state.best_step == 0 || leads_to(store.best(), state.best_step)) return;
  if (!std::filesystem::exists(store.folder_of(state.best_step))) return;
  store.rate(state.best_step, state.best_value, selection->larger_is_better, state.best_loss);
  store.link_best(state.best_step);
}

void broadcast(const Section& section, const Learner& learner, comm::Communicator& world) {
  if (world.size() == 1) return;
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : section.tensors) {
    if (section.grows(name)) {
      std::vector<std::int64_t> shape = tensor.sizes().vec();
      at::Tensor rows = at::full({1}, shape.at(0), at::kLong);
      world.broadcast(rows, 0);
      shape[0] = rows.item<std::int64_t>();
      if (world.rank() != 0) tensor.resize_(shape);
    }
    at::Tensor values = tensor.detach().cpu().contiguous().clone();
    at::Tensor bytes = at::from_blob(values.mutable_data_ptr(), {static_cast<std::int64_t>(values.nbytes())}, at::kByte);
    world.broadcast(bytes, 0);
    if (world.rank() != 0 && learner.writes(tensor)) tensor.copy_(values);
  }
  world.barrier();
}

}  // namespace galen::trainer
