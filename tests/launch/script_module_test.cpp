// A user's TorchScript module, from training to new data, while its file is changed, moved and deleted.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/models/script_fixture.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kOtherCode[] = R"(
def forward(self, x):
    return torch.addmm(self.bias, torch.flatten(x, 1) * self.frozen, self.weight.t()) * -1 + self.offset
)";

std::string with_end(const std::string& end) {
  return "def forward(self, x):\n    return (torch.addmm(self.bias, torch.flatten(x, 1), self.weight.t()) + self.offset)" + end + "\n";
}

class ScriptModule : public testing::Test {
 protected:
  ScriptModule() {
    data::write_synthetic({.file = folder_ / "data.h5", .samples = 200});
    save_script(net(), kPixels, 1, kDenseForward, {.more = {at::kBool, at::kInt, at::kHalf, at::kBFloat16, at::kDouble, at::kShort}});
  }

  ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) { return run_galen(folder_.path(), arguments, ranks); }

  ProgramResult train(const std::vector<std::string>& more = {}, int ranks = 1) {
    std::vector<std::string> arguments = {"train",       "--data.file",
                                          "data.h5",     "--run.folder",
                                          "run",         "--model.name",
                                          "file:net.pt", "--trainer.epochs",
                                          "2",           "--trainer.lanes",
                                          "2",           "--trainer.batch",
                                          "16",          "--optimizer.learning_rate",
                                          "0.001"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return galen(arguments, ranks);
  }

  nlohmann::json evaluate() {
    const auto result = galen({"evaluate", "--checkpoint", "run/best", "--data.split", "all", "--json", "report.json"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return nlohmann::json::parse(read_file(folder_ / "report.json"));
  }

  fs::path net() const { return folder_ / "net.pt"; }

  static constexpr int kPixels = 28 * 28;
  TemporaryFolder folder_;
};

TEST_F(ScriptModule, TheRunsOwnCopyIsEvaluatedAndPredicted) {
  const auto trained = train({}, 2);
  ASSERT_EQ(trained.exit_code, 0) << trained.output << trained.errors;
  EXPECT_THAT(read_file(folder_ / "run/audit.jsonl"), HasSubstr("module_digest"));
  const nlohmann::json before = evaluate();
  save_script(net(), kPixels, 1, kOtherCode);
  EXPECT_EQ(evaluate()["auc"], before["auc"]);
  fs::remove(net());
  EXPECT_EQ(evaluate()["auc"], before["auc"]);
  EXPECT_EQ(galen({"predict", "--checkpoint", "run/last", "--out", "p.csv"}).exit_code, 0);
  const auto whole = galen({"checkpoint", "verify", "run"});
  EXPECT_EQ(whole.exit_code, 0) << whole.output;
  std::string bytes = read_file(folder_ / "run/best/module.pt");
  bytes[bytes.size() / 2] ^= 1;
  folder_.write("run/best/module.pt", bytes);
  const auto damaged = galen({"checkpoint", "verify", "run"});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_THAT(damaged.output + damaged.errors, HasSubstr("module.pt"));
}

TEST_F(ScriptModule, AResumedRunUsesItsOwnCopy) {
  ASSERT_EQ(train({"--run.folder", "whole"}).exit_code, 0);
  ASSERT_EQ(train({"--trainer.max_steps", "9"}).exit_code, 0);
  save_script(net(), kPixels, 1, kOtherCode);
  const auto resumed = train({"--resume"}, 2);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_THAT(resumed.output, HasSubstr("net.pt is not the module with which the run was started"));
  EXPECT_EQ(read_file(folder_ / "run/last/weights.safetensors"), read_file(folder_ / "whole/last/weights.safetensors"));
}

TEST_F(ScriptModule, OutputsThatLookLikeProbabilitiesAreReported) {
  EXPECT_THAT(train().output, Not(HasSubstr("model.output")));
  save_script(net(), kPixels, 1, with_end(".sigmoid()"));
  const auto noted = train({"--overwrite"});
  EXPECT_THAT(noted.output, AllOf(HasSubstr("from 0 to 1"), HasSubstr("model.output = probabilities")));
  EXPECT_THAT(train({"--overwrite", "--model.output", "probabilities"}).output, Not(HasSubstr("model.output = prob")));
}

TEST_F(ScriptModule, ASoftmaxOfTwoClassesTrainsAsMulticlass) {
  save_script(net(), kPixels, 2, with_end(".softmax(1)"));
  const auto refused = train();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("task.name = multiclass"));
  const auto trained = train({"--task.name", "multiclass"});
  EXPECT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_THAT(trained.output, HasSubstr("and sum to 1"));
}

}  // namespace
}  // namespace galen::test
