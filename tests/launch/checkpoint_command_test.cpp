// galen checkpoint, and training with a key, as a user types them.

#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Two runs of the same three epochs of three steps, one of them encrypted.
class CheckpointCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    folder_->write("small.cfg",
                   "[data]\nfile = small.h5\n[trainer]\nbatch = 16\nepochs = 3\nlanes = 2\n[checkpoint]\nkeep_last = 3\n"
                   "[evaluation]\nresamples = 0\n");
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"synth", "--out", "small.h5", "--samples", "60"},
                                               {"checkpoint", "key", "--out", "secret.key"},
                                               {"train", "small.cfg", "--run.folder", "plain"},
                                               {"train", "small.cfg", "--run.folder", "secret", "--checkpoint.key_file", "secret.key"}}) {
      const ProgramResult result = galen(command);
      ASSERT_EQ(result.exit_code, 0) << command[0] << ": " << result.errors;
    }
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static ProgramResult galen(const std::vector<std::string>& arguments) { return run_galen(folder_->path(), arguments); }
  static fs::path path(const std::string& name) { return folder_->path() / name; }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(CheckpointCommand, ListShowsStepsSizesAndLinks) {
  const ProgramResult plain = galen({"checkpoint", "list", "plain"});
  EXPECT_EQ(plain.exit_code, 0) << plain.errors;
  EXPECT_THAT(plain.output, AllOf(HasSubstr("step"), HasSubstr("MiB"), HasSubstr("         9 "), HasSubstr("last"), HasSubstr("best")));
  EXPECT_THAT(galen({"checkpoint", "list", "secret"}).output, AllOf(HasSubstr("         9 "), HasSubstr("encrypted")));
  EXPECT_THAT(galen({"checkpoint", "list", "nowhere"}).errors, HasSubstr("nowhere: is not the folder of a run"));
}

TEST_F(CheckpointCommand, VerifyReadsRunsAndCheckpoints) {
  EXPECT_THAT(galen({"checkpoint", "verify", "plain"}).output, HasSubstr("plain/checkpoints/step-00000009: whole"));
  EXPECT_EQ(galen({"checkpoint", "verify", "plain/best"}).exit_code, 0);
  EXPECT_EQ(galen({"checkpoint", "verify", "secret", "--checkpoint.key_file", "secret.key"}).exit_code, 0);
  const ProgramResult keyless = galen({"checkpoint", "verify", "secret"});
  EXPECT_EQ(keyless.exit_code, 1);
  EXPECT_THAT(keyless.errors, HasSubstr("is encrypted"));
}

TEST_F(CheckpointCommand, VerifyNamesWhatIsDamaged) {
  fs::copy(path("plain"), path("damaged"), fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  std::string weights = read_file(path("damaged/last/weights.safetensors"));
  weights[weights.size() / 2] = static_cast<char>(weights[weights.size() / 2] ^ 1);
  folder_->write("damaged/last/weights.safetensors", weights);
  const ProgramResult result = galen({"checkpoint", "verify", "damaged"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.output, AllOf(HasSubstr("step-00000009/weights.safetensors: is damaged"), HasSubstr("step-00000006: whole")));
  EXPECT_THAT(result.errors, HasSubstr("1 of 3 checkpoints"));

  const ProgramResult resumed = galen({"train", "small.cfg", "--run.folder", "damaged", "--resume"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_THAT(resumed.output, AllOf(HasSubstr("weights.safetensors: is damaged"), HasSubstr("step 6.")));
  EXPECT_EQ(galen({"checkpoint", "verify", "damaged"}).exit_code, 0) << "the damaged one was written again";
  EXPECT_EQ(galen({"checkpoint", "diff", "damaged/last", "plain/last"}).output.find("differs"), std::string::npos) << "with the same bits";
}

TEST_F(CheckpointCommand, DiffReportsWhetherTheyDiffer) {
  const ProgramResult same = galen({"checkpoint", "diff", "plain/last", "plain/last"});
  EXPECT_EQ(same.exit_code, 0) << same.errors;
  EXPECT_THAT(same.output, HasSubstr("The same"));
  const ProgramResult other = galen({"checkpoint", "diff", "plain/last", "plain/checkpoints/step-00000006"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.output, AllOf(HasSubstr("weight differs in"), HasSubstr("state/step: 9 | 6")));
  EXPECT_EQ(galen({"checkpoint", "diff", "plain/last"}).exit_code, 2);
}

TEST_F(CheckpointCommand, PruneKeepsTheRequestedNumber) {
  fs::copy(path("plain"), path("pruned"), fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  EXPECT_EQ(galen({"checkpoint", "prune", "pruned", "--keep-last", "1", "--keep-best", "0"}).exit_code, 0);
  EXPECT_THAT(galen({"checkpoint", "list", "pruned"}).output, AllOf(HasSubstr("         9 "), Not(HasSubstr("         3 "))));
  EXPECT_TRUE(fs::exists(path("pruned/best/manifest.json")));
  EXPECT_THAT(galen({"checkpoint", "prune", "secret", "--keep-last", "1"}).errors, HasSubstr("--keep-best 0"));
}

TEST_F(CheckpointCommand, AKeyIsNeverOverwritten) {
  const std::string before = read_file(path("secret.key"));
  EXPECT_EQ(galen({"checkpoint", "key", "--out", "secret.key"}).exit_code, 2);
  EXPECT_EQ(read_file(path("secret.key")), before);
}

TEST_F(CheckpointCommand, AnEncryptedRunIsResumedEvaluatedAndPredictedWithItsKey) {
  EXPECT_FALSE(fs::exists(path("secret/last/weights.safetensors")));
  const std::vector<std::string> key = {"--checkpoint.key_file", "secret.key"};
  const auto with_key = [&](std::vector<std::string> command) {
    command.insert(command.end(), key.begin(), key.end());
    return galen(command);
  };
  const std::vector<std::string> evaluate = {"evaluate", "--checkpoint", "secret/best", "--data.split", "test"};
  EXPECT_THAT(galen(evaluate).errors, AllOf(HasSubstr("is encrypted"), HasSubstr("checkpoint.key_file")));
  EXPECT_THAT(with_key(evaluate).output, HasSubstr("accuracy"));
  EXPECT_EQ(with_key({"predict", "--checkpoint", "secret/best", "--out", "p.csv"}).exit_code, 0);

  const ProgramResult resumed = galen({"train", "secret/config.cfg", "--resume", "--trainer.epochs", "4"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
  ASSERT_EQ(galen({"train", "small.cfg", "--run.folder", "longer", "--trainer.epochs", "4"}).exit_code, 0);
  EXPECT_EQ(galen({"predict", "--checkpoint", "longer/last", "--out", "a.csv"}).exit_code, 0);
  EXPECT_EQ(with_key({"predict", "--checkpoint", "secret/last", "--out", "b.csv"}).exit_code, 0);
  EXPECT_EQ(read_file(path("a.csv")), read_file(path("b.csv"))) << "which changes no bit of the training";
}

}  // namespace
}  // namespace galen::test
