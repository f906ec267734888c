// A file that its user wrote with h5py, from galen inspect to predictions.
#include "tests/data/h5py.h"
#include "tests/launch/galen_program.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace galen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kMine[] =
    "r = np.random.default_rng(0); f['x'] = r.random((120, 6)).astype('f4'); f['y'] = np.eye(2)[r.integers(0, 2, 120)]\n"
    "f['clinic/pid'] = np.arange(120) // 4; f['fold'] = ['train'] * 80 + ['VAL'] * 20 + ['test'] * 20";

class OwnData : public H5pyTest {
 protected:
  ProgramResult galen(const std::vector<std::string>& arguments) const {
    return run_galen(std::filesystem::path(path()).parent_path(), arguments);
  }
  ProgramResult train(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {
        "train",        "--data.file", path(),        "--model.name",           "dense_net", "--trainer.epochs", "2",
        "--run.folder", "run",         "--overwrite", "--evaluation.resamples", "20"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return galen(arguments);
  }
  nlohmann::json json(const std::string& name) const {
    std::ifstream file(std::filesystem::path(path()).parent_path() / name);
    return nlohmann::json::parse(file);
  }
};

TEST_F(OwnData, WithoutPatientsReportsThatTheyAreUnknown) {
  write(kMine);
  const ProgramResult trained = train({"--data.input", "/x", "--data.target", "/y"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_THAT(trained.output, AllOf(HasSubstr("patients unknown"), HasSubstr("--data.patient /clinic/pid"),
                                    HasSubstr("column k is class k"), HasSubstr("6 features"), HasSubstr("accuracy")));
  ASSERT_EQ(galen({"evaluate", "--checkpoint", "run/best", "--json", "r.json"}).exit_code, 0);
  EXPECT_TRUE(json("r.json").at("patients").is_null());
  EXPECT_THAT(json("r.json").at("of").at("interval"), HasSubstr("over samples"));
}

TEST_F(OwnData, WithPatientsAndASplitIsTrainedOverThem) {
  write(kMine);
  const ProgramResult trained =
      train({"--data.input", "/x", "--data.target", "/y", "--data.patient", "/clinic/pid", "--data.split", "/fold"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_THAT(trained.output, AllOf(HasSubstr("over 20 samples of 5 patients"), Not(HasSubstr("unknown"))));
  ASSERT_EQ(galen({"evaluate", "--checkpoint", "run/best", "--json", "r.json"}).exit_code, 0);
  EXPECT_EQ(json("r.json").at("patients"), 5) << "as it was trained";
  ASSERT_EQ(galen({"evaluate", "--checkpoint", "run/best", "--data.split", "/fold:validation", "--json", "v.json"}).exit_code, 0);
  EXPECT_EQ(json("v.json").at("samples"), 20);
  ASSERT_EQ(galen({"predict", "--checkpoint", "run/best", "--out", "p.csv"}).exit_code, 0);
  const ProgramResult resumed = galen({"train", "run/config.cfg", "--data.split", "", "--trainer.epochs", "3", "--resume"});
  EXPECT_EQ(resumed.exit_code, 2);
  EXPECT_THAT(resumed.errors, AllOf(HasSubstr("data.split"), HasSubstr("samples would change to another")));
  const ProgramResult drawn = train({"--data.input", "/x", "--data.target", "/y", "--data.split", "/fold", "--data.split_source", "drawn"});
  EXPECT_EQ(drawn.exit_code, 2);
  EXPECT_THAT(drawn.errors, HasSubstr("data.split"));
}

TEST_F(OwnData, IsTrainedByTheKeysThatInspectNames) {
  write(kMine);
  const ProgramResult seen = galen({"inspect", path(), "--data.split", "/fold"});
  ASSERT_EQ(seen.exit_code, 0) << seen.errors;
  EXPECT_THAT(seen.output, HasSubstr("--data.input /x --data.target /y --data.patient /clinic/pid --data.split /fold"));
  const ProgramResult added = galen({"inspect", path(), "--data.split", "/fold", "--write-schema"});
  ASSERT_EQ(added.exit_code, 0) << added.errors;
  const ProgramResult trained = train({});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_THAT(trained.output, AllOf(HasSubstr("over 20 samples of 5 patients"), Not(HasSubstr("unknown"))));
}

TEST_F(OwnData, IsTrainedAsTheTaskSays) {
  write(std::string(kMine) + "\nf['z'] = np.where(f['y'][:, 0] == 1, 10, 20).astype('f4')");
  const ProgramResult classes = train({"--data.input", "/x", "--data.target", "/z"});
  EXPECT_EQ(classes.exit_code, 0) << classes.errors;
  EXPECT_THAT(classes.output, AllOf(HasSubstr("10 is class 0, 20 is class 1"), HasSubstr("auc")));
  const ProgramResult values = train({"--data.input", "/x", "--data.target", "/z", "--task.name", "regression"});
  EXPECT_EQ(values.exit_code, 0) << values.errors;
  EXPECT_THAT(values.output, HasSubstr("r2"));
  const ProgramResult named = train({"--data.input", "/x", "--data.target", "/y", "--task.name", "multiclass"});
  EXPECT_EQ(named.exit_code, 0) << named.errors;
}

}  // namespace
}  // namespace galen::test
