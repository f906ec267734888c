// Wrong commands and files: each ends in one clear paragraph and exit code 1 or 2.

#include "data/hdf5/hdf5.h"
#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <ostream>

namespace galen::test {
namespace {

using testing::HasSubstr;

struct Mistake {
  std::vector<std::string> arguments;
  int exit_code;
  std::vector<std::string> words;  ///< parts of the message: what, where, what to do
};

// `words` of what was typed name the mistake in the test's output.
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  for (const std::string& argument : mistake.arguments) out << argument << ' ';
  return out;
}

const std::vector<Mistake> kMistakes = {
    // The command.
    {{"trian"}, 2, {"no command trian", "Did you mean train?"}},
    {{"train", "--trainer.bacth", "8"}, 2, {"--trainer.bacth", "Did you mean --trainer.batch?"}},
    {{"train", "--data.file", "good.h5", "-n", "4"}, 2, {"no option --n"}},
    {{"train", "--run.folder"}, 2, {"--run.folder needs a value"}},
    {{"train", "a.cfg", "b.cfg"}, 2, {"b.cfg is an unexpected argument"}},
    {{"train"}, 2, {"data.file is not set", "--data.file"}},
    {{"train", "--data.file", "good.h5", "--resume", "--overwrite"}, 2, {"--resume", "--overwrite"}},
    {{"train", "--data.file", "good.h5", "--run.folder", "text.txt"}, 2, {"text.txt", "must be a folder"}},
    {{"evaluate"}, 2, {"--checkpoint is missing"}},
    {{"predict", "--checkpoint", "nowhere"}, 2, {"nowhere", "not a checkpoint"}},
    {{"import", "--out", "x.h5"}, 2, {"source is missing", "galen import SOURCE"}},
    {{"import", "text.txt"}, 2, {"--out is missing"}},
    {{"synth", "--out", "x.h5", "--side", "8"}, 2, {"side = 8", "16 or more"}},
    {{"synth", "--out", "good.h5"}, 2, {"good.h5", "--overwrite"}},
    {{"inspect"}, 2, {"galen inspect FILE.h5"}},

    // Names of keys in other tools.
    {{"train", "good.cfg", "--lr", "0.1"}, 2, {"no option --lr", "Did you mean --optimizer.learning_rate?"}},
    {{"train", "good.cfg", "--optimizer.lr", "0.1"}, 2, {"Did you mean --optimizer.learning_rate?"}},
    {{"train", "good.cfg", "--batch_size", "8"}, 2, {"Did you mean --trainer.batch?"}},
    {{"train", "--data", "good.h5"}, 2, {"Did you mean --data.file?"}},
    {{"train", "good.cfg", "--fractions", "70,10,20"}, 2, {"Did you mean --data.fractions?"}},
    {{"train", "good.cfg", "--data.fractions", "70,10,20"}, 2, {"data.fractions = 70,10,20", "Did you mean 0.7,0.1,0.2?"}},
    {{"import", "table.csv", "--out", "x.h5", "--fractions", "70,10,20"}, 2, {"Did you mean 0.7,0.1,0.2?"}},
    {{"synth", "--out", "x.h5", "--fractions", "8,1,1"}, 2, {"Did you mean 0.8,0.1,0.1?"}},
    {{"evaluate", "--model", "nowhere"}, 2, {"Did you mean --checkpoint?"}},
    {{"train", "good.cfg", "--optimizer.name", "Adam"}, 2, {"optimizer.name = Adam", "Did you mean adam?"}},
    {{"train", "lr.cfg"}, 2, {"lr.cfg", "no key optimizer.lr", "Did you mean optimizer.learning_rate?"}},

    // Options without effect.
    {{"inspect", "good.h5", "--overwrite"}, 2, {"--overwrite", "--show N"}},
    {{"inspect", "good.h5", "--data.augment", "flip(horizontal)"}, 2, {"--data.augment", "--show N"}},
    {{"inspect", "good.h5", "--verify", "--json"}, 2, {"--json", "--verify"}},
    {{"inspect", "good.h5", "--show", "2", "--out", "a.png", "--seed", "1"}, 2, {"--seed", "--data.augment"}},
    {{"checkpoint", "list", "nowhere", "--keep-last", "1"}, 2, {"--keep-last", "prune"}},
    {{"checkpoint", "key", "--checkpoint.key_file", "a.key", "--out", "b.key"}, 2, {"--checkpoint.key_file", "--out"}},
    {{"audit", "show", "nowhere", "--head", "1"}, 2, {"--head", "verify"}},
    {{"bench", "data", "--file", "good.h5", "--keep"}, 2, {"--keep", "--file"}},
    {{"launch", "--tries", "2", "train", "good.cfg"}, 2, {"--tries", "--restarts"}},
    {{"launch", "--restarts", "2", "evaluate", "--checkpoint", "nowhere"}, 2, {"--restarts", "train"}},
    {{"train", "good.cfg", "--comm.powersgd_rank", "3"}, 2, {"comm.powersgd_rank", "comm.compression"}},
    {{"train", "good.cfg", "--model.name", "resnet18", "--model.batch_norm"}, 2, {"model.batch_norm", "resnet18"}},
    {{"train", "good.cfg", "--model.hidden", "0", "--model.dropout", "0.5"}, 2, {"model.dropout", "model.hidden is 0"}},
    {{"train", "good.cfg", "--optimizer.decay_all", "false"}, 2, {"optimizer.decay_all", "optimizer.weight_decay is 0"}},
    {{"train", "good.cfg", "--evaluation.resamples", "0", "--evaluation.seed", "3"}, 2, {"evaluation.seed", "evaluation.resamples"}},
    {{"import", "table.csv", "--out", "x.h5", "--beats", "aami"}, 2, {"--beats", "wfdb", "table.csv"}},

    // The configuration.
    {{"train", "nowhere.cfg"}, 2, {"nowhere.cfg", "cannot be read"}},
    {{"train", "bad_line.cfg"}, 2, {"bad_line.cfg:2"}},
    {{"train", "unknown_key.cfg"}, 2, {"unknown_key.cfg", "optimizer.lr_rate", "--help"}},
    {{"train", "good.cfg", "--trainer.batch", "many"}, 2, {"command line", "trainer.batch = many", "a whole number, 1 or more"}},
    {{"train", "good.cfg", "--optimizer.learning_rate", "0"}, 2, {"optimizer.learning_rate = 0", "above 0"}},
    {{"train", "good.cfg", "--model.name", "resnet19"}, 2, {"model.name = resnet19", "resnet18"}},
    {{"train", "good.cfg", "--model.name", "dense_net", "--model.filters", "8"},
     2,
     {"model.filters belongs to cnn28, cnn32, cnn150", "model.hidden"}},
    {{"train", "--help", "resnet81"}, 2, {"resnet18"}},
    {{"train", "good.cfg", "--data.fractions", "0.5,0.5"}, 2, {"data.fractions = 0.5,0.5", "3 numbers"}},
    {{"train", "good.cfg", "--data.fractions", "0.9,0.9,0.9", "--data.split_source", "drawn"}, 2, {"shares", "add up to 1"}},
    {{"train", "good.cfg", "--task.name", "multilabel"}, 2, {"multilabel"}},
    {{"train", "good.cfg", "--task.class_weights", "1,2,3"}, 2, {"class_weights"}},
    {{"train", "good.cfg", "--checkpoint.metric", "beauty"}, 2, {"beauty", "loss, accuracy, auc, sensitivity, specificity"}},
    {{"train", "good.cfg", "--checkpoint.metric", "r2"}, 2, {"checkpoint.metric = r2", "a binary task"}},
    {{"train", "good.cfg", "--data.split_source", "drawn", "--data.fractions", "0.5,0,0.5", "--early_stopping.patience", "2"},
     2,
     {"early_stopping.patience = 2", "validation split"}},
    {{"train", "good.cfg", "--data.split_seed", "1"}, 2, {"good.h5 stores one", "data.split_source = drawn"}},
    {{"train", "good.cfg", "--optimizer.momentum", "0.9"}, 2, {"are for sgd", "optimizer.name = adam"}},
    {{"train", "good.cfg", "--optimizer.name", "sgd", "--optimizer.nesterov", "true"}, 2, {"optimizer.momentum above 0"}},
    {{"train", "good.cfg", "--optimizer.name", "sgd", "--optimizer.beta1", "0.8"}, 2, {"are for adam and adamw"}},
    {{"train", "good.cfg", "--schedule.factor", "0.5"}, 2, {"schedule.name = step"}},
    {{"train", "good.cfg", "--schedule.final_fraction", "0.5"}, 2, {"schedule.name = cosine"}},
    {{"train", "good.cfg", "--checkpoint.metric", "none", "--early_stopping.patience", "3"},
     2,
     {"early_stopping.patience", "checkpoint.metric"}},
    {{"train", "good.cfg", "--trainer.lanes", "8", "--trainer.batch", "4"}, 2, {"trainer.batch = 4", "lanes"}},
    {{"train", "good.cfg", "--model.name", "cnn150", "--model.filters", "2,2,2,2,2,2,2"}, 1, {"28"}},
    {{"train", "good.cfg", "--model.name", "file:nowhere.pt"}, 2, {"nowhere.pt"}},

    // Before samples are read, which nan.h5 would end: by options and header alone.
    {{"train", "nan.cfg", "--checkpoint.metric", "beauty"}, 2, {"beauty"}},
    {{"train", "nan.cfg", "--data.split_source", "drawn", "--data.fractions", "1,0,0", "--early_stopping.patience", "2"},
     2,
     {"early_stopping.patience = 2"}},
    {{"train", "nan.cfg", "--optimizer.momentum", "0.9"}, 2, {"optimizer.momentum"}},
    {{"train", "nan.cfg", "--schedule.factor", "0.5"}, 2, {"schedule.name = step"}},
    {{"train", "nan.cfg", "--task.class_weights", "1,2,3"}, 2, {"class_weights"}},
    {{"train", "nan.cfg", "--data.prepare", "crop(99)"}, 2, {"crop(99)"}},
    {{"train", "nan.cfg", "--data.impute", "mean"}, 2, {"data.impute = mean"}},
    {{"train", "nan.cfg", "--data.max_length", "9"}, 2, {"data.max_length"}},
    {{"train", "nan.cfg", "--trainer.lanes", "8", "--trainer.batch", "4"}, 2, {"trainer.batch = 4"}},

    // The data.
    {{"train", "--data.file", "nowhere.h5"}, 2, {"nowhere.h5"}},
    {{"train", "--data.file", "text.txt"}, 1, {"text.txt", "HDF5"}},
    {{"train", "--data.file", "truncated.h5"}, 1, {"truncated.h5"}},
    {{"train", "--data.file", "good.h5", "--data.input", "/nothing"}, 1, {"good.h5", "/nothing"}},
    {{"train", "--data.file", "good.h5", "--data.target", "/nothing"}, 1, {"good.h5", "/nothing"}},
    {{"train", "--data.file", "good.h5", "--data.layout", "nxyz"}, 2, {"nxyz"}},
    {{"train", "--data.file", "labels.h5", "--data.input", "/x", "--data.target", "/y", "--data.layout", "nhw"}, 1, {"labels.h5", "/y"}},
    {{"train", "--data.file", "nan.h5", "--data.input", "/x", "--data.target", "/y", "--data.layout", "nhw"}, 1, {"nan.h5", "/x"}},
    {{"train", "--data.file", "unequal.h5", "--data.input", "/x", "--data.target", "/y", "--data.layout", "nhw"}, 1, {"unequal.h5", "/y"}},
    {{"inspect", "text.txt"}, 1, {"text.txt", "HDF5"}},
    {{"inspect", "nan.h5", "--verify"}, 1, {"nan.h5", "no digests"}},
    {{"inspect", "damaged.h5", "--verify"}, 1, {"damaged.h5", "dataset /samples/image: samples 0 to 59"}},
    {{"import", "nowhere.npz", "--out", "x.h5"}, 2, {"nowhere.npz"}},
    {{"import", "table.csv", "--out", "x.h5", "--target", "outcome"}, 2, {"outcome"}},
};

void write_arrays(const std::filesystem::path& path, std::vector<float> values, const std::vector<std::int64_t>& labels,
                  std::int64_t side) {
  namespace hdf5 = data::hdf5;
  const auto samples = static_cast<std::int64_t>(values.size()) / (side * side);
  hdf5::File file = hdf5::File::create(path.string());
  file.create_array("/x", hdf5::Native::kF32, {samples, side, side}).write(0, samples, hdf5::Native::kF32, values.data());
  const auto count = static_cast<std::int64_t>(labels.size());
  file.create_array("/y", hdf5::Native::kI64, {count}).write(0, count, hdf5::Native::kI64, labels.data());
}

class Mistakes : public testing::TestWithParam<Mistake> {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    data::write_synthetic({.file = *folder_ / "good.h5", .samples = 60});
    folder_->write("truncated.h5", read_file(*folder_ / "good.h5").substr(0, 3000));
    std::string damaged = read_file(*folder_ / "good.h5");
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    folder_->write("damaged.h5", damaged);
    folder_->write("text.txt", "once upon a time\n");
    folder_->write("table.csv", "age,label\n41,0\n52,1\n");
    folder_->write("good.cfg", "[data]\nfile = good.h5\n[trainer]\nepochs = 1\n");
    folder_->write("bad_line.cfg", "[data]\nfile good.h5\n");
    folder_->write("unknown_key.cfg", "[optimizer]\nlr_rate = 0.1\n");
    folder_->write("lr.cfg", "[optimizer]\nlr = 0.1\n");
    folder_->write("nan.cfg", "[data]\nfile = nan.h5\ninput = /x\ntarget = /y\nlayout = nhw\n");
    constexpr std::int64_t kSide = 28;
    std::vector<float> values(10 * kSide * kSide, 0.5f);
    write_arrays(*folder_ / "labels.h5", values, {0, 1, 0, 1, 0, -3, 0, 1, 0, 1}, kSide);
    write_arrays(*folder_ / "unequal.h5", values, {0, 1, 0}, kSide);
    values[5000] = std::numeric_limits<float>::quiet_NaN();
    write_arrays(*folder_ / "nan.h5", values, {0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, kSide);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// Lines may be broken between any two words.
std::string in_one_line(const std::string& text) {
  std::istringstream stream(text);
  std::string line;
  for (std::string word; stream >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

TEST_P(Mistakes, EndInOneParagraph) {
  const ProgramResult result = run_galen(folder_->path(), GetParam().arguments);
  EXPECT_EQ(result.exit_code, GetParam().exit_code) << result.errors;
  EXPECT_THAT(result.errors, testing::StartsWith("galen: "));
  EXPECT_EQ(occurrences(result.errors, "galen: "), 1u) << result.errors;
  EXPECT_EQ(occurrences(result.errors, "\n\n"), 0u) << result.errors;
  for (const char* trace : {"frame #", "Exception raised from", "terminate called", "HDF5-DIAG", "LibTorch failed", "Unexpected error"}) {
    EXPECT_THAT(result.errors, testing::Not(HasSubstr(trace)));
  }
  for (const std::string& word : GetParam().words) EXPECT_THAT(in_one_line(result.errors), HasSubstr(word));
  if (GetParam().arguments.front() == "train") {
    EXPECT_EQ(result.output, "") << "nothing is printed before all checks";
  }
}

INSTANTIATE_TEST_SUITE_P(Alone, Mistakes, testing::ValuesIn(kMistakes));

class MistakesOfTwoRanks : public Mistakes {};

TEST_P(MistakesOfTwoRanks, AreReportedOnce) {
  const ProgramResult result = run_galen(folder_->path(), GetParam().arguments, 2);
  EXPECT_EQ(result.exit_code, GetParam().exit_code) << result.errors;
  EXPECT_EQ(occurrences(result.errors, "galen: "), 1u) << result.errors;
  EXPECT_THAT(result.errors, testing::Not(HasSubstr("frame #")));
  for (const std::string& word : GetParam().words) EXPECT_THAT(in_one_line(result.errors), HasSubstr(word));
}

INSTANTIATE_TEST_SUITE_P(UnderMpirun, MistakesOfTwoRanks,
                         testing::Values(Mistake{{"trian"}, 2, {"no command trian"}}, Mistake{{"train", "nowhere.cfg"}, 2, {"nowhere.cfg"}},
                                         Mistake{{"train", "--data.file", "nowhere.h5"}, 2, {"nowhere.h5"}},
                                         Mistake{{"train", "good.cfg", "--trainer.lanes", "1"}, 2, {"2 workers", "1 lanes"}},
                                         Mistake{{"train", "good.cfg", "--run.folder", "text.txt"}, 2, {"text.txt"}},
                                         Mistake{{"predict", "--checkpoint", "nowhere", "--out", "p.csv"}, 2, {"nowhere"}}));

TEST_F(Mistakes, AnMpirunOfTwoCommandsIsRefused) {
  const std::string mpirun = source_folder() / "launch/mpirun.sh";
  const auto both = [&](const std::vector<std::string>& first, const std::vector<std::string>& second) {
    std::vector<std::string> command = {mpirun, "-np", "1", GALEN_PROGRAM};
    command.insert(command.end(), first.begin(), first.end());
    command.insert(command.end(), {":", "-np", "1", GALEN_PROGRAM});
    command.insert(command.end(), second.begin(), second.end());
    return run_program(command, {.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_->path()});
  };
  const ProgramResult other = both({"train", "good.cfg", "--run.folder", "two"}, {"evaluate", "--checkpoint", "two/best"});
  EXPECT_EQ(other.exit_code, 2) << other.errors;
  EXPECT_THAT(in_one_line(other.errors),
              testing::AllOf(HasSubstr("not started with the same command"), HasSubstr("evaluate --checkpoint")));
  EXPECT_FALSE(std::filesystem::exists(*folder_ / "two"));
  const ProgramResult alone = both({"train", "good.cfg", "--run.folder", "two"}, {"inspect", "good.h5"});
  EXPECT_EQ(alone.exit_code, 2) << alone.errors;
  EXPECT_THAT(in_one_line(alone.errors), HasSubstr("galen inspect runs as one process"));
  EXPECT_FALSE(std::filesystem::exists(*folder_ / "two"));
}

TEST_F(Mistakes, RequestingAMissingGpuNamesWhatIsMissing) {
  std::filesystem::create_directory(folder_->path() / "no_driver");
  folder_->write("no_driver/libcuda.so.1", "");  // hides the machine's own, where it has one
  const ProgramResult result =
      run_program({GALEN_PROGRAM, "train", "good.cfg", "--device", "cuda"},
                  {.environment = {"LD_LIBRARY_PATH=" + (*folder_ / "no_driver").string()}, .folder = folder_->path()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(in_one_line(result.errors), HasSubstr("no NVIDIA driver"));
}

TEST_F(Mistakes, DebugShowsTheStackOfAnError) {
  const ProgramResult result = run_galen(folder_->path(), {"inspect", "text.txt", "--debug"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, testing::AllOf(testing::StartsWith("galen: "), HasSubstr("frame #"), HasSubstr("galen::launch::inspect")));
}

TEST_F(Mistakes, AMistakeDoesNotChangeTheRunToBeResumed) {
  const std::vector<std::string> train = {"train", "good.cfg", "--run.folder", "kept", "--quiet"};
  ASSERT_EQ(run_galen(folder_->path(), train).exit_code, 0);
  ASSERT_EQ(run_galen(folder_->path(), {"synth", "--out", "other.h5", "--samples", "40"}).exit_code, 0);
  const std::string before = read_file(*folder_ / "kept/config.cfg");
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {"--run.seed", "1"}, {"--model.name", "dense_net"}, {"--optimizer.name", "sgd"}, {"--data.file", "other.h5"}}) {
    const ProgramResult refused = run_galen(folder_->path(), {"train", "kept/config.cfg", "--resume", key, value});
    EXPECT_EQ(refused.exit_code, 2) << refused.errors;
    EXPECT_EQ(read_file(*folder_ / "kept/config.cfg"), before) << key;
  }
  const ProgramResult elsewhere = run_galen(*folder_ / "kept", {"train", "config.cfg", "--resume", "--trainer.epochs", "2"});
  EXPECT_EQ(elsewhere.exit_code, 0) << elsewhere.errors;
  EXPECT_THAT(elsewhere.output, HasSubstr("resumed at epoch 2")) << "a run's own configuration is of its own folder";
}

TEST_F(Mistakes, AMissingAuditKeyIsReportedOnAllRanks) {
  folder_->write("key", std::string(32, 'k'));
  std::filesystem::permissions(*folder_ / "key", std::filesystem::perms::owner_read);
  const std::vector<std::string> train = {"train", "good.cfg", "--run.folder", "keyed", "--trainer.lanes", "2"};
  std::vector<std::string> with_key = train;
  with_key.insert(with_key.end(), {"--audit.key_file", "key"});
  ASSERT_EQ(run_galen(folder_->path(), with_key).exit_code, 0);
  std::vector<std::string> without = train;
  without.insert(without.end(), {"--resume", "--trainer.epochs", "2"});
  const ProgramResult result = run_galen(folder_->path(), without, 2);
  EXPECT_EQ(result.exit_code, 2) << result.errors;
  EXPECT_THAT(in_one_line(result.errors), HasSubstr("was started with a key"));
}

TEST_F(Mistakes, AMistakeLeavesNoRunBehind) {
  const auto first = run_galen(folder_->path(), {"train", "good.cfg", "--run.folder", "again", "--data.file", "nowhere.h5"});
  EXPECT_EQ(first.exit_code, 2);
  const auto second = run_galen(folder_->path(), {"train", "good.cfg", "--run.folder", "again", "--trainer.max_steps", "1"});
  EXPECT_EQ(second.exit_code, 0) << second.errors;
}

}  // namespace
}  // namespace galen::test
