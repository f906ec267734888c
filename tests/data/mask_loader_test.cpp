#include "data/files/dataset_writer.h"
#include "data/loader.h"
#include "data/sampling/windows.h"
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/support/error_text.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kMaskSamples = 60;
constexpr int kMaskLanes = 8;
constexpr std::int64_t kMaskBatch = 13;
const std::array kLabels = {0, 3, 77, 200, 255};

// Images that say of each pixel where it is: the channels are row + 1, column + 1 and 1. What transforms make of them tells which pixel of
// the stored image, or which point between some, each pixel of the result shows. Beside them masks of labels that follow no pattern.
const char kWriteImages[] = R"(
def write(file, samples, **storage):
    f = h5py.File(file, 'w')
    n = len(samples)
    rows, columns = np.meshgrid(np.arange(1, 21), np.arange(1, 25), indexing='ij')
    images = np.broadcast_to(np.stack([rows, columns, np.ones_like(rows)]), (n, 3, 20, 24))
    masks = np.stack([np.random.default_rng(i).choice([0, 3, 77, 200, 255], (20, 24)) for i in samples])
    f.create_dataset('x', data=images.astype('f4'), **storage)
    f.create_dataset('m', data=masks.astype('u1'), **storage)
    f['samples/group_id'] = [i // 3 for i in samples]
    f.close()
f.close()
)";

struct Pair {
  std::vector<float> image;        // [3, H, W]
  std::vector<std::uint8_t> mask;  // [H, W]
  bool operator==(const Pair&) const = default;
};
using Pairs = std::map<std::int64_t, Pair>;

std::vector<std::int64_t> all(const Dataset& dataset) {
  std::vector<std::int64_t> members(static_cast<std::size_t>(dataset.size()));
  std::iota(members.begin(), members.end(), 0);
  return members;
}

void add_to(Pairs& pairs, const Samples& samples) {
  const auto* index = samples.index.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < samples.size(); ++i) {
    const at::Tensor image = samples.inputs.only()[i], mask = samples.target[i];
    Pair pair;
    pair.image.assign(image.const_data_ptr<float>(), image.const_data_ptr<float>() + image.numel());
    pair.mask.assign(mask.const_data_ptr<std::uint8_t>(), mask.const_data_ptr<std::uint8_t>() + mask.numel());
    EXPECT_TRUE(pairs.emplace(index[i], std::move(pair)).second) << "sample " << index[i] << " came twice";
  }
}

class MaskLoader : public test::H5pyTest {
 protected:
  void SetUp() override {
    H5pyTest::SetUp();
    if (!IsSkipped()) write_images("write(path, range(60))");
  }

  void write_images(const std::string& calls) const { write(kWriteImages + calls + "\nf = h5py.File(path, 'r')"); }

  Preparation prepared(const TransformOptions& transforms) const { return {.transforms = transforms, .scaling = {{0, 0, 0}, {1, 1, 1}}}; }

  Pairs pairs_of(const TransformOptions& transforms) const {
    const auto dataset = open("x", "m", "nchw");
    Loader loader(dataset, all(*dataset), prepared(transforms), {.batch = kMaskBatch, .augment = true, .seed = 3});
    Pairs pairs;
    for (const Batch& batch : loader.epoch(1)) add_to(pairs, batch.samples);
    return pairs;
  }

  std::vector<double> stored_masks() const { return evaluate("f['m'][:]"); }

  /// The error of opening the file and reading its first samples.
  std::string refusal(const std::string& script, const std::string& layout = "nchw", Verify verify = Verify::kOff) const {
    write("f['x'] = np.zeros((4, 3, 5, 6), 'u1')\n" + script);
    return test::error_text([&] {
      const auto dataset = std::make_shared<const Dataset>(DatasetOptions{path(), "x", "m", layout, verify});
      Loader loader(dataset, {0, 1, 2, 3}, prepared({}), {.batch = 2, .shuffle = false});
      for ([[maybe_unused]] const Batch& batch : loader.epoch(0)) {
      }
    });
  }
};

TEST_F(MaskLoader, AMaskAsTargetHasALabelForEachPixel) {
  const auto dataset = open("x", "m", "nchw");
  EXPECT_EQ(dataset->target_kind(), TargetKind::kMask);
  EXPECT_FALSE(dataset->targets().defined());
  Loader loader(dataset, all(*dataset), prepared({}), {.batch = kMaskSamples, .shuffle = false});
  for (const Batch& batch : loader.epoch(0)) {
    EXPECT_EQ(batch.samples.target.scalar_type(), at::kByte);
    EXPECT_THAT(batch.samples.target.sizes().vec(), ElementsAre(kMaskSamples, 20, 24));
    const auto* labels = batch.samples.target.const_data_ptr<std::uint8_t>();
    EXPECT_EQ(std::vector<double>(labels, labels + batch.samples.target.numel()), stored_masks());
  }
}

// Each pixel's label is that of the stored pixel that the image says it shows. Where the image is interpolated, that is the nearest one.
TEST_F(MaskLoader, MasksMoveWithTheirImages) {
  const std::vector<double> stored = stored_masks();
  const std::vector<TransformOptions> lists = {
      {"", "flip(horizontal)"},
      {"", "flip(vertical); shift(3); random_crop(16, 20, padding=4)"},
      {"crop(18, 18)", "flip(horizontal)"},
      {"", "rotate(25)"},
      {"", "affine(scale=0.2, shear=10)"},
      {"", "elastic(2, 6)"},
      {"pad(2, 3)", "flip(horizontal); rotate(10); random_crop(20, 20)"},
  };
  for (const TransformOptions& list : lists) {
    std::int64_t compared = 0, moved = 0;
    for (const auto& [sample, pair] : pairs_of(list)) {
      const std::size_t cells = pair.mask.size();
      ASSERT_EQ(pair.image.size(), 3 * cells);
      for (std::size_t cell = 0; cell < cells; ++cell) {
        const float inside = pair.image[2 * cells + cell];
        if (inside == 0) {
          EXPECT_EQ(pair.mask[cell], 0);
          continue;
        }
        const double row = pair.image[cell] - 1, column = pair.image[cells + cell] - 1;
        const bool is_between =
            std::abs(std::abs(row - std::floor(row)) - 0.5) < 0.01 || std::abs(std::abs(column - std::floor(column)) - 0.5) < 0.01;
        if (std::abs(inside - 1) > 1e-5 || is_between) continue;  // at the border, or as near to another pixel
        const auto from = static_cast<std::size_t>((sample * 20 + std::lround(row)) * 24 + std::lround(column));
        ASSERT_EQ(pair.mask[cell], stored[from]) << list.prepare << list.augment << " sample " << sample << " cell " << cell;
        ++compared;
        moved += cell != from % cells;
      }
    }
    EXPECT_GT(compared, kMaskSamples * 200) << list.augment;
    EXPECT_GT(moved, compared / 4) << list.augment;
  }
}

TEST_F(MaskLoader, LabelsSurviveResizingAndWhatChangesOnlyValues) {
  for (const Pairs& pairs : {pairs_of({"resize(31, 17)", "rotate(20); elastic(1, 5)"}), pairs_of({"resize(9, 11)", ""})}) {
    std::map<int, int> counts;
    for (const auto& [sample, pair] : pairs) {
      for (const std::uint8_t label : pair.mask) ++counts[label];
    }
    EXPECT_EQ(counts.size(), kLabels.size());
    for (const int label : kLabels) EXPECT_GT(counts[label], 100) << label;
  }
  const std::vector<double> stored = stored_masks();
  for (const auto& [sample, pair] : pairs_of({"window(0, 20)", "noise(0.3); gamma(2); brightness(0.5); blur(2); cutout(5)"})) {
    EXPECT_TRUE(std::equal(pair.mask.begin(), pair.mask.end(), stored.begin() + sample * 480)) << sample;
  }
}

TEST_F(MaskLoader, MasksOfVolumesMoveToo) {
  write(
      "x = np.stack(np.meshgrid(*map(np.arange, (7, 8, 9)), indexing='ij'))[None].repeat(12, 0) + 1\n"
      "f['x'] = x.astype('f4')\nf['m'] = np.random.default_rng(0).integers(0, 256, (12, 7, 8, 9)).astype('u1')");
  const std::vector<double> stored = stored_masks();
  const auto dataset = open("x", "m", "ncdhw");
  Loader loader(dataset, all(*dataset), prepared({"", "flip(depth); flip(horizontal); random_crop(6, 6, 6)"}),
                {.batch = 12, .augment = true, .seed = 8});
  Pairs pairs;
  for (const Batch& batch : loader.epoch(0)) {
    EXPECT_THAT(batch.samples.target.sizes().vec(), ElementsAre(12, 6, 6, 6));
    add_to(pairs, batch.samples);
  }
  for (const auto& [sample, pair] : pairs) {
    for (std::size_t cell = 0; cell < 216; ++cell) {
      const auto at = [&](std::size_t axis) { return static_cast<std::int64_t>(pair.image[axis * 216 + cell]) - 1; };
      EXPECT_EQ(pair.mask[cell], stored[static_cast<std::size_t>(((sample * 7 + at(0)) * 8 + at(1)) * 9 + at(2))]);
    }
  }
}

// One worker that shuffles exactly, out of one file, against any number of them, in both orders, out of three compressed files of which
// chunks are kept, stopped in the middle.
TEST_F(MaskLoader, APairIsTheSameWhateverTheWorkersOrderAndFiles) {
  const TransformOptions transforms = {"", "flip(horizontal); rotate(15); random_crop(18, 18)"};
  const Pairs expected = pairs_of(transforms);
  write_images(
      "def both(file, samples):\n"
      "    write(file, samples)\n"
      "    g = h5py.File(file, 'a'); x = g['x'][:]; m = g['m'][:]; del g['x'], g['m']\n"
      "    g.create_dataset('x', data=x, chunks=(min(4, len(x)), 3, 20, 24), compression='gzip')\n"
      "    g.create_dataset('m', data=m, chunks=(min(7, len(x)), 20, 24), compression='gzip'); g.close()\n"
      "both(path + '1', range(25)); both(path + '2', range(25, 26)); both(path + '3', range(26, 60))");
  const auto dataset = std::make_shared<Dataset>(
      DatasetOptions{.file = path() + "1," + path() + "2," + path() + "3", .input = "x", .target = "m", .layout = "nchw"});
  const std::vector<std::int64_t> members = all(*dataset);
  for (const Shuffle order : {Shuffle::kExact, Shuffle::kWindowed}) {
    const auto windows = plan_windows(*dataset, members, order, kMaskLanes);
    EXPECT_EQ(windows != nullptr, order == Shuffle::kWindowed);
    for (int workers = 1; workers <= kMaskLanes; ++workers) {
      Pairs found;
      std::int64_t step = 0;
      for (const auto& [now, until] : {std::pair(workers, 2), {9 - workers, 100}}) {
        const std::int64_t begin = step;
        for (int worker = 0; worker < now; ++worker) {
          Loader part(dataset, members, prepared(transforms),
                      {.batch = kMaskBatch,
                       .lanes = kMaskLanes,
                       .my_lanes = {kMaskLanes * worker / now, kMaskLanes * (worker + 1) / now},
                       .augment = true,
                       .seed = 3,
                       .windows = windows,
                       .threads = 2});
          step = begin;
          for (const Batch& batch : part.epoch(1, begin * kMaskBatch)) {
            add_to(found, batch.samples);
            if (++step == until) break;
          }
        }
      }
      EXPECT_TRUE(found == expected) << name_of(order) << workers;
    }
    // Once without and once with chunks kept in memory.
    const ChunkCache::Geometry geometry = dataset->compressed_chunks();
    EXPECT_EQ(geometry.chunks, 7 + 1 + 9 + 4 + 1 + 5);
    const std::int64_t kept = chunks_to_keep(*dataset, windows.get(), kMaskLanes, 0);
    std::shared_ptr<std::byte> memory(
        static_cast<std::byte*>(std::calloc(static_cast<std::size_t>(ChunkCache::memory_size(geometry, kept)), 1)), std::free);
    dataset->keep_chunks_in(std::make_shared<ChunkCache>(memory, geometry, kept));
  }
}

TEST_F(MaskLoader, ForeignFilesMayHaveThemInOtherTypesAndOrders) {
  for (const auto& [layout, image, mask] :
       {std::tuple("nhwc", "(0, 2, 3, 1)", "m[..., None].astype('i8')"), std::tuple("nhwc", "(0, 2, 3, 1)", "m.astype('>u2')"),
        std::tuple("nchw", "(0, 1, 2, 3)", "m[:, None].astype('f4')"), std::tuple("nwhc", "(0, 3, 2, 1)", "m.transpose(0, 2, 1)"),
        std::tuple("nchw", "(0, 1, 2, 3)", "m.astype('f8')")}) {
    const std::string script =
        fmt::format("x = np.arange(4 * 3 * 5 * 6).reshape(4, 3, 5, 6) % 256\nm = x[:, 0]\nf['x'] = x.transpose{}.astype('u1')\nf['m'] = {}",
                    image, mask);
    write(script);
    const auto dataset = open("x", "m", layout);
    ASSERT_EQ(dataset->target_kind(), TargetKind::kMask);
    Loader loader(dataset, {0, 1, 2, 3}, prepared({"", "flip(vertical)"}), {.batch = 4, .augment = true, .seed = 1});
    Pairs pairs;
    for (const Batch& batch : loader.epoch(0)) add_to(pairs, batch.samples);
    for (const auto& [sample, pair] : pairs) {
      EXPECT_TRUE(std::equal(pair.mask.begin(), pair.mask.end(), pair.image.begin())) << layout << mask << sample;
    }
  }
  write("f['x'] = np.zeros((4, 5, 6), 'u1'); f['m'] = np.arange(120).reshape(4, 5, 6) % 3 == 0");
  const auto grey = open("x", "m", "nhw");
  Loader loader(grey, {0}, {.scaling = {{0}, {1}}}, {.batch = 1});
  for (const Batch& batch : loader.epoch(0)) {
    for (std::int64_t i = 0; i < 30; ++i) EXPECT_EQ(batch.samples.target.const_data_ptr<std::uint8_t>()[i], i % 3 == 0);
  }
}

TEST_F(MaskLoader, AMaskThatIsNotAsItWasWrittenIsNamedOnRequest) {
  DatasetWriter writer(path(), {.sample_shape = {1, 4, 4}, .size = 6, .has_mask = true}, /*overwrite=*/true);
  writer.append(at::zeros({6, 1, 4, 4}, at::kByte), at::ones({6, 4, 4}, at::kByte));
  writer.finish();
  const auto error = [&](Verify verify) {
    return test::error_text([&] {
      const auto dataset = std::make_shared<const Dataset>(DatasetOptions{.file = path(), .target = "/samples/mask", .verify = verify});
      Loader loader(dataset, all(*dataset), {.scaling = {{0}, {1}}}, {.batch = 6});
      for ([[maybe_unused]] const Batch& batch : loader.epoch(0)) {
      }
    });
  };
  EXPECT_EQ(error(Verify::kOn), "");
  run("f['samples/mask'][3, 2, 2] = 2", "a");
  EXPECT_THAT(error(Verify::kOn), AllOf(HasSubstr(path()), HasSubstr("/samples/mask")));
  EXPECT_EQ(error(Verify::kOff), "");
}

TEST_F(MaskLoader, WhatIsNoMaskIsNamed) {
  EXPECT_THAT(refusal("m = np.zeros((4, 5, 6), 'i4'); m[2, 1, 1] = 256; f['m'] = m"),
              AllOf(HasSubstr(path()), HasSubstr("/m"), HasSubstr("sample 2"), HasSubstr("256")));
  EXPECT_THAT(refusal("m = np.zeros((4, 5, 6), 'f4'); m[3] = .5; f['m'] = m"), AllOf(HasSubstr("sample 3"), HasSubstr("0.5")));
  EXPECT_THAT(refusal("f['m'] = -np.ones((4, 5, 6), 'i1')"), HasSubstr("-1"));
  EXPECT_THAT(refusal("f['m'] = np.full((4, 5, 6), np.nan, 'f4')"), HasSubstr("nan"));
  EXPECT_THAT(refusal("f['m'] = np.zeros((4, 6, 5), 'u1')"), AllOf(HasSubstr("[4, 6, 5]"), HasSubstr("[5, 6]")));
  EXPECT_THAT(refusal("f['m'] = np.zeros((4, 2, 5, 6), 'u1')"), HasSubstr("[4, 2, 5, 6]"));
  EXPECT_THAT(refusal("f['m'] = np.zeros((3, 5, 6), 'u1')"), HasSubstr("3 entries"));
  EXPECT_THAT(refusal("f['m'] = np.full((4, 5, 6), b'x')"), HasSubstr("whole numbers"));
  EXPECT_THAT(refusal("f['m'] = np.zeros((4, 5, 6), 'u1')", "nchw", Verify::kOn), HasSubstr("no digests"));
}

}  // namespace
}  // namespace galen::data
