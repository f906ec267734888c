// Several writers of one checkpoint.

#include "trainer/checkpoint/slices.h"

#include "tests/trainer/checkpoint/small_checkpoint.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/rand.h>

#include <map>
#include <thread>

namespace galen::trainer {
namespace {

namespace fs = std::filesystem;
using test::at_step;
using test::message_of;
using testing::AllOf;
using testing::HasSubstr;

// Of all types, with a scalar and a tensor without elements; not all of them contiguous.
Snapshot awkward_tensors() {
  return test::snapshot_of({{"half", at::rand({7, 5}).t()},
                            {"bytes", at::arange(13, at::kByte)},
                            {"nothing", at::empty({0, 3})},
                            {"count", at::tensor(5, at::kLong)},
                            {"average", at::rand({3, 3, 3}, at::kDouble)}},
                           {{"moment", at::rand(101)}});
}

Manifest written_by(const CheckpointStore& store, const Snapshot& snapshot, int parts) {
  Manifest manifest = at_step(parts);
  for (int part = parts - 1; part >= 0; --part) manifest.digests.merge(store.write_part(parts, snapshot, part, parts));
  return manifest;
}

TEST(Parts, ReadTheSameHoweverManyThereAre) {
  const test::TemporaryFolder folder;
  const std::string key = test::new_key(folder);
  const Snapshot saved = awkward_tensors();
  for (const std::string& key_file : {std::string(), key}) {
    const CheckpointStore store(folder / (key_file.empty() ? "plain" : "secret"), {.key_file = key_file});
    for (int parts : {1, 2, 3, 8, 64}) {
      const Checkpoint checkpoint(store.publish(written_by(store, saved, parts)), store.key());
      EXPECT_EQ(checkpoint.manifest().digests.size(), 2U * static_cast<unsigned>(parts));
      checkpoint.check();
      const Snapshot loaded = test::zeros_like(saved);
      checkpoint.load(loaded);
      EXPECT_TRUE(test::same(loaded, saved)) << parts;
    }
  }
}

TEST(Parts, HoldEachElementOnceInNearlyEqualShares) {
  const Snapshot saved = awkward_tensors();
  for (int parts : {1, 2, 3, 5, 17}) {
    std::map<std::string, std::int64_t> covered;
    std::int64_t total = 0;
    std::vector<std::int64_t> sizes;
    for (int part = 0; part < parts; ++part) {
      std::int64_t size = 0;
      for (const TensorSlice& slice : slices_of(saved.sections[0].tensors, part, parts)) {
        EXPECT_EQ(slice.begin, covered[slice.name]) << slice.name;
        covered[slice.name] = slice.end;
        size += (slice.end - slice.begin) * static_cast<std::int64_t>(slice.tensor.element_size());
      }
      sizes.push_back(size);
      total += size;
    }
    for (const auto& [name, tensor] : saved.sections[0].tensors) EXPECT_EQ(covered.at(name), tensor.numel()) << name;
    for (const std::int64_t size : sizes) EXPECT_NEAR(static_cast<double>(size), static_cast<double>(total) / parts, 8.0) << parts;
  }
}

TEST(Parts, AreWrittenSideBySide) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  const Snapshot saved = awkward_tensors();
  for (int step = 0; step < 10; ++step) {
    std::vector<FileDigests> digests(4);
    std::vector<std::thread> nodes;
    for (int part = 0; part < 4; ++part) {
      nodes.emplace_back([&, part] { digests[static_cast<std::size_t>(part)] = store.write_part(step, saved, part, 4); });
    }
    for (std::thread& node : nodes) node.join();
    Manifest manifest = at_step(step);
    for (const FileDigests& part : digests) manifest.digests.insert(part.begin(), part.end());
    const Snapshot loaded = test::zeros_like(saved);
    Checkpoint(store.publish(manifest)).load(loaded);
    EXPECT_TRUE(test::same(loaded, saved));
  }
}

TEST(Parts, AreNoCheckpointUntilAllExist) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  Manifest manifest = at_step(2);
  manifest.digests = store.write_part(2, awkward_tensors(), 0, 2);
  EXPECT_TRUE(store.newest_first().empty());
  EXPECT_THAT(message_of([&] { store.publish(manifest); }), HasSubstr("was not written"));

  manifest = written_by(store, awkward_tensors(), 2);
  EXPECT_TRUE(store.newest_first().empty());
  fs::remove(store.folder_of(2) + "/weights-00002-of-00002.safetensors");
  EXPECT_THAT(message_of([&] { store.publish(manifest); }),
              AllOf(HasSubstr("weights-00002-of-00002.safetensors"), HasSubstr("file system that all nodes share")));
  EXPECT_TRUE(store.newest_first().empty());
}

TEST(Parts, OfAnEarlierWriteAreRemoved) {
  const test::TemporaryFolder folder;
  const CheckpointStore store(folder.path());
  Manifest manifest = at_step(3);
  for (int part : {0, 1, 2}) manifest.digests.merge(store.write_part(3, awkward_tensors(), part, 3));
  store.publish(manifest);
  test::save(store, 3);
  EXPECT_THAT(test::files_in(store.folder_of(3)),
              testing::ElementsAre(store.folder_of(3) + "/manifest.json", store.folder_of(3) + "/optimizer.safetensors",
                                   store.folder_of(3) + "/weights.safetensors"));
  EXPECT_TRUE(test::holds(Checkpoint(store.folder_of(3)), 3));
}

TEST(Parts, DependOnTheSizeOfTheState) {
  const test::TemporaryFolder folder;
  const Snapshot mebibyte = test::snapshot_of({{"w", at::empty({1 << 18})}}, {});
  EXPECT_EQ(CheckpointStore(folder.path()).parts_for(mebibyte, 4), 1);
  EXPECT_EQ(CheckpointStore(folder.path(), {.shard_mib = 0.5}).parts_for(mebibyte, 4), 2);
  EXPECT_EQ(CheckpointStore(folder.path(), {.shard_mib = 0.001}).parts_for(mebibyte, 4), 4);
}

}  // namespace
}  // namespace galen::trainer
