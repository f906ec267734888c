#include "trainer/predictor/predictor.h"

#include "comm/single_communicator.h"
#include "data/files/dataset_writer.h"
#include "tests/models/script_fixture.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/experiment.h"
#include "trainer/predictor/dataset_prediction.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>

namespace galen::trainer {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t kSamples = 90;

at::Tensor waves(std::int64_t columns, double step) {
  return at::arange(kSamples * columns, at::kDouble).mul(step).sin().reshape({kSamples, columns});
}

class PredictorTest : public testing::Test {
 protected:
  void write(const std::string& input, const at::Tensor& raw, std::optional<data::Vocabulary> vocabulary = {}) {
    data::DatasetWriter writer(folder_ / "data.h5", {.input = input,
                                                     .sample_shape = raw.sizes().slice(1).vec(),
                                                     .type = raw.scalar_type(),
                                                     .size = kSamples,
                                                     .task = "binary",
                                                     .class_names = {"well", "ill"},
                                                     .vocabulary = std::move(vocabulary)});
    writer.append(raw);
    writer.set_targets(at::arange(kSamples, at::kLong).mul(7).remainder(5).lt(2).to(at::kLong));
    writer.finish();
    options_.folder = folder_ / "run";
    options_.device = DeviceChoice::kCpu;
    options_.quiet = true;
    options_.dataset.file = folder_ / "data.h5";
    options_.trainer.batch = 16;
    options_.trainer.epochs = 2;
    options_.trainer.threads = 1;
    options_.evaluation_batch = 32;  // the last of three forward passes is of 26 samples
    options_.intervals.resamples = 0;
  }

  // The scores that `galen predict` writes, in the file's order.
  at::Tensor scores_of_file(const std::string& key_file = {}) {
    std::vector<at::Tensor> parts;
    predict_dataset({.checkpoint = options_.folder + "/last",
                     .key_file = key_file,
                     .dataset = options_.dataset,
                     .split = options_.split,
                     .subset = "all",
                     .device = DeviceChoice::kCpu},
                    *alone_, nullptr, [&](const DatasetPrediction& prediction, const PredictedBatch& batch) {
                      parts.push_back(prediction.task->scores(batch.outputs));
                    });
    return at::cat(parts);
  }

  Predictor trained_predictor() {
    train(options_, *alone_);
    return Predictor({.checkpoint = options_.folder + "/last", .device = DeviceChoice::kCpu});
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
  ExperimentOptions options_;
};

TEST_F(PredictorTest, ScoresImagesInMemoryAsThoseInAFile) {
  const at::Tensor images = waves(3 * 12 * 12, 0.37).add(1).mul(120).to(at::kByte).reshape({kSamples, 3, 12, 12});
  write("image", images);
  options_.model.name = "dense_net";
  options_.preparation.scaling = data::ScalingMethod::kStandardize;
  Predictor predictor = trained_predictor();
  const at::Tensor scores = predictor.scores(images);
  EXPECT_EQ(scores.scalar_type(), at::kFloat);
  EXPECT_TRUE(scores.equal(scores_of_file()));
  EXPECT_TRUE(at::allclose(predictor.scores(images.slice(0, 40, 41)), scores.slice(0, 40, 41), 1e-5, 1e-6)) << "a sample alone";
  EXPECT_EQ(predictor.task().score_names(), std::vector<std::string>{"ill"});

  const auto refusal = [&](const at::Tensor& raw) { return test::error_text([&] { predictor.scores(raw); }); };
  EXPECT_THAT(refusal(images.permute({0, 2, 3, 1})), AllOf(HasSubstr("[12, 12, 3]"), HasSubstr("[3, 12, 12]")));
  EXPECT_THAT(refusal(images.to(at::kHalf)), HasSubstr("Half"));
  EXPECT_THAT(test::error_text([&] { predictor.scores(Inputs{Input{images}, Input{images}}); }), HasSubstr("2 inputs are given"));
  EXPECT_EQ(predictor.scores(images.slice(0, 0, 0)).size(0), 0);
  EXPECT_THAT(refusal(images.slice(0, 0, 0).slice(2, 0, 5)), AllOf(HasSubstr("[3, 5, 12]"), HasSubstr("[3, 12, 12]")));
}

TEST_F(PredictorTest, FillsTheGapsOfATableAsInTraining) {
  at::Tensor table = waves(4, 0.7).to(at::kFloat);
  table.slice(0, 0, kSamples, 7).select(1, 2).fill_(NAN);
  write("tabular", table);
  options_.model.name = "dense_net";
  options_.preparation.impute = data::ImputationMethod::kMean;
  options_.preparation.missing_indicator = true;
  Predictor predictor = trained_predictor();
  const at::Tensor scores = predictor.scores(table);
  EXPECT_FALSE(scores.isnan().any().item<bool>());
  EXPECT_TRUE(scores.equal(scores_of_file()));
}

TEST_F(PredictorTest, KeepsTheDigitsOfADoubleTable) {
  const at::Tensor table = waves(3, 0.913);
  write("tabular", table);
  options_.model.name = "logistic";
  options_.preparation.scaling = data::ScalingMethod::kStandardize;
  Predictor predictor = trained_predictor();
  const at::Tensor scores = predictor.scores(table);
  EXPECT_EQ(scores.scalar_type(), at::kDouble);
  EXPECT_TRUE(scores.equal(scores_of_file()));

  at::Tensor damaged = table.clone();
  damaged[17][1] = NAN;
  EXPECT_THAT(test::error_text([&] { predictor.scores(damaged); }), AllOf(HasSubstr("sample 17"), HasSubstr("value 1"), HasSubstr("NaN")));
}

TEST_F(PredictorTest, TakesTextsAsTokenIds) {
  constexpr std::int64_t kTokens = 20, kRoom = 16;
  data::Vocabulary vocabulary{.max_length = 12, .tokens = {data::kPaddingToken, data::kUnknownToken}};
  for (std::int64_t id = 2; id < kTokens; ++id) vocabulary.tokens.push_back(fmt::format("word{}", id));
  at::Tensor ids = waves(kRoom, 0.7).add(1).mul(8).to(at::kInt).add(2);
  for (std::int64_t i = 0; i < kSamples; ++i) ids[i].slice(0, 1 + i % 11, kRoom).zero_();  // 1 to 11 tokens
  write("text", ids, vocabulary);
  test::save_text_script(folder_ / "net.pt", kTokens, 6, 1);
  options_.model.name = fmt::format("file:{}", (folder_ / "net.pt").string());
  Predictor predictor = trained_predictor();
  EXPECT_TRUE(predictor.scores(ids).equal(scores_of_file()));
  EXPECT_TRUE(predictor.scores(ids.to(at::kLong)).equal(scores_of_file())) << "of another type";

  at::Tensor unknown = ids.clone();
  unknown[85][0] = static_cast<int>(kTokens);  // not in the first forward pass
  const auto refusal = [&](const Input& texts) { return test::error_text([&] { predictor.scores(Inputs{texts}); }); };
  EXPECT_THAT(refusal({unknown}), AllOf(HasSubstr("/samples/text"), HasSubstr("sample 85"), HasSubstr("id 20"), HasSubstr("1 to 19")));
  EXPECT_THAT(refusal({ids, at::full({kSamples}, kRoom + 1, at::kLong)}), AllOf(HasSubstr("length 17"), HasSubstr("16 token ids")));
  EXPECT_THAT(refusal({ids, at::full({3}, 2, at::kLong)}), AllOf(HasSubstr("'length'"), HasSubstr("[3]"), HasSubstr("[90]")));
  EXPECT_THAT(refusal({ids.to(at::kFloat)}), HasSubstr("Float"));
}

TEST_F(PredictorTest, NeedsTheKeyOfAnEncryptedCheckpoint) {
  const at::Tensor table = waves(3, 0.913);
  write("tabular", table);
  options_.model.name = "logistic";
  const std::string key_file = folder_ / "key";
  std::ofstream(key_file) << std::string(32, 'a');
  std::filesystem::permissions(key_file, std::filesystem::perms::owner_read);
  options_.coordinator.store.key_file = key_file;
  train(options_, *alone_);
  const std::string checkpoint = options_.folder + "/last";
  EXPECT_THAT(test::error_text([&] { Predictor({.checkpoint = checkpoint}); }), HasSubstr("encrypted"));
  Predictor predictor({.checkpoint = checkpoint, .key_file = key_file, .device = DeviceChoice::kCpu});
  EXPECT_TRUE(predictor.scores(table).equal(scores_of_file(key_file)));
}

}  // namespace
}  // namespace galen::trainer
