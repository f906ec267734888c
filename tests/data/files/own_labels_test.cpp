// Labels as Keras, pandas and numpy users store them; what is right is written beside each.
#include "galen/error.h"
#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kHead[] = "f.attrs['schema_version'] = 1; f['x'] = np.random.default_rng(0).random((6, 3)); f['y'] = ";

class OwnLabels : public test::H5pyTest {
 protected:
  std::shared_ptr<const Dataset> labels(const std::string& y, TaskKind task = TaskKind::kAuto) const {
    write(kHead + y);
    return std::make_shared<Dataset>(DatasetOptions{.file = path(), .input = "x", .target = "y", .task = task});
  }
  std::string refusal(const std::string& y, TaskKind task = TaskKind::kAuto) const {
    try {
      labels(y, task);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

struct Case {
  const char* y;
  std::vector<std::int64_t> classes;
  std::vector<std::string> names;
  bool noted;
};

TEST_F(OwnLabels, OfTwoKindsAreTwoClasses) {
  const std::vector<std::int64_t> as_stored = {0, 1, 1, 0, 1, 0};
  for (const Case& a :
       {Case{"np.array([0, 1, 1, 0, 1, 0])", as_stored, {"0", "1"}, false},
        {"np.array([0, 1, 1, 0, 1, 0], '?')", as_stored, {"0", "1"}, false},
        {"np.array([0, 1, 1, 0, 1, 0], 'f4')", as_stored, {"0", "1"}, true},
        {"np.array([0, 1, 1, 0, 1, 0], 'f8')", as_stored, {"0", "1"}, true},
        {"np.array([10, 20, 20, 10, 20, 10])", as_stored, {"10", "20"}, true},
        {"np.array([-1, 1, 1, -1, 1, -1], 'i1')", as_stored, {"-1", "1"}, true},
        {"np.array([-1, 1, 1, -1, 1, -1], 'f4')", as_stored, {"-1", "1"}, true},
        {"np.array([1, 2, 2, 1, 2, 1])", as_stored, {"1", "2"}, true},
        {"np.array([0, 255, 255, 0, 255, 0], 'u1')", as_stored, {"0", "255"}, true},
        {"np.array([0, 1, 1, 0, 1, 0]).reshape(6, 1, 1)", as_stored, {"0", "1"}, false},
        {"np.array([0, 1, 1, 0, 1, 0]).reshape(6, 1)", as_stored, {"0", "1"}, false},
        {"['b', 'm', 'm', 'b', 'm', 'b']", as_stored, {"b", "m"}, true},
        {"np.array([b'b', b'm', b'm', b'b', b'm', b'b'])", as_stored, {"b", "m"}, true},
        {"np.array([['b'], ['m'], ['m'], ['b'], ['m'], ['b']], dtype=h5py.string_dtype(length=7))", as_stored, {"b", "m"}, true},
        {"np.eye(2)[[0, 1, 1, 0, 1, 0]]", as_stored, {"0", "1"}, true},
        {"np.eye(2, dtype='i4')[[0, 1, 1, 0, 1, 0]]", as_stored, {"0", "1"}, true},
        {"np.eye(2, dtype='?')[[0, 1, 1, 0, 1, 0]]", as_stored, {"0", "1"}, true},
        {"np.eye(4, dtype='f4')[[0, 3, 3, 0, 1, 0]]", {0, 3, 3, 0, 1, 0}, {"0", "1", "2", "3"}, true},
        {"np.array([0, 2, 2, 0, 4, 0])", {0, 1, 1, 0, 2, 0}, {"0", "2", "4"}, true},
        {"['c', 'a', 'a', 'c', 'b', 'c']", {2, 0, 0, 2, 1, 2}, {"a", "b", "c"}, true}}) {
    const auto dataset = labels(a.y);
    ASSERT_EQ(dataset->target_kind(), TargetKind::kClass) << a.y;
    EXPECT_THAT(test::to_vector<std::int64_t>(dataset->targets()), ElementsAreArray(a.classes)) << a.y;
    EXPECT_THAT(dataset->class_names(), ElementsAreArray(a.names)) << a.y;
    EXPECT_EQ(!dataset->notes().empty(), a.noted) << a.y;
  }
  EXPECT_THAT(labels("np.array([10, 20, 20, 10, 20, 10])")->notes(), ElementsAre(HasSubstr("10 is class 0, 20 is class 1")));
}

TEST_F(OwnLabels, AreWhatTheTaskSays) {
  const auto values = [this](const char* y) {
    const auto dataset = labels(y, TaskKind::kRegression);
    EXPECT_EQ(dataset->target_kind(), TargetKind::kValue) << y;
    EXPECT_THAT(dataset->notes(), IsEmpty()) << y;
    return test::to_vector<float>(dataset->targets());
  };
  EXPECT_THAT(values("np.array([0, 1, 1, 0, 1, 0], 'f4')"), ElementsAre(0, 1, 1, 0, 1, 0));
  EXPECT_THAT(values("np.array([10, 20, 20, 10, 20, 10])"), ElementsAre(10, 20, 20, 10, 20, 10));
  EXPECT_EQ(labels("np.eye(2)[[0, 1, 1, 0, 1, 0]]", TaskKind::kMultilabel)->target_kind(), TargetKind::kMultiLabel);
  EXPECT_EQ(labels("np.eye(2)[[0, 1, 1, 0, 1, 0]]", TaskKind::kRegression)->target_kind(), TargetKind::kValue);
  EXPECT_EQ(labels("np.eye(3)[[0, 1, 1, 2, 1, 0]]", TaskKind::kMulticlass)->target_kind(), TargetKind::kClass);
  EXPECT_EQ(labels("np.array([3, 70, 5, 70, 3, 5], 'f8')", TaskKind::kMulticlass)->class_names(),
            (std::vector<std::string>{"3", "5", "70"}));
  EXPECT_THAT(refusal("np.array([.5, 1, 2, 1, 2, 1])", TaskKind::kMulticlass),
              AllOf(HasSubstr("sample 0 has label 0.5"), HasSubstr("regression")));
  EXPECT_THAT(refusal("np.ones((6, 2))", TaskKind::kMulticlass), HasSubstr("one 1 each"));
  EXPECT_THAT(refusal("['a', 'b', 'a', 'b', 'a', 'b']", TaskKind::kRegression), HasSubstr("holds text"));
}

TEST_F(OwnLabels, OfManyNumbersAreValues) {
  EXPECT_EQ(labels("np.array([30.5, 41, 52, 3, 4, 5])")->target_kind(), TargetKind::kValue);
  EXPECT_THAT(labels("np.array([30.5, 41, 52, 3, 4, 5])")->notes(), IsEmpty());
  EXPECT_EQ(labels("np.array([30, 41, 52, 3, 4, 5], 'f4')")->target_kind(), TargetKind::kValue);
  EXPECT_THAT(labels("np.array([30, 41, 52, 3, 4, 5], 'f4')")->notes(),
              ElementsAre(AllOf(HasSubstr("6 different whole numbers from 3 to 52"), HasSubstr("taken as values"))));
  write("f.attrs['schema_version'] = 1; f['x'] = np.ones((90, 3)); f['y'] = np.arange(90) + 5; f['z'] = np.arange(90) % 30");
  EXPECT_EQ(open("x", "y")->target_kind(), TargetKind::kValue) << "ages";
  EXPECT_EQ(open("x", "z")->class_names().size(), 30U) << "counted from 0";
}

TEST_F(OwnLabels, OfSeveralColumnsOfZeroAndOneAreLabels) {
  const auto dataset = labels("np.array([[0, 1], [1, 1], [0, 0], [1, 0], [0, 0], [1, 1]], 'f4')");
  EXPECT_EQ(dataset->target_kind(), TargetKind::kMultiLabel);
  EXPECT_THAT(dataset->notes(), ElementsAre(HasSubstr("2 labels a sample")));
}

TEST_F(OwnLabels, ThatPrintAlikeAreOneClass) {
  EXPECT_THAT(labels("['b ', 'm', 'b ', 'm', 'b ', 'm']")->class_names(), ElementsAre("b", "m"));
  const auto dataset = labels("['Yes', 'no', 'yes', 'NO ', 'yes', 'no']");
  EXPECT_THAT(dataset->class_names(), ElementsAre("no", "yes"));
  EXPECT_THAT(test::to_vector<std::int64_t>(dataset->targets()), ElementsAre(1, 0, 1, 0, 1, 0));
  EXPECT_THAT(dataset->notes(), ElementsAre(HasSubstr("no is class 0"), AllOf(HasSubstr("'NO '"), HasSubstr("'Yes'"))));
}

TEST_F(OwnLabels, WithNamesInTheirFileKeepTheirOrder) {
  EXPECT_THAT(test::to_vector<std::int64_t>(labels("['m', 'b', 'm', 'b', 'm', 'b']; f['y'].attrs['class_names'] = ['m', 'b']")->targets()),
              ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(refusal("['m', 'b', 'm', 'c', 'm', 'b']; f['y'].attrs['class_names'] = ['m', 'b']"),
              AllOf(HasSubstr("sample 3"), HasSubstr("'c'")));
  EXPECT_THAT(labels("np.eye(2)[[0, 1, 1, 0, 1, 0]]; f['y'].attrs['class_names'] = ['m', 'b']")->class_names(), ElementsAre("m", "b"));
  EXPECT_THAT(refusal("np.eye(2)[[0, 1, 1, 0, 1, 0]]; f['y'].attrs['class_names'] = ['m', 'b', 'c']"), HasSubstr("names 3"));
  EXPECT_THAT(refusal("np.array([1, 2, 1, 2, 1, 2]); f['y'].attrs['class_names'] = ['m', 'b']"), HasSubstr("2 class names"));
}

TEST_F(OwnLabels, ThatAreNoneAreNamed) {
  EXPECT_THAT(refusal("['a', 'b', '', 'a', 'b', 'a']"), AllOf(HasSubstr("sample 2"), HasSubstr("empty")));
  EXPECT_THAT(refusal("['a', 'b', 'c', 'd', 'e', 'f']"), HasSubstr("another text for each sample"));
  EXPECT_THAT(refusal("np.array([0, 1, np.nan, 0, 1, 0])"), AllOf(HasSubstr("sample 2"), HasSubstr("nan")));
}

TEST_F(OwnLabels, OfSeveralFilesAreJoinedByValue) {
  const auto part = [this](const std::string& name, const std::string& y) {
    return "g = h5py.File(path + '" + name + "', 'w'); g['x'] = np.random.default_rng(" + name + ").random((4, 3)); g['y'] = " + y +
           "; g.close()\n";
  };
  write(part("1", "[10, 20, 10, 20]") + part("2", "[5, 10, 5, 10]"));
  const Dataset dataset({.file = path() + "1," + path() + "2", .input = "x", .target = "y"});
  EXPECT_THAT(dataset.class_names(), ElementsAre("5", "10", "20"));
  EXPECT_THAT(test::to_vector<std::int64_t>(dataset.targets()), ElementsAre(1, 2, 1, 2, 0, 1, 0, 1));
}

}  // namespace
}  // namespace galen::data
