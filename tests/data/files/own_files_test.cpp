// Patients, splits, dimensions and forms of files that Galen did not write.
#include "data/sampling/split.h"
#include "galen/error.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class OwnFile : public test::H5pyTest {
 protected:
  std::shared_ptr<const Dataset> with(DatasetOptions options) const {
    options.file = path();
    if (options.input.empty()) options.input = "/x";
    options.target = "/y";
    return std::make_shared<Dataset>(options);
  }
  std::string refusal(const DatasetOptions& options) const {
    try {
      with(options);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(OwnFile, NamesItsPatients) {
  for (const char* ids : {"np.arange(12) // 3", "(np.arange(12) // 3).astype('f8')", "[f'p{i // 3}' for i in range(12)]",
                          "np.array([b'p%d' % (i // 3) for i in range(12)])", "(np.arange(12) // 3).reshape(12, 1)"}) {
    write(std::string("f['x'] = np.ones((12, 3)); f['y'] = np.arange(12) % 2; f['meta/pid'] = ") + ids);
    const auto dataset = with({.patient = "meta/pid"});
    EXPECT_TRUE(dataset->knows_patients());
    EXPECT_THAT(dataset->groups(), ElementsAre(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3)) << ids;
    std::set<std::pair<std::int64_t, Subset>> sides;
    const std::vector<Subset> split = split_of(*dataset, {.fractions = {0.5, 0.25, 0.25}});
    for (std::size_t i = 0; i < split.size(); ++i) sides.emplace(dataset->groups()[i], split[i]);
    EXPECT_EQ(sides.size(), 4U) << "each patient on one side";
    EXPECT_THAT(dataset->notes(), Not(Contains(HasSubstr("patients are unknown"))));

    const auto unknown = with({});
    EXPECT_FALSE(unknown->knows_patients());
    EXPECT_THAT(unknown->notes(), Contains(AllOf(HasSubstr("patients are unknown"), HasSubstr("--data.patient /meta/pid"))));
  }
  EXPECT_THAT(refusal({.patient = "/nobody"}), AllOf(HasSubstr("/nobody"), HasSubstr("missing"), HasSubstr("/meta/pid")));
  write("f['x'] = np.ones((4, 3)); f['y'] = [0, 1, 0, 1]; f['p'] = ['a', 'b', '', 'c']; f['q'] = [1.5, 2, 3, 4]; f['r'] = [1, 2, 3]");
  EXPECT_THAT(refusal({.patient = "p"}), AllOf(HasSubstr("sample 2"), HasSubstr("empty")));
  EXPECT_THAT(refusal({.patient = "q"}), AllOf(HasSubstr("sample 0"), HasSubstr("1.5")));
  EXPECT_THAT(refusal({.patient = "r"}), HasSubstr("3 entries"));
}

TEST_F(OwnFile, HasArraysWithThePatientsOfManyNames) {
  for (const char* name : {"patient", "Patient_ID", "patient_ids", "subject", "SubjectID", "mrn", "case", "case_id", "pid", "person",
                           "participant_id", "patients", "a/b/subject-id"}) {
    write("f['x'] = np.ones((4, 3)); f['y'] = [0, 1, 0, 1]; f['" + std::string(name) +
          "'] = [1, 1, 2, 2]; f['patient_age'] = [1, 2, 3, 4]");
    EXPECT_THAT(with({})->notes(), Contains(HasSubstr(std::string("/") + name + " has an entry"))) << name;
    EXPECT_THAT(with({})->notes(), Not(Contains(HasSubstr("age")))) << name;
  }
  write("f['x'] = np.ones((4, 3)); f['y'] = [0, 1, 0, 1]; f['patient'] = [1, 2]");
  EXPECT_THAT(with({})->notes(), Not(Contains(HasSubstr("patients")))) << "of another length";
}

TEST_F(OwnFile, NamesItsSplitAndSamples) {
  for (const char* split : {"[0, 1, 2, 0]", "['train', 'val', 'test', 'train']", "['Training', 'VALID', 'Test', 'TRAIN ']",
                            "np.array([b'train', b'validation', b'test', b'train'])", "np.array([[0.], [1.], [2.], [0.]])"}) {
    write(std::string("f['x'] = np.ones((4, 3)); f['y'] = [0, 1, 0, 1]; f['n'] = ['a', 'b', 'c', 'd']; f['fold'] = ") + split);
    const auto dataset = with({.split = "/fold", .sample_id = "/n"});
    EXPECT_THAT(dataset->stored_split(), ElementsAre(Subset::kTrain, Subset::kValidation, Subset::kTest, Subset::kTrain)) << split;
    EXPECT_EQ(dataset->sample_name(2), "c");
  }
  write(
      "f['x'] = np.ones((4, 3)); f['y'] = [0, 1, 0, 1]; f['a'] = [0, 1, 2, 3]; f['b'] = ['train', 'dev', 'test', 'x']; f['p'] = [7, 8, 7, "
      "9]\n"
      "f['c'] = [True, False, True, False]; f['s'] = [0, 1, 2, 0]");
  EXPECT_THAT(refusal({.split = "a"}), AllOf(HasSubstr("dataset /a"), HasSubstr("sample 3")));
  EXPECT_THAT(refusal({.split = "b"}), AllOf(HasSubstr("sample 1"), HasSubstr("'dev'")));
  EXPECT_THAT(refusal({.split = "c"}), HasSubstr("bool"));
  try {
    split_of(*with({.patient = "p", .split = "s"}), {});
    ADD_FAILURE() << "patient 7 is on two sides";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("dataset s"), HasSubstr("patient 7")));
  }
}

TEST_F(OwnFile, TellsHowItsDimensionsWereTaken) {
  write(
      "f['y'] = np.arange(4) % 2; f['x'] = np.ones((4, 12, 1000)); f['t'] = np.ones((4, 500, 3)); f['i'] = np.ones((4, 28, 28))\n"
      "f['c'] = np.ones((4, 32, 32, 3)); f['f'] = np.ones((4, 9)); f['a'] = np.ones((4, 32, 32, 3)); f['a'].attrs['layout'] = 'nwhc'");
  for (const char* input : {"x", "t"}) {
    EXPECT_THAT(refusal({.input = input}), AllOf(HasSubstr("several ways"), HasSubstr("data.layout"), HasSubstr("nct"), HasSubstr("ntc")));
  }
  EXPECT_THAT(with({.input = "x", .layout = "nct"})->input_shape(), ElementsAre(12, 1000));
  EXPECT_THAT(with({.input = "x", .layout = "nct"})->notes(), IsEmpty());
  EXPECT_THAT(with({.input = "i"})->notes(), ElementsAre(AllOf(HasSubstr("taken as nhw"), HasSubstr("an image of 28 x 28, 1 channel"))));
  EXPECT_THAT(with({.input = "c"})->notes(), ElementsAre(AllOf(HasSubstr("taken as nhwc"), HasSubstr("32 x 32, 3 channels"))));
  EXPECT_THAT(with({.input = "f"})->notes(), ElementsAre(HasSubstr("9 features")));
  EXPECT_THAT(with({.input = "a"})->notes(), IsEmpty());
  EXPECT_EQ(with({.input = "a"})->layout().letters(), "nwhc");
}

TEST_F(OwnFile, OfOtherFormsShowsTheWayIn) {
  write(
      "f['y'] = [0, 1, 0, 1]; f['x/data'] = [1.]; f['x/indices'] = [0]; f['x/indptr'] = [0, 1]; f['x'].attrs['shape'] = [4, 3]\n"
      "f['table/axis0'] = [1]; f['table/block0_values'] = np.ones((4, 3)); f['frame/table'] = np.zeros(4, 'i4,f4')\n"
      "f['rows'] = np.zeros(4, [('age', 'i4'), ('weight', 'f4')])");
  EXPECT_THAT(refusal({.input = "/x"}), AllOf(HasSubstr("sparse"), HasSubstr("csr_matrix"), HasSubstr("/x_dense")));
  EXPECT_THAT(refusal({.input = "/table"}), AllOf(HasSubstr("pandas"), HasSubstr("read_hdf")));
  EXPECT_THAT(refusal({.input = "/frame"}), HasSubstr("pandas"));
  EXPECT_THAT(refusal({.input = "/frame"}), Not(HasSubstr("sparse")));
  EXPECT_THAT(refusal({.input = "/rows"}), AllOf(HasSubstr("age, weight"), HasSubstr("numpy.stack")));
}

TEST_F(OwnFile, IsRefusedWhereItIsNamedTwice) {
  write(
      "import shutil, os\nx = np.random.default_rng(0).random((4, 3))\n"
      "for i, part in enumerate([x, x, x + 1]):\n"
      "    with h5py.File(f'{path}{i}', 'w') as g: g.create_dataset('x', data=part, chunks=(2, 3)[:i + 1] if i == 1 else None); g['y'] = "
      "[0, 1, 0, 1]\n"
      "os.link(path + '0', path + 'link')");
  const auto files = [this](const std::string& a, const std::string& b) {
    try {
      Dataset({.file = path() + a + "," + path() + b, .input = "x", .target = "y"});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(files("0", "2"), "");
  EXPECT_THAT(files("0", "0"), HasSubstr("named twice"));
  EXPECT_THAT(files("0", "link"), AllOf(HasSubstr("named twice"), HasSubstr("link")));
  EXPECT_THAT(files("0", "1"), HasSubstr("the same samples with the same targets"));
}

}  // namespace
}  // namespace galen::data
