// One checkpoint: what it restores, which programs can read it, what it refuses.

#include "trainer/checkpoint/checkpoint.h"

#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/trainer/checkpoint/small_checkpoint.h"
#include "trainer/checkpoint/checkpoint_folder.h"
#include "trainer/checkpoint/safetensors.h"

#include <ATen/ops/empty.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using test::at_step;
using test::message_of;
using test::some_tensors;
using test::zeros_like;
using testing::AllOf;
using testing::HasSubstr;

TEST(Checkpoint, RestoresEveryBit) {
  const test::TemporaryFolder folder;
  const Snapshot saved = some_tensors(0.1f);
  Manifest manifest = at_step(13);
  manifest.state.epoch_loss = 0.1 + 0.2;
  manifest.state.epoch = 2;
  manifest.seed = 0xffffffffffffffffULL;
  manifest.inputs.front().preparation = {.imputation = {{0.7f, -1e-9f}, {1}}, .scaling = {{0.1f}, {0.3f}}};
  manifest.inputs.front().preparation.table = {
      .fill = {0.1 + 0.2, -0.0}, .indicators = {1}, .mean = {1e-310, 2.0 / 3}, .deviation = {1e300, 0.7}};
  manifest.inputs.front().feature_names = {"age"};
  manifest.inputs.front().vocabulary =
      data::Vocabulary{.tokenizer = "wordpiece", .max_length = 9, .tokens = {"[PAD]", "[UNK]", "Ärzte", "##\""}};
  manifest.inputs.front().preparation.max_length = 7;
  manifest.record = {{"trainer.batch", "32"}};
  manifest.state.best_loss = 0.1 + 0.7;
  manifest.task = {.kind = data::TaskKind::kRegression, .target_scale = {{0.1 + 0.2, 50}, {1, 1.0 / 3}}};
  const Checkpoint checkpoint(CheckpointStore(folder.path()).save(saved, manifest));

  const Manifest& loaded = checkpoint.manifest();
  EXPECT_EQ(loaded.state.epoch_loss, 0.1 + 0.2);
  EXPECT_TRUE(std::isnan(loaded.state.best_value));
  EXPECT_EQ(loaded.state.epoch, 2);
  EXPECT_EQ(loaded.state.best_loss, 0.1 + 0.7);
  EXPECT_EQ(loaded.task.target_scale, manifest.task.target_scale);
  EXPECT_EQ(loaded.seed, manifest.seed);
  EXPECT_EQ(loaded.inputs.front().preparation.scaling.deviation, manifest.inputs.front().preparation.scaling.deviation);
  EXPECT_EQ(loaded.inputs.front().preparation.imputation.fill, manifest.inputs.front().preparation.imputation.fill);
  EXPECT_EQ(loaded.inputs.front().preparation.imputation.indicators, manifest.inputs.front().preparation.imputation.indicators);
  EXPECT_EQ(loaded.inputs.front().preparation.table, manifest.inputs.front().preparation.table);
  EXPECT_EQ(loaded.inputs.front().feature_names, manifest.inputs.front().feature_names);
  EXPECT_EQ(loaded.inputs.front().vocabulary, manifest.inputs.front().vocabulary);
  EXPECT_EQ(loaded.inputs.front().preparation.max_length, 7);
  EXPECT_EQ(loaded.record, manifest.record);
  const Snapshot target = zeros_like(saved);
  checkpoint.load(target);
  EXPECT_TRUE(test::same(target, saved));
}

// A learner's own section, whose vectors are longer in the checkpoint than in a run that has just begun.
TEST(Checkpoint, HoldsSectionsWhoseTensorsHaveGrown) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder / "run");
  Snapshot saved = some_tensors(1);
  saved.sections[1] = {.name = "trees",
                       .tensors = {{"leaf", at::arange(7, at::kDouble)}, {"feature", at::arange(14, at::kInt).view({7, 2})}}};
  for (int parts : {1, 2}) {
    Manifest manifest = at_step(parts);
    for (int part = 0; part < parts; ++part) manifest.digests.merge(store.write_part(parts, saved, part, parts));
    store.publish(manifest);
    Snapshot fresh = zeros_like(saved);
    fresh.sections[1].tensors = {{"leaf", at::empty({0}, at::kDouble)}, {"feature", at::empty({1, 2}, at::kInt)}};
    fresh.sections[1].most_rows = {{"leaf", 10}, {"feature", 7}};
    const Checkpoint checkpoint(store.folder_of(parts));
    checkpoint.load(fresh);
    EXPECT_TRUE(test::same(fresh, saved));
    fresh.sections[1].most_rows["leaf"] = 6;
    fresh.sections[1].tensors[0].tensor.resize_({2});
    EXPECT_THAT(message_of([&] { checkpoint.load(fresh); }), HasSubstr("tensor leaf has the shape [7], not [2]"));
    EXPECT_THAT(message_of([&] { checkpoint.load(zeros_like(some_tensors(1))); }), HasSubstr("has tensors of trees"));
  }
}

// Buffers of a module: a causal mask is bool, positions are i32 …
TEST(Checkpoint, HoldsEveryTypeOfTheFormat) {
  const test::TemporaryFolder folder;
  Snapshot saved = some_tensors(1);
  for (const at::ScalarType type :
       {at::kBool, at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf, at::kBFloat16, at::kDouble}) {
    saved.sections[0].tensors.push_back({c10::toString(type), at::tensor({0, 1, 1, 0, 1}, at::kLong).to(type)});
  }
  const std::string key = test::new_key(folder);
  for (const StoreOptions& options : {StoreOptions{}, StoreOptions{.key_file = key}}) {
    const CheckpointStore store(folder / (options.key_file.empty() ? "plain" : "sealed"), options);
    const Checkpoint checkpoint(store.save(saved, at_step(4)), store.key());
    checkpoint.check();
    const Snapshot target = zeros_like(saved);
    checkpoint.load(target);
    EXPECT_TRUE(test::same(target, saved));
  }
  const auto python = test::python();
  if (!python) GTEST_SKIP() << "needs the Python packages of ./launch/setup.sh --tests";
  const fs::path script = folder.write("every_type.py", R"(
import json, struct, sys
import numpy, safetensors.numpy
file = open(sys.argv[1], "rb").read()
header = json.loads(file[8:8 + struct.unpack("<Q", file[:8])[0]])
raw = safetensors.deserialize(file)
for name, entry in raw:
    if name == "BFloat16":
        values = (numpy.frombuffer(bytes(entry["data"]), numpy.uint16).astype(numpy.uint32) << 16).view(numpy.float32)
        assert entry["dtype"] == "BF16" and list(values) == [0, 1, 1, 0, 1], entry
tensors = {name: numpy.frombuffer(bytes(entry["data"]), {"BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
           "F16": "<f2", "F32": "<f4", "F64": "<f8"}[entry["dtype"]]) for name, entry in raw if name != "BFloat16"}
for name, dtype in [("Bool", "BOOL"), ("Byte", "U8"), ("Char", "I8"), ("Short", "I16"), ("Int", "I32"), ("Long", "I64"), ("Half", "F16"),
                    ("Double", "F64")]:
    assert header[name]["dtype"] == dtype and list(tensors[name]) == [0, 1, 1, 0, 1], name
)");
  const auto result = test::run_program({*python, script.string(), folder / "plain/checkpoints/step-00000004/weights.safetensors"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
}

TEST(Checkpoint, TypesOutsideTheFormatAreNamed) {
  EXPECT_THAT(message_of([] {
                check_storable({{"spectrum", at::tensor({1.F}).to(at::kComplexFloat)}});
              }),
              AllOf(HasSubstr("spectrum"), HasSubstr("ComplexFloat"), HasSubstr("bf16")));
}

TEST(Checkpoint, IsTheSameFileForTheSameTensors) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  const FileDigests first = store.write_part(1, some_tensors(1), 0, 1);
  EXPECT_EQ(first, store.write_part(2, some_tensors(1), 0, 1));
  EXPECT_EQ(test::read_file(store.folder_of(1) + "/weights.safetensors"), test::read_file(store.folder_of(2) + "/weights.safetensors"));
}

// The reference reader decides what is valid.
TEST(Checkpoint, IsReadByPythonsSafetensors) {
  const auto python = test::python();
  if (!python) GTEST_SKIP() << "needs the Python packages of ./launch/setup.sh --tests";
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  test::save(store, 2);
  store.write_part(3, some_tensors(2), 0, 2);
  store.write_part(3, some_tensors(2), 1, 2);
  const fs::path script = folder.write("read.py", R"(
import sys
from safetensors import safe_open
from safetensors.numpy import load_file
for name, value in load_file(sys.argv[1]).items():
    print(name, value.dtype, value.shape, value.sum())
parts = [safe_open(path, 'numpy') for path in sys.argv[2:]]
print('parts', sum(part.get_tensor(name).sum() for part in parts for name in part.keys()))
print('slice', parts[0].metadata())
)");
  const std::string parts = store.folder_of(3) + "/weights-0000";
  const auto result = test::run_program({*python, script.string(), store.folder_of(2) + "/weights.safetensors",
                                         parts + "1-of-00002.safetensors", parts + "2-of-00002.safetensors"});
  EXPECT_THAT(result.output, AllOf(HasSubstr("conv.weight float32 (3, 4) 132.0"), HasSubstr("count int64 (1,) 2"),
                                   HasSubstr("average float64 (5,) 20.0"), HasSubstr("parts 154.0"), HasSubstr("average")))
      << result.errors;
}

TEST(Checkpoint, OfAnotherModelIsRefusedByName) {
  const test::TemporaryFolder folder;
  const Checkpoint checkpoint(test::save(CheckpointStore(folder.path()), 1));
  Snapshot other = some_tensors(1);
  other.sections[0].tensors[0].tensor = at::arange(12, at::kFloat).reshape({4, 3});
  EXPECT_THAT(message_of([&] { checkpoint.load(other); }), HasSubstr("conv.weight has the shape [3,4], not [4,3]"));
  other.sections[0].tensors[0].tensor = at::arange(12, at::kLong).reshape({3, 4});
  EXPECT_THAT(message_of([&] { checkpoint.load(other); }), HasSubstr("conv.weight has another type"));
  other.sections[0].tensors[0].name = "dense.weight";
  EXPECT_THAT(message_of([&] { checkpoint.load(other); }), HasSubstr("dense.weight is missing"));
  other.sections[0].tensors.pop_back();
  EXPECT_THAT(message_of([&] { checkpoint.load(other); }), HasSubstr("has 4 tensors of weights, but the model has 3"));
}

TEST(Checkpoint, LeavesTheModelAsItWasWhereAnythingIsWrong) {
  const test::TemporaryFolder folder;
  const Checkpoint checkpoint(test::save(CheckpointStore(folder.path()), 1));
  const Snapshot target = zeros_like(some_tensors(1));

  Snapshot other = target;
  other.sections[1].tensors[1].name = "second_moment.bias";
  EXPECT_THROW(checkpoint.load(other), Error);
  EXPECT_TRUE(test::same(target, zeros_like(some_tensors(1))));

  std::string bytes = test::read_file(checkpoint.folder() + "/optimizer.safetensors");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);  // of the last tensor of the last file
  test::overwrite(checkpoint.folder() + "/optimizer.safetensors", bytes);
  EXPECT_THROW(checkpoint.load(target), Error);
  EXPECT_TRUE(test::same(target, zeros_like(some_tensors(1))));
}

TEST(Checkpoint, FillsTensorsOfAnotherMemoryLayout) {
  const test::TemporaryFolder folder;
  const Checkpoint checkpoint(test::save(CheckpointStore(folder.path()), 3));
  Snapshot target = zeros_like(some_tensors(3));
  target.sections[0].tensors[0].tensor = at::empty({4, 3}).t();
  checkpoint.load(target);
  EXPECT_TRUE(test::same(target, some_tensors(3)));
}

TEST(Checkpoint, WithoutAManifestIsNone) {
  const test::TemporaryFolder folder;
  const std::string checkpoint = test::save(CheckpointStore(folder.path()), 1);
  fs::remove(checkpoint + "/manifest.json");
  EXPECT_THAT(message_of([&] { read_manifest(checkpoint); }), HasSubstr("is not a checkpoint"));
  test::overwrite(checkpoint + "/manifest.json", "{");
  EXPECT_THAT(message_of([&] { read_manifest(checkpoint); }), HasSubstr("manifest.json: is damaged"));
}

TEST(Checkpoint, OfANewerFormatSaysSo) {
  const test::TemporaryFolder folder;
  const std::string checkpoint = test::save(CheckpointStore(folder.path()), 1);
  test::overwrite(checkpoint + "/manifest.json", R"({"format_version": 17, "tensors": "elsewhere"})");
  EXPECT_THAT(message_of([&] { read_manifest(checkpoint); }),
              AllOf(HasSubstr("manifest.json"), HasSubstr("format version 17"), HasSubstr("versions up to 2")));
}

TEST(Checkpoint, InAFolderOfAnotherStepIsRefused) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  fs::rename(test::save(store, 10), store.folder_of(20));
  EXPECT_THAT(message_of([&] { read_manifest(store.folder_of(20)); }), HasSubstr("is of step 10"));
  fs::rename(store.folder_of(20), folder / "copied");
  EXPECT_EQ(read_manifest(folder / "copied").state.step, 10);
}

std::string from_base64(const std::string& text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  EXPECT_EQ(sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr, &size,
                              nullptr, sodium_base64_VARIANT_ORIGINAL),
            0);
  return bytes.substr(0, size);
}

// Written by a galen of format version 1: two features, two hidden units, Adam, six steps. Expected values were read by Python's
// safetensors.
TEST(Checkpoint, SaysOfSeveralInputsWhatItSaysOfOne) {
  Manifest manifest = at_step(3);
  const auto one = nlohmann::ordered_json::parse(to_text(manifest));
  EXPECT_TRUE(one.contains("scaling")) << "where programs for one input expect it";
  EXPECT_FALSE(one.contains("inputs"));
  manifest.inputs = {{.name = "/samples/image", .shape = {1, 8, 8}, .preparation = {.scaling = {{0}, {255}}}},
                     {.name = "/samples/tabular", .shape = {2}, .preparation = {.scaling = {{1, 2}, {3, 4}}}, .feature_names = {"a", "b"}}};
  const auto two = nlohmann::ordered_json::parse(to_text(manifest));
  EXPECT_FALSE(two.contains("scaling"));
  const Manifest loaded = parse_manifest(two.dump(), "two");
  ASSERT_EQ(loaded.inputs.size(), 2U);
  EXPECT_EQ(loaded.inputs[0].name, "/samples/image");
  EXPECT_EQ(loaded.inputs[0].preparation.scaling.deviation, std::vector<float>{255});
  EXPECT_EQ(loaded.inputs[1].shape, std::vector<std::int64_t>{2});
  EXPECT_EQ(loaded.inputs[1].preparation.scaling.mean, (std::vector<float>{1, 2}));
  EXPECT_EQ(loaded.inputs[1].feature_names, (std::vector<std::string>{"a", "b"}));
}

TEST(Version1, IsStillRead) {
  const test::TemporaryFolder folder;
  const auto stored = nlohmann::ordered_json::parse(test::read_file(test::source_folder() / "tests/trainer/checkpoint/version_1.json"));
  folder.write("manifest.json", stored.at("manifest").dump(2) + "\n");
  for (const char* name : {"weights.safetensors", "optimizer.safetensors"}) folder.write(name, from_base64(stored.at(name)));

  const Checkpoint checkpoint(folder.path());
  EXPECT_EQ(checkpoint.manifest().state.step, 6);
  EXPECT_EQ(checkpoint.manifest().state.best_step, 3);
  EXPECT_EQ(checkpoint.manifest().lanes, 2);
  EXPECT_EQ(checkpoint.manifest().inputs.front().feature_names, (std::vector<std::string>{"age", "dose"}));
  EXPECT_EQ(read_record(folder.path()).at("model.name"), "dense_net");

  const Snapshot snapshot = checkpoint.empty_snapshot();
  checkpoint.load(snapshot);
  ASSERT_EQ(snapshot.sections[0].tensors.size(), 4U);
  ASSERT_EQ(snapshot.sections[1].tensors.size(), 8U);
  EXPECT_EQ(snapshot.sections[0].tensors[0].name, "dense1.weight");
  EXPECT_TRUE(snapshot.sections[0].tensors[0].tensor.equal(
      at::tensor({0.312606543302536, -0.8811432719230652, -0.6355758309364319, 0.026934755966067314}, at::kFloat).reshape({2, 2})));
  EXPECT_TRUE(snapshot.sections[1].tensors[0].tensor.equal(
      at::tensor({0.08329901844263077, 0.04351269081234932, -0.060381967574357986, -0.029439251869916916}, at::kFloat)));

  EXPECT_EQ(CheckpointStore(folder / "run").write_part(6, snapshot, 0, 1), checkpoint.manifest().digests) << "and written, to the byte";

  std::string weights = test::read_file(folder / "weights.safetensors");
  weights[weights.size() - 3] = static_cast<char>(weights[weights.size() - 3] ^ 0x10);
  folder.write("weights.safetensors", weights);
  EXPECT_THAT(message_of([&] { checkpoint.load(snapshot); }), HasSubstr("weights.safetensors: is damaged"));
}

TEST(Version1, WithoutImputationHasNone) {
  Manifest manifest = at_step(1);
  manifest.inputs.front().preparation = {.imputation = {}, .scaling = {{0.5f}, {2.0f}}};
  auto json = nlohmann::ordered_json::parse(to_text(manifest));
  json.erase("imputation");
  json.erase("transforms");
  json.erase("feature_names");
  const Manifest old = parse_manifest(json.dump(), "old");
  EXPECT_EQ(old.inputs.front().preparation.scaling.mean, manifest.inputs.front().preparation.scaling.mean);
  EXPECT_TRUE(old.inputs.front().preparation.imputation.fill.empty());
  EXPECT_TRUE(old.inputs.front().feature_names.empty());
}

}  // namespace
}  // namespace galen::trainer
