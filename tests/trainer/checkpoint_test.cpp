#include "trainer/checkpoint/checkpoint.h"

#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"
#include "trainer/checkpoint/safetensors.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Snapshot some_tensors(float scale) {
  return {{{"conv.weight", at::arange(12, at::kFloat).mul(scale).reshape({3, 4})}, {"count", at::tensor({7}, at::kLong)}},
          {{"first_moment.conv.weight", at::arange(12, at::kFloat).mul(-scale)}}};
}

Snapshot zeros_like(const Snapshot& snapshot) {
  Snapshot zeros = snapshot;
  for (auto* tensors : {&zeros.weights, &zeros.optimizer}) {
    for (auto& named : *tensors) named.tensor = at::zeros_like(named.tensor);
  }
  return zeros;
}

Manifest at_step(std::int64_t step) {
  Manifest manifest;
  manifest.state.step = step;
  return manifest;
}

template <typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Checkpoint, BringsBackEveryBit) {
  const test::TemporaryFolder folder;
  const Snapshot saved = some_tensors(0.1f);
  Manifest manifest = at_step(13);
  manifest.state.epoch_loss = 0.1 + 0.2;
  manifest.state.epoch = 2;
  manifest.seed = 0xffffffffffffffffULL;
  manifest.preparation = {.imputation = {{0.7f, -1e-9f}, {1}}, .scaling = {{0.1f}, {0.3f}}};
  manifest.feature_names = {"age"};
  manifest.record = {{"trainer.batch", "32"}};
  save_checkpoint(folder / "c", saved, manifest);

  const Manifest loaded = read_manifest(folder / "c");
  EXPECT_EQ(loaded.state.epoch_loss, 0.1 + 0.2);
  EXPECT_TRUE(std::isnan(loaded.state.best_value));
  EXPECT_EQ(loaded.state.epoch, 2);
  EXPECT_EQ(loaded.seed, manifest.seed);
  EXPECT_EQ(loaded.preparation.scaling.deviation, manifest.preparation.scaling.deviation);
  EXPECT_EQ(loaded.preparation.imputation.fill, manifest.preparation.imputation.fill);
  EXPECT_EQ(loaded.preparation.imputation.indicators, manifest.preparation.imputation.indicators);
  EXPECT_EQ(loaded.feature_names, manifest.feature_names);
  EXPECT_EQ(loaded.record, manifest.record);
  const Snapshot target = zeros_like(saved);
  load_weights(folder / "c", loaded, target.weights);
  load_optimizer(folder / "c", loaded, target.optimizer);
  for (std::size_t i = 0; i < saved.weights.size(); ++i) EXPECT_TRUE(target.weights[i].tensor.equal(saved.weights[i].tensor));
  EXPECT_TRUE(target.optimizer[0].tensor.equal(saved.optimizer[0].tensor));
}

TEST(Checkpoint, OfBeforeThereWasImputationHasNone) {
  Manifest manifest = at_step(1);
  manifest.preparation.scaling = {{0.5f}, {2}};
  auto json = nlohmann::ordered_json::parse(to_text(manifest));
  EXPECT_EQ(json.erase("imputation") + json.erase("feature_names"), 2u);
  const Manifest old = parse_manifest(json.dump(), "manifest.json");
  EXPECT_EQ(old.preparation.scaling.mean, manifest.preparation.scaling.mean);
  EXPECT_TRUE(old.preparation.imputation.fill.empty());
  EXPECT_TRUE(old.feature_names.empty());
}

TEST(Checkpoint, IsTheSameFileForTheSameTensors) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(write_safetensors(folder / "a", some_tensors(1).weights), write_safetensors(folder / "b", some_tensors(1).weights));
  EXPECT_EQ(test::read_file(folder / "a"), test::read_file(folder / "b"));
}

TEST(Checkpoint, IsReadByPythonsSafetensors) {
  const auto python = test::python();
  if (!python) GTEST_SKIP() << "needs the Python packages of ./launch/setup.sh --tests";
  const test::TemporaryFolder folder;
  write_safetensors(folder / "w.safetensors", some_tensors(0.5f).weights);
  const fs::path script = folder.write("read.py", R"(
import sys
from safetensors.numpy import load_file
for name, value in load_file(sys.argv[1]).items():
    print(name, value.dtype, value.shape, value.sum())
)");
  const auto result = test::run_program({*python, script.string(), (folder / "w.safetensors").string()});
  EXPECT_THAT(result.output, HasSubstr("conv.weight float32 (3, 4) 33.0")) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("count int64 (1,) 7"));
}

TEST(Checkpoint, AFlippedBitIsFound) {
  const test::TemporaryFolder folder;
  const Snapshot saved = some_tensors(1);
  save_checkpoint(folder / "c", saved, at_step(1));
  std::fstream file(folder / "c" / "weights.safetensors", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(-3, std::ios::end);
  file.put(0x55);
  file.close();
  EXPECT_THAT(message_of([&] { load_weights(folder / "c", read_manifest(folder / "c"), zeros_like(saved).weights); }),
              HasSubstr("weights.safetensors: is damaged"));
}

TEST(Checkpoint, OfAnotherModelIsRefusedByName) {
  const test::TemporaryFolder folder;
  save_checkpoint(folder / "c", some_tensors(1), at_step(1));
  const Manifest manifest = read_manifest(folder / "c");
  Snapshot other = some_tensors(1);
  other.weights[0].tensor = at::arange(12, at::kFloat).reshape({4, 3});
  EXPECT_THAT(message_of([&] { load_weights(folder / "c", manifest, other.weights); }),
              HasSubstr("conv.weight has the shape [3,4], not [4,3]"));
  other.weights[0].name = "dense.weight";
  EXPECT_THAT(message_of([&] { load_weights(folder / "c", manifest, other.weights); }), HasSubstr("dense.weight is missing"));
}

TEST(Checkpoint, WithoutAManifestIsNone) {
  const test::TemporaryFolder folder;
  save_checkpoint(folder / "c", some_tensors(1), at_step(1));
  fs::remove(folder / "c" / "manifest.json");
  EXPECT_THAT(message_of([&] { read_manifest(folder / "c"); }), HasSubstr("is no checkpoint"));
  folder.write("broken.json", "{");
  fs::rename(folder / "broken.json", folder / "c" / "manifest.json");
  EXPECT_THAT(message_of([&] { read_manifest(folder / "c"); }), HasSubstr("is no checkpoint manifest"));
}

TEST(CheckpointStore, KeepsTheNewestAndTheBest) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  for (int step : {10, 20, 30, 40}) store.save(some_tensors(static_cast<float>(step)), at_step(step), /*best=*/step == 10, /*keep=*/2);
  EXPECT_THAT(store.newest_first(), testing::ElementsAre(store.folder_of(40), store.folder_of(30), store.folder_of(10)));
  EXPECT_EQ(read_manifest(store.last()).state.step, 40);
  EXPECT_EQ(read_manifest(store.best()).state.step, 10);
}

TEST(CheckpointStore, AFolderThatCannotBeWrittenIsNamed) {
  const test::TemporaryFolder folder;
  folder.write("file", "in the way");
  const CheckpointStore store(folder / "file");
  EXPECT_THAT(message_of([&] { store.save(some_tensors(1), at_step(1), false, 1); }), HasSubstr((folder / "file").string()));
}

}  // namespace
}  // namespace galen::trainer
