#include "trainer/checkpoint/checkpoint.h"

#include "galen/error.h"
#include "trainer/checkpoint/safetensors.h"
#include "trainer/checkpoint/whole_file.h"

#include <algorithm>
#include <filesystem>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

constexpr const char* kWeights = "weights.safetensors";
constexpr const char* kOptimizer = "optimizer.safetensors";
constexpr const char* kManifest = "manifest.json";

void load(const std::string& folder, const Manifest& manifest, const char* file, const std::vector<models::NamedTensor>& tensors) {
  const auto digest = manifest.digests.find(file);
  if (digest == manifest.digests.end()) throw Error("{}/{}: does not name the digest of {}.", folder, kManifest, file);
  read_safetensors(folder + "/" + file, digest->second, tensors);
}

// A link is replaced by renaming a new one over it, so that it names a whole checkpoint at every instant.
void link(const std::string& target, const std::string& name) {
  const std::string temporary = name + ".tmp";
  fs::remove(temporary);
  fs::create_directory_symlink(target, temporary);
  fs::rename(temporary, name);
}

}  // namespace

std::vector<models::NamedTensor> weights_of(const models::Model& model) {
  std::vector<models::NamedTensor> weights = model.parameters();
  const std::vector<models::NamedTensor> buffers = model.buffers();
  weights.insert(weights.end(), buffers.begin(), buffers.end());
  return weights;
}

void save_checkpoint(const std::string& folder, const Snapshot& snapshot, Manifest manifest) {
  fs::create_directories(folder);
  fs::remove(folder + "/" + kManifest);
  manifest.digests[kWeights] = write_safetensors(folder + "/" + kWeights, snapshot.weights);
  manifest.digests[kOptimizer] = write_safetensors(folder + "/" + kOptimizer, snapshot.optimizer);
  const std::string text = to_text(manifest);
  const std::string_view pieces[] = {text};
  write_whole(folder + "/" + kManifest, pieces);
}

Manifest read_manifest(const std::string& folder) {
  const std::string path = folder + "/" + kManifest;
  if (!fs::exists(path)) {
    throw Error("{}: is no checkpoint: it holds no {}. Name a folder such as RUN/best or RUN/checkpoints/step-00000100.", folder,
                kManifest);
  }
  return parse_manifest(read_whole(path).bytes, path);
}

std::map<std::string, std::string> read_record(const std::string& folder) { return read_manifest(folder).record; }

void load_weights(const std::string& folder, const Manifest& manifest, const std::vector<models::NamedTensor>& weights) {
  load(folder, manifest, kWeights, weights);
}

void load_optimizer(const std::string& folder, const Manifest& manifest, const std::vector<models::NamedTensor>& state) {
  load(folder, manifest, kOptimizer, state);
}

std::string CheckpointStore::folder_of(std::int64_t step) const { return fmt::format("{}/checkpoints/step-{:08}", run_folder_, step); }

std::string CheckpointStore::save(const Snapshot& snapshot, const Manifest& manifest, bool best, int keep) const {
  const std::string folder = folder_of(manifest.state.step);
  try {
    save_checkpoint(folder, snapshot, manifest);
    const std::string target = "checkpoints/" + fs::path(folder).filename().string();
    link(target, last());
    if (best) link(target, this->best());
    prune(keep);
  } catch (const fs::filesystem_error& error) {
    throw Error("{}: the checkpoint cannot be written ({}).", folder, error.code().message());
  }
  return folder;
}

std::vector<std::string> CheckpointStore::newest_first() const {
  std::vector<std::string> folders;
  const std::string parent = run_folder_ + "/checkpoints";
  if (!fs::is_directory(parent)) return folders;
  for (const auto& entry : fs::directory_iterator(parent)) {
    if (fs::exists(entry.path() / kManifest)) folders.push_back(entry.path().string());
  }
  std::sort(folders.rbegin(), folders.rend());
  return folders;
}

void CheckpointStore::prune(int keep) const {
  const std::vector<std::string> folders = newest_first();
  for (std::size_t i = static_cast<std::size_t>(std::max(1, keep)); i < folders.size(); ++i) {
    std::error_code no_best_yet;
    if (fs::equivalent(folders[i], best(), no_best_yet)) continue;
    fs::remove(folders[i] + "/" + kManifest);  // first, so that what is left of it is no checkpoint
    fs::remove_all(folders[i]);
  }
}

}  // namespace galen::trainer
