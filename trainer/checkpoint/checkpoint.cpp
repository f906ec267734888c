#include "trainer/checkpoint/checkpoint.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "trainer/checkpoint/checkpoint_folder.h"
#include "trainer/checkpoint/module_file.h"
#include "trainer/checkpoint/rating.h"
#include "trainer/checkpoint/sealed_text.h"
#include "trainer/checkpoint/tensor_files.h"
#include "trainer/checkpoint/whole_file.h"

#include <algorithm>
#include <filesystem>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

Manifest read(const std::string& folder, const CheckpointKey* key) try {
  const std::string path = folder + "/" + kManifestFile;
  if (fs::is_symlink(folder) && !fs::exists(folder)) {
    throw MissingFile("{}: links to {}, which does not exist. Name another checkpoint; `galen checkpoint list` shows what a run has.",
                      folder, fs::read_symlink(folder).string());
  }
  if (!fs::exists(path)) {
    throw MissingFile("{}: is not a checkpoint: it has no {}. Name a folder such as RUN/best or RUN/checkpoints/step-00000100.", folder,
                      kManifestFile);
  }
  Manifest manifest = parse_manifest(open_text(read_whole(path).bytes, path, kManifestFile, key), path);
  const auto step = step_of(fs::weakly_canonical(folder).string());
  if (step && *step != manifest.state.step) {
    throw Error("{}: is of step {}, but the folder's name says another step: it was moved or replaced.", path, manifest.state.step);
  }
  return manifest;
} catch (const fs::filesystem_error& error) {
  throw Error("{}: cannot be read: {}.", folder, error.code().message());
}

}  // namespace

Checkpoint::Checkpoint(std::string folder, const CheckpointKey* key)
    : folder_(std::move(folder)), key_(key), manifest_(read(folder_, key)) {}

void Checkpoint::check() const {
  for (const std::string& section : sections_of(manifest_.digests)) TensorFiles(folder_, manifest_, section, key_).check();
  if (!manifest_.module.empty()) module();
  read_rating(folder_, manifest_.state.step, key_);
}

std::string Checkpoint::module() const { return read_module(folder_, manifest_.module, key_); }

Snapshot Checkpoint::empty_snapshot() const {
  Snapshot snapshot;
  for (const std::string& section : sections_of(manifest_.digests)) {
    snapshot.sections.push_back({.name = section, .tensors = TensorFiles(folder_, manifest_, section, key_).empty()});
  }
  return snapshot;
}

void Checkpoint::load(const Snapshot& snapshot) const {
  check();
  for (const std::string& stored : sections_of(manifest_.digests)) {
    const bool known =
        std::any_of(snapshot.sections.begin(), snapshot.sections.end(), [&](const Section& section) { return section.name == stored; });
    if (!known) throw Error("{}: has tensors of {}, which the run does not have. It is a checkpoint of another learner.", folder_, stored);
  }
  for (const Section& section : snapshot.sections) TensorFiles(folder_, manifest_, section.name, key_).check_fits(section);
  for (const Section& section : snapshot.sections) TensorFiles(folder_, manifest_, section.name, key_).copy_to(section);
}

void Checkpoint::load_weights(const Section& section) const {
  const TensorFiles weights(folder_, manifest_, kWeights, key_);
  weights.check();
  weights.check_fits(section);
  weights.copy_to(section);
}

Manifest read_manifest(const std::string& folder, const std::string& key_file) {
  const auto key = read_checkpoint_key(key_file);
  return Checkpoint(folder, key ? &*key : nullptr).manifest();
}

std::map<std::string, std::string> read_record(const std::string& folder, const std::string& key_file) {
  return read_manifest(folder, key_file).record;
}

}  // namespace galen::trainer
