#pragma once

#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/trainer/checkpoint/snapshot_of.h"
#include "trainer/checkpoint/store.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace galen::test {

namespace fs = std::filesystem;

/// A state of a few hundred bytes, another one for each `scale`.
inline trainer::Snapshot some_tensors(float scale) {
  return snapshot_of(
      {{"conv.weight", at::arange(12, at::kFloat).mul(scale).reshape({3, 4})},
       {"bias", at::tensor({scale, -scale})},
       {"average", at::arange(5, at::kDouble).mul(scale)},
       {"count", at::tensor({static_cast<std::int64_t>(scale)}, at::kLong)}},
      {{"first_moment.conv.weight", at::arange(12, at::kFloat).mul(-scale)}, {"first_moment.bias", at::tensor({scale, scale})}});
}

inline trainer::Snapshot zeros_like(const trainer::Snapshot& snapshot) {
  trainer::Snapshot zeros = snapshot;
  for (trainer::Section& section : zeros.sections) {
    for (auto& named : section.tensors) named.tensor = at::zeros_like(named.tensor);
  }
  return zeros;
}

inline bool same(const trainer::Snapshot& a, const trainer::Snapshot& b) {
  const auto equal = [](const auto& first, const auto& second) { return first.name == second.name && first.tensor.equal(second.tensor); };
  return std::equal(a.sections.begin(), a.sections.end(), b.sections.begin(), b.sections.end(), [&](const auto& ours, const auto& theirs) {
    return ours.name == theirs.name &&
           std::equal(ours.tensors.begin(), ours.tensors.end(), theirs.tensors.begin(), theirs.tensors.end(), equal);
  });
}

inline trainer::Manifest at_step(std::int64_t step) {
  trainer::Manifest manifest;
  manifest.program_version = "0.1.0";
  manifest.state.step = step;
  manifest.record = {{"trainer.batch", "32"}};
  return manifest;
}

/// The run's checkpoint of `step`, whose tensors are some_tensors(step).
inline std::string save(const trainer::CheckpointStore& store, std::int64_t step) {
  return store.save(some_tensors(static_cast<float>(step)), at_step(step));
}

/// Whether the newest whole checkpoint's tensors are those of `step`.
inline bool holds(const trainer::Checkpoint& checkpoint, std::int64_t step) {
  const trainer::Snapshot loaded = zeros_like(some_tensors(1));
  checkpoint.load(loaded);
  return same(loaded, some_tensors(static_cast<float>(step)));
}

/// The message that `call` throws.
template <typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

inline std::string new_key(const TemporaryFolder& folder, const std::string& name = "key") {
  trainer::make_checkpoint_key(folder / name);
  return folder / name;
}

inline std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

inline void overwrite(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes; }

}  // namespace galen::test
