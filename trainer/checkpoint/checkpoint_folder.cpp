#include "trainer/checkpoint/checkpoint_folder.h"

#include "galen/error.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/checkpoint/file_sink.h"
#include "trainer/checkpoint/rating.h"
#include "trainer/checkpoint/safetensors.h"
#include "trainer/checkpoint/sealed_stream.h"
#include "trainer/checkpoint/sealed_text.h"
#include "trainer/checkpoint/tensor_files.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <filesystem>
#include <vector>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "step-";

void write(FileSink& file, const std::vector<TensorSlice>& slices, const CheckpointKey* key, const std::string& identity) {
  if (key == nullptr) return write_safetensors(file, slices);
  SealingSink sealing(file, *key, identity);
  write_safetensors(sealing, slices);
  sealing.finish();
}

void remove_file(const std::string& path) {
  std::error_code problem;
  fs::remove(path, problem);
  if (problem) cannot_write(path, problem.value());
}

// Digests in the existing manifest, if the folder is a checkpoint already; none if it cannot be read.
std::optional<FileDigests> standing_digests(const std::string& folder, const CheckpointKey* key) {
  try {
    return Checkpoint(folder, key).manifest().digests;
  } catch (const Error&) {
    return std::nullopt;
  }
}

// Encrypting the same tensors twice gives different bytes, so an existing file is never overwritten: the new one gets another name.
std::string file_name(const TensorFileName& file, const CheckpointKey* key, const std::optional<FileDigests>& standing) {
  const std::string name = file.text();
  if (key == nullptr) return name;
  return name + (standing && standing->contains(name + kSealed) ? kResealed : kSealed);
}

// Whether the existing manifest would be wrong about these files.
bool contradict(const FileDigests& digests, const FileDigests& standing) {
  return std::any_of(digests.begin(), digests.end(), [&](const auto& file) {
    const auto entry = standing.find(file.first);
    return entry != standing.end() && entry->second != file.second;
  });
}

// Rank 0 may not see files that another node wrote.
void check_complete(const std::string& folder, const FileDigests& digests) {
  int parts = 1;
  for (const auto& [file, digest] : digests) parts = std::max(parts, TensorFileName::parse(file).value_or(TensorFileName()).parts);
  for (const std::string& section : sections_of(digests)) {
    for (int part = 0; part < parts; ++part) {
      const std::string name = TensorFileName{section, part, parts}.text();
      const bool known = digests.contains(name) || digests.contains(name + kSealed) || digests.contains(name + kResealed);
      if (!known) throw Error("{}: the checkpoint is incomplete: {} was not written.", folder, name);
    }
  }
  for (const auto& [name, digest] : digests) {
    if (fs::exists(folder + "/" + name)) continue;
    throw Error("{}/{}: was written, but is not visible from this host. Put run.folder on a file system that all nodes share.", folder,
                name);
  }
}

// A rating written with another key, or without one, would be reported as damage.
void remove_foreign_rating(const std::string& folder, std::int64_t step, const CheckpointKey* key) {
  try {
    read_rating(folder, step, key);
  } catch (const Error&) {
    remove_file(folder + "/" + kRatingFile);
  }
}

}  // namespace

std::string folder_name(std::int64_t step) { return fmt::format("{}{:08}", kPrefix, step); }

std::optional<std::int64_t> step_of(const std::string& folder) {
  const std::string name = fs::path(folder).filename().string();
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data() + kPrefix.size(), end, step);
  return error == std::errc() && stopped == end && step >= 0 ? std::optional(step) : std::nullopt;
}

FileDigests write_tensors(const std::string& folder, std::int64_t step, const Snapshot& snapshot, int part, int parts,
                          const CheckpointKey* key) {
  make_folder(folder);
  remove_abandoned(folder);  // before two checkpoints need space
  const std::string manifest = folder + "/" + kManifestFile;
  const std::optional<FileDigests> standing = standing_digests(folder, key);
  std::deque<FileSink> files;
  FileDigests digests;
  for (const Section& section : snapshot.sections) {
    const std::string name = file_name({section.name, part, parts}, key, standing);
    FileSink& file = files.emplace_back(folder + "/" + name);
    write(file, slices_of(section.tensors, part, parts), key, identity_of(name, step));
    digests[name] = file.finish();
  }
  if (fs::exists(manifest) && (!standing || contradict(digests, *standing))) {
    remove_file(manifest);
    sync_folder(folder);
  }
  for (FileSink& file : files) file.publish();
  sync_folder(folder);
  return digests;
}

void write_manifest(const std::string& folder, const Manifest& manifest, const CheckpointKey* key) {
  check_complete(folder, manifest.digests);
  remove_foreign_rating(folder, manifest.state.step, key);
  FileSink file(folder + "/" + kManifestFile);
  file.add(seal_text(to_text(manifest), kManifestFile, key));
  file.finish();
  file.publish();
  sync_folder(folder);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (TensorFileName::parse(name) && !manifest.digests.contains(name)) remove_file(entry.path().string());
  }
}

bool is_encrypted(const std::string& folder) {
  std::error_code unreadable;
  const fs::directory_iterator files(folder, unreadable);
  return std::any_of(begin(files), end(files),
                     [](const auto& entry) { return entry.path().extension() == kSealed || entry.path().extension() == kResealed; });
}

void remove_checkpoint(const std::string& folder) {
  remove_file(folder + "/" + kManifestFile);
  sync_folder(folder);
  std::error_code problem;
  fs::remove_all(folder, problem);
  if (problem) cannot_write(folder, problem.value());
}

}  // namespace galen::trainer
