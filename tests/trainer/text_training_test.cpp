#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "data/files/dataset_writer.h"
#include "galen/error.h"
#include "galen/random_stream.h"
#include "tests/models/script_fixture.h"
#include "tests/support/error_text.h"
#include "tests/support/shared_folder.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/experiment.h"
#include "trainer/predictor/dataset_prediction.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {
namespace {

using test::SharedFolder;
using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t kTokens = 50;
constexpr std::int64_t kRoom = 48;

data::Vocabulary vocabulary(const std::string& last = "word49", std::int64_t max_length = 64) {
  data::Vocabulary vocabulary{.max_length = max_length, .tokens = {data::kPaddingToken, data::kUnknownToken}};
  for (std::int64_t id = 2; id + 1 < kTokens; ++id) vocabulary.tokens.push_back(fmt::format("word{}", id));
  vocabulary.tokens.push_back(last);
  return vocabulary;
}

// Texts of 5 to 44 words, three of a patient. Those of the second class have about four times as many of the words 2 to 4 as of the words
// 5 to 7, the others the other way round.
void write_texts(const std::string& file, std::int64_t size, const data::Vocabulary& words) {
  data::DatasetWriter writer(file, {.input = "text",
                                    .sample_shape = {kRoom},
                                    .type = at::kInt,
                                    .size = size,
                                    .task = "binary",
                                    .class_names = {"well", "ill"},
                                    .vocabulary = words});
  const at::Tensor ids = at::zeros({size, kRoom}, at::kInt);
  const at::Tensor labels = at::empty({size}, at::kLong);
  std::vector<std::string> patients;
  for (std::int64_t i = 0; i < size; ++i) {
    RandomStream random = RandomStream(11).fork(1, static_cast<std::uint64_t>(i));
    const bool ill = i % 2 == 1;
    const auto length = 5 + static_cast<std::int64_t>(40 * random.uniform());
    for (std::int64_t j = 0; j < length; ++j) {
      const double kind = random.uniform();
      const std::int64_t first = kind < 0.4 ? (ill ? 2 : 5) : kind < 0.5 ? (ill ? 5 : 2) : 8;
      const auto among = static_cast<double>(kind < 0.5 ? 3 : kTokens - 8);
      ids.mutable_data_ptr<std::int32_t>()[i * kRoom + j] =
          static_cast<std::int32_t>(first + static_cast<std::int64_t>(among * random.uniform()));
    }
    labels.mutable_data_ptr<std::int64_t>()[i] = ill;
    patients.push_back(fmt::format("p{}", i / 3));
  }
  writer.append(ids);
  writer.set_targets(labels);
  writer.set_groups(patients);
  writer.finish();
}

class TextTraining : public testing::Test {
 protected:
  TextTraining() : ranks_(comm::make_mpi_communicator(MPI_COMM_WORLD)), folder_(*ranks_, 28, 1, 12) {
    if (ranks_->rank() == 0) {
      write_texts(folder_ / "texts.h5", 400, vocabulary());
      test::save_text_script(folder_ / "net.pt", kTokens, 6, 1);
    }
    ranks_->barrier();
  }

  ExperimentOptions run(const std::string& name) const {
    ExperimentOptions options;
    options.folder = folder_ / name;
    options.seed = 3;
    options.device = DeviceChoice::kCpu;
    options.quiet = true;
    options.dataset.file = folder_ / "texts.h5";
    options.loading.length_window = 4;
    options.model.name = "file:" + folder_ / "net.pt";
    options.optimizer.learning_rate = 0.03;
    options.trainer.batch = 25;
    options.trainer.epochs = 8;
    options.trainer.lanes = 4;
    options.trainer.threads = 1;
    options.intervals.resamples = 20;
    return options;
  }

  std::string weights_digest(const std::string& checkpoint) const {
    return read_manifest(folder_ / checkpoint).digests.at("weights.safetensors");
  }

  DatasetPredictionOptions prediction(const ExperimentOptions& trained, const std::string& file) const {
    return {.checkpoint = trained.folder + "/best", .dataset = {.file = folder_ / file}, .split = {}, .device = DeviceChoice::kCpu};
  }

  std::unique_ptr<comm::Communicator> ranks_;
  SharedFolder folder_;
};

TEST_F(TextTraining, LearnsAndHasTheSameBitsOnAnyNumberOfWorkers) {
  const ExperimentOptions options = run("world");
  const ExperimentOutcome outcome = train(options, *ranks_);
  EXPECT_GT(outcome.test.value("auc"), 0.95);
  if (ranks_->rank() == 0) {
    const auto single = comm::make_single_communicator();
    train(run("alone"), *single);
    EXPECT_EQ(weights_digest("world/last"), weights_digest("alone/last"));

    // Stopped within an epoch, then resumed here.
    ExperimentOptions part = run("parts");
    part.trainer.max_steps = 17;
    EXPECT_GT(train(part, *single).state.samples_consumed, 0);
  }
  ranks_->barrier();
  ExperimentOptions rest = run("parts");
  rest.resume = true;
  train(rest, *ranks_);
  ranks_->barrier();
  EXPECT_EQ(weights_digest("parts/last"), weights_digest("world/last"));

  const DatasetPrediction applied = predict_dataset(prediction(options, "texts.h5"), *ranks_);
  const Report report = make_report(*applied.task, applied.predictions, *applied.dataset, {.intervals = options.intervals}, *ranks_);
  EXPECT_EQ(report.value("auc"), outcome.test.value("auc"));
  EXPECT_EQ(read_manifest(options.folder + "/best").inputs.front().vocabulary, vocabulary());
}

TEST_F(TextTraining, NewTextsNeedTheVocabularyOfTheModel) {
  ExperimentOptions options = run("short");
  options.trainer.max_steps = 2;
  options.preparation.max_length = 20;
  train(options, *ranks_);
  if (ranks_->rank() == 0) {
    write_texts(folder_ / "same.h5", 10, vocabulary("word49", 20));
    write_texts(folder_ / "fever.h5", 10, vocabulary("fever"));
    write_texts(folder_ / "cut.h5", 10, vocabulary("word49", 19));
  }
  ranks_->barrier();
  const auto refusal = [&](const std::string& file) {
    DatasetPredictionOptions options_there = prediction(options, file);
    options_there.subset = "all";
    return test::error_text([&] { predict_dataset(options_there, *ranks_); });
  };
  EXPECT_EQ(refusal("same.h5"), "");
  EXPECT_THAT(refusal("fever.h5"),
              AllOf(HasSubstr("fever.h5"), HasSubstr("token 49 is 'fever' in the one and 'word49' in the other"), HasSubstr("--like")));
  EXPECT_THAT(refusal("cut.h5"), AllOf(HasSubstr("truncated at 19 tokens"), HasSubstr("--max-length 20")));
  EXPECT_THAT(refusal("data.h5"), AllOf(HasSubstr("data.h5"), HasSubstr("numbers"), HasSubstr("expects texts")));
  ranks_->barrier();
}

}  // namespace
}  // namespace galen::trainer
