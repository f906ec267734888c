#include "data/loader.h"
#include "data/sampling/split.h"
#include "data/sampling/windows.h"
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/support/error_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

constexpr std::int64_t kSamples = 150;
constexpr int kLanes = 8;
constexpr std::int64_t kBatch = 19;

// Text i has 1 + 37 i mod 61 tokens, of which token j is 2 + (5 i + j) mod 98; there are 100 of them in the vocabulary. Python says the
// same below.
std::int64_t length_of(std::int64_t sample) { return 1 + 37 * sample % 61; }
std::int64_t token_of(std::int64_t sample, std::int64_t j) { return 2 + (5 * sample + j) % 98; }

const char kWriteTexts[] = R"(
def write(file, samples, room, type='u2', tokenizer='words', tokens=None, **storage):
    f = h5py.File(file, 'w')
    ids = np.zeros((len(samples), room), type)
    lengths = [1 + 37 * i % 61 for i in samples]
    for row, i in enumerate(samples):
        ids[row, :lengths[row]] = [2 + (5 * i + j) % 98 for j in range(lengths[row])]
    f.create_dataset('samples/text', data=ids, **storage)
    f['samples/text_length'] = lengths
    f['samples/label'] = [i % 2 for i in samples]
    f['samples/group_id'] = [i // 3 for i in samples]
    tokens = tokens or ['[PAD]', '[UNK]'] + [f'word{i}' for i in range(98)]
    f['vocabulary'] = np.array(tokens, h5py.string_dtype())
    f['vocabulary'].attrs.update(tokenizer=tokenizer, lower_case=1, max_length=64)
    f.close()
f.close()
)";

class TextLoader : public test::H5pyTest {
 protected:
  void SetUp() override {
    H5pyTest::SetUp();
    if (!IsSkipped()) write_texts("write(path, range(150), 64)");
  }

  void write_texts(const std::string& calls) const { write(kWriteTexts + calls + "\nf = h5py.File(path, 'r')"); }

  std::string beside(const std::string& name) const { return path() + name; }

  static std::vector<std::int64_t> all(const Dataset& dataset) {
    std::vector<std::int64_t> members(static_cast<std::size_t>(dataset.size()));
    std::iota(members.begin(), members.end(), 0);
    return members;
  }

  static Preparation prepared(const Dataset& dataset, std::int64_t max_length = 0) {
    return make_preparation({.max_length = max_length}, dataset, {});
  }

  static std::vector<std::int64_t> index(const Samples& samples) {
    const auto* begin = samples.index.const_data_ptr<std::int64_t>();
    return {begin, begin + samples.size()};
  }

  /// The ids of each sample, padding included, and the error that they are not those of the formula.
  static std::map<std::int64_t, std::vector<std::int64_t>> rows(const Samples& samples) {
    std::map<std::int64_t, std::vector<std::int64_t>> result;
    const std::int64_t length = samples.inputs.only().size(1);
    const auto* ids = samples.inputs.only().const_data_ptr<std::int64_t>();
    for (const std::int64_t sample : index(samples)) {
      result[sample].assign(ids, ids + length);
      ids += length;
    }
    return result;
  }

  static std::vector<std::int64_t> expected_row(std::int64_t sample, std::int64_t length) {
    std::vector<std::int64_t> row(static_cast<std::size_t>(length), 0);
    for (std::int64_t j = 0; j < std::min(length, length_of(sample)); ++j) row[static_cast<std::size_t>(j)] = token_of(sample, j);
    return row;
  }
};

TEST_F(TextLoader, GivesTokenIdsWithZerosBehindThem) {
  const auto dataset = open();
  Loader loader(dataset, all(*dataset), prepared(*dataset), {.batch = kBatch, .seed = 3});
  std::vector<std::int64_t> seen;
  for (const Batch& batch : loader.epoch(0)) {
    const at::Tensor& ids = batch.samples.inputs.only();
    ASSERT_EQ(ids.scalar_type(), at::kLong);
    ASSERT_TRUE(ids.is_contiguous());
    ASSERT_EQ(ids.size(0), batch.positions.size());
    std::int64_t longest = 0;
    for (const auto& [sample, row] : rows(batch.samples)) {
      EXPECT_EQ(row, expected_row(sample, ids.size(1))) << sample;
      longest = std::max(longest, length_of(sample));
      seen.push_back(sample);
    }
    EXPECT_EQ(ids.size(1), std::min<std::int64_t>((longest + 7) / 8 * 8, 64));
    const auto* target = batch.samples.target.const_data_ptr<std::int64_t>();
    for (const std::int64_t sample : index(batch.samples)) EXPECT_EQ(*target++, sample % 2);
  }
  EXPECT_THAT(seen, UnorderedElementsAreArray(all(*dataset)));
}

TEST_F(TextLoader, ReadsEveryTypeAndStorage) {
  for (const char* storage : {"type='>u2'", "type='i4', chunks=(7, 64), compression='gzip'", "type='i8'", "type='u1'"}) {
    write_texts("write(path, range(150), 64, " + std::string(storage) + ")");
    const auto dataset = open();
    Loader loader(dataset, all(*dataset), prepared(*dataset), {.batch = 50, .seed = 1});
    for (const Batch& batch : loader.epoch(0)) {
      for (const auto& [sample, row] : rows(batch.samples)) {
        EXPECT_EQ(row, expected_row(sample, batch.samples.inputs.only().size(1))) << storage << sample;
      }
    }
  }
}

TEST_F(TextLoader, StepsHoldTextsOfSimilarLength) {
  const auto dataset = open();
  const auto ids_in_an_epoch = [&](std::int64_t window) {
    std::int64_t ids = 0;
    Loader loader(dataset, all(*dataset), prepared(*dataset), {.batch = 10, .seed = 3, .length_window = window});
    for (const Batch& batch : loader.epoch(0)) ids += batch.samples.inputs.only().numel();
    return ids;
  };
  std::int64_t tokens = 0;
  for (std::int64_t sample = 0; sample < kSamples; ++sample) tokens += length_of(sample);
  EXPECT_LT(ids_in_an_epoch(64), 1.35 * static_cast<double>(tokens));
  EXPECT_GT(ids_in_an_epoch(1), 1.7 * static_cast<double>(tokens));
}

// Each lane with its shape: padding is a part of what a model computes with.
using Lanes = std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::int64_t>>;  // of step and lane: width, then all ids

TEST_F(TextLoader, GivesTheSameBitsWhateverTheNumberOfWorkersAndThreads) {
  const auto dataset = open();
  const auto lanes_of = [&](int workers, int threads) {
    Lanes found;
    for (int worker = 0; worker < workers; ++worker) {
      Loader part(dataset, all(*dataset), prepared(*dataset),
                  {.batch = kBatch,
                   .lanes = kLanes,
                   .my_lanes = {kLanes * worker / workers, kLanes * (worker + 1) / workers},
                   .seed = 5,
                   .length_window = 3,
                   .threads = threads});
      std::int64_t step = 0;
      for (const Batch& batch : part.epoch(2)) {
        for (std::int64_t lane = batch.my_lanes.begin; lane < batch.my_lanes.end; ++lane) {
          const at::Tensor ids = batch.lane(lane).inputs.only();
          std::vector<std::int64_t>& values = found[{step, lane}];
          values = {ids.size(1)};
          values.insert(values.end(), ids.const_data_ptr<std::int64_t>(), ids.const_data_ptr<std::int64_t>() + ids.numel());
        }
        ++step;
      }
    }
    return found;
  };
  const Lanes alone = lanes_of(1, 1);
  EXPECT_EQ(alone.size(), kLanes * ((kSamples + kBatch - 1) / kBatch));
  for (int workers = 1; workers <= kLanes; ++workers) EXPECT_TRUE(lanes_of(workers, 1 + workers % 3) == alone) << workers;
}

// Three files with different room, patients on one side of the split; five workers, stopped in the middle, then three, then eight.
TEST_F(TextLoader, GoesOnInTheMiddleWithAnotherNumberOfWorkers) {
  const std::string files = beside("1") + "," + beside("2") + "," + beside("3");
  for (const char* storage : {"", ", chunks=(6, 64), compression='gzip'"}) {
    write_texts(fmt::format(
        "write(path + '1', range(40), 64{0})\nwrite(path + '2', range(40, 90), 72{0})\nwrite(path + '3', range(90, 150), 64{0})",
        std::string(storage).empty() ? "" : ", chunks=(6, 64), compression='gzip'"));
    const auto dataset = std::make_shared<const Dataset>(DatasetOptions{.file = files});
    EXPECT_THAT(dataset->input_shape(), ElementsAre(72));
    const std::vector<Subset> split = split_of(*dataset, {.fractions = {0.8, 0.1, 0.1}});
    const std::vector<std::int64_t> training = members(split, Subset::kTrain);
    for (std::int64_t i = 0; i + 1 < kSamples; ++i) {
      if (i / 3 == (i + 1) / 3) {
        EXPECT_EQ(split[static_cast<std::size_t>(i)], split[static_cast<std::size_t>(i + 1)]);
      }
    }
    const auto windows = plan_windows(*dataset, training, std::string(storage).empty() ? Shuffle::kExact : Shuffle::kWindowed, kLanes);
    EXPECT_EQ(windows == nullptr, std::string(storage).empty());
    std::vector<std::int64_t> seen;
    std::int64_t step = 0;
    for (const auto& [workers, until] : {std::pair(5, 2), {3, 4}, {8, 100}}) {
      const std::int64_t begin = step;
      for (int worker = 0; worker < workers; ++worker) {
        Loader part(dataset, training, prepared(*dataset),
                    {.batch = kBatch,
                     .lanes = kLanes,
                     .my_lanes = {kLanes * worker / workers, kLanes * (worker + 1) / workers},
                     .seed = 4,
                     .windows = windows,
                     .threads = 2});
        step = begin;
        for (const Batch& batch : part.epoch(1, std::min(begin * kBatch, part.size()))) {
          for (const auto& [sample, row] : rows(batch.samples)) {
            EXPECT_EQ(row, expected_row(sample, batch.samples.inputs.only().size(1)));
            seen.push_back(sample);
          }
          if (++step == until) break;
        }
      }
    }
    EXPECT_THAT(seen, UnorderedElementsAreArray(training)) << storage;
  }
}

TEST_F(TextLoader, ThatDoesNotShuffleKeepsTheOrderOfMembers) {
  const auto dataset = open();
  const std::vector<std::int64_t> wanted = {7, 3, 100, 3, 149, 0, 12};
  Loader loader(dataset, wanted, prepared(*dataset), {.batch = 4, .shuffle = false, .seed = 9});
  std::vector<std::int64_t> seen;
  for (const Batch& batch : loader.epoch(0)) {
    for (const std::int64_t sample : index(batch.samples)) seen.push_back(sample);
  }
  EXPECT_EQ(seen, wanted);
}

TEST_F(TextLoader, CutsTextsAtTheOptionsLength) {
  const auto dataset = open();
  Loader loader(dataset, all(*dataset), prepared(*dataset, 13), {.batch = 30, .seed = 1});
  std::int64_t widest = 0;
  for (const Batch& batch : loader.epoch(0)) {
    widest = std::max(widest, batch.samples.inputs.only().size(1));
    for (const auto& [sample, row] : rows(batch.samples)) EXPECT_EQ(row, expected_row(sample, batch.samples.inputs.only().size(1)));
  }
  EXPECT_EQ(widest, 13);
  EXPECT_EQ(output_shape(prepared(*dataset, 13), dataset->input_shape()), std::vector<std::int64_t>{13});
  EXPECT_EQ(output_shape(prepared(*dataset), dataset->input_shape()), std::vector<std::int64_t>{64});
}

// As BERT has them: a text that is cut ends in [SEP] still. Token 99 stands for it here; text 40 has 1 + 37 · 40 mod 61 = 17 tokens.
TEST_F(TextLoader, AFramedTextThatIsCutKeepsItsEnd) {
  write_texts(
      "write(path, range(150), 64, tokenizer='wordpiece', tokens=['[PAD]', '[UNK]', '[CLS]'] + [f'w{i}' for i in range(96)] + ['[SEP]'])");
  run("row = f['samples/text'][40]; row[0] = 2; row[16] = 99; f['samples/text'][40] = row", "a");
  const auto dataset = open();
  Loader loader(dataset, {40}, prepared(*dataset, 5), {.batch = 1});
  const Batch& batch = *loader.epoch(0).begin();
  const std::vector<std::int64_t> expected = {2, token_of(40, 1), token_of(40, 2), token_of(40, 3), 99};
  EXPECT_EQ(rows(batch.samples).at(40), expected);
}

TEST_F(TextLoader, NamesWhatIsWrongWithAFile) {
  const auto refusal = [&](const std::string& damage) {
    write_texts("write(path, range(150), 64)");
    run(damage, "a");
    return test::error_text([&] {
      const auto dataset = open();
      Loader loader(dataset, all(*dataset), prepared(*dataset), {.batch = 4, .shuffle = false});
      for ([[maybe_unused]] const Batch& batch : loader.epoch(0)) {
      }
    });
  };
  EXPECT_THAT(refusal("f['samples/text'][5, 0] = 100"),
              AllOf(HasSubstr(path()), HasSubstr("sample 5"), HasSubstr("token id 100"), HasSubstr("1 to 99")));
  EXPECT_THAT(refusal("f['samples/text'][5, 0] = 0"), HasSubstr("token id 0"));
  EXPECT_THAT(refusal("del f['vocabulary']"), AllOf(HasSubstr("/samples/text"), HasSubstr("/vocabulary")));
  EXPECT_THAT(refusal("del f['samples/text_length']"), HasSubstr("/samples/text_length"));
  EXPECT_THAT(refusal("f['samples/text_length'][9] = 65"), AllOf(HasSubstr("sample 9"), HasSubstr("65 tokens")));
  EXPECT_THAT(refusal("f['samples/text_length'][9] = 0"), HasSubstr("0 tokens"));
  EXPECT_THAT(refusal("del f['samples/text_length']; f['samples/text_length'] = np.ones(3, 'i8')"), HasSubstr("3 entries"));
  EXPECT_THAT(refusal("v = f['vocabulary'][:]; v[4] = v[5]; f['vocabulary'][:] = v"), HasSubstr("twice"));
}

TEST_F(TextLoader, FilesWithDifferentVocabulariesAreNoDataSet) {
  write_texts(
      "write(path, range(9), 64)\nwrite(path + '2', range(9), 64, tokens=['[PAD]', '[UNK]'] + [f'word{i}' for i in range(97)] + "
      "['fever'])");
  EXPECT_THAT(test::error_text([&] { Dataset({.file = path() + "," + beside("2")}); }),
              AllOf(HasSubstr("token 99 is 'word97' in the one and 'fever' in the other"), HasSubstr("--like")));
}

TEST_F(TextLoader, OptionsOfNumbersAreNotForTexts) {
  const auto dataset = open();
  const auto refusal = [&](const PreparationOptions& options) {
    return test::error_text([&] { make_preparation(options, *dataset, {}); });
  };
  EXPECT_THAT(std::vector({refusal({.scaling = ScalingMethod::kStandardize}), refusal({.impute = ImputationMethod::kMean}),
                           refusal({.transforms = {"", "flip(horizontal)"}})}),
              Each(HasSubstr("texts")));
  EXPECT_THAT(refusal({.max_length = 65}), AllOf(HasSubstr("data.max_length = 65"), HasSubstr("64 tokens")));
  EXPECT_THAT(refusal({.max_length = 2}), HasSubstr("3 to 64"));
  EXPECT_EQ(refusal({.scaling = ScalingMethod::kNone, .max_length = 64}), "");
}

TEST_F(TextLoader, AndOptionsOfTextsNotForNumbers) {
  write("f['x'] = np.zeros((4, 3), 'f4')");
  EXPECT_THAT(test::error_text([&] { make_preparation({.max_length = 9}, *open("x"), {}); }), HasSubstr("data.max_length is for texts"));
}

}  // namespace
}  // namespace galen::data
