// Classes and labels as people write them: spellings, several labels in a cell, labels that are not known.

#include "tests/data/formats/tables/table_fixture.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <limits>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

class TableLabels : public TableTest {
 protected:
  std::vector<float> labels(std::int64_t sample) const {
    const at::Tensor row = imported().targets()[sample];
    return {row.data_ptr<float>(), row.data_ptr<float>() + row.numel()};
  }
  void expect_labels(std::int64_t sample, const std::vector<float>& expected) const {
    EXPECT_THAT(labels(sample), testing::Pointwise(testing::NanSensitiveFloatEq(), expected)) << sample;
  }
};

TEST_F(TableLabels, SpellingsOfAClassAreOneAndTold) {
  const ImportReport report = import_text("x,label\n1,Yes\n2,no\n3,yes\n4,NO\n5,Yes\n6,no\n");
  EXPECT_EQ(report.task, "binary");
  EXPECT_THAT(imported().class_names(), ElementsAre("Yes", "no"));
  EXPECT_THAT(classes(), ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("column label"), HasSubstr("\"Yes\", \"yes\" as \"Yes\""), HasSubstr("\"no\""))));
  EXPECT_EQ(import_text("x,label\n1,True\n2,FALSE\n3,TRUE\n4,false\n").task, "binary");
  EXPECT_EQ(import_text("x,label\n1,benign\n2,\"benign \"\n3,malignant\n").classes.size(), 2);
  EXPECT_THAT(import_text("x,label\n1,benign\n2,malignant\n").warnings, Not(Contains(HasSubstr("spellings"))));
}

TEST_F(TableLabels, ClassNamesKeepSpellingsApart) {
  ImportOptions options;
  options.class_names = {"a", "A", "b"};
  import_text("x,label\n1,A\n2,a\n3,B\n", options);
  EXPECT_THAT(classes(), ElementsAre(1, 0, 2));
}

TEST_F(TableLabels, NewTablesMaySpellClassesOtherwise) {
  import_text("x,label\n1,Yes\n2,No\n");
  const std::string earlier = folder_ / "earlier.h5";
  std::filesystem::rename(output(), earlier);
  import_text("x,label\n1,yes\n2,NO\n3,YES\n", with({.like = earlier}));
  EXPECT_THAT(imported().class_names(), ElementsAre("No", "Yes"));
  EXPECT_THAT(classes(), ElementsAre(1, 0, 1));
}

TEST_F(TableLabels, CategoriesAndPatientsHaveSpellingsToo) {
  const ImportReport report =
      import_text("patient,sex,label\nP1,male,0\np1,Male,1\nP2,female,0\n\"P2 \",Female,1\nP3,male,1\nP3,female,0\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("sex=female", "sex=male"));
  EXPECT_THAT(column(1), ElementsAre(1, 1, 0, 0, 1, 0));
  EXPECT_EQ(imported().group_name(1), "P1");
  EXPECT_EQ(imported().group_name(3), "P2");
  EXPECT_THAT(report.warnings, AllOf(Contains(HasSubstr("\"Male\" as \"male\"")), Contains(HasSubstr("5 ids, 3 patients"))));
}

TEST_F(TableLabels, CellsMayHoldSeveralLabels) {
  const std::string text =
      "x,Finding Labels\n1,Cardiomegaly\n2,No Finding\n3,Atelectasis|Effusion\n4,Effusion\n5,Effusion|Atelectasis\n6,No Finding\n"
      "7,cardiomegaly|Effusion\n";
  const TableOptions table = {.target = {"Finding Labels"}};
  const ImportReport report = import_text(text, with(table));
  EXPECT_EQ(report.task, "multilabel");
  EXPECT_THAT(imported().class_names(), ElementsAre("Atelectasis", "Cardiomegaly", "Effusion", "No Finding"));
  expect_labels(2, {1, 0, 1, 0});
  expect_labels(4, {1, 0, 1, 0});
  expect_labels(6, {0, 1, 1, 0});
  expect_labels(1, {0, 0, 0, 1});
  EXPECT_THAT(report.warnings, AllOf(Contains(HasSubstr("--label-separator none")), Contains(HasSubstr("\"No Finding\" comes alone"))));
  TableOptions apart = table;
  apart.label_separator = "none";
  EXPECT_EQ(import_text(text, with(apart)).classes.size(), 6);

  const std::string earlier = folder_ / "earlier.h5";
  import_text(text, with(table));
  std::filesystem::rename(output(), earlier);
  TableOptions like = table;
  like.like = earlier;
  import_text("x,Finding Labels\n1,Effusion|No Finding\n2,atelectasis\n", with(like));
  expect_labels(0, {0, 0, 1, 1});
  expect_labels(1, {1, 0, 0, 0});
  EXPECT_THAT(refusal_of_text("x,Finding Labels\n1,Effusion\n2,Hernia\n", with(like)), HasSubstr("Hernia"));
}

TEST_F(TableLabels, CommasAreNamesUnlessTheirPartsMix) {
  const std::string mixing = "x,label\n1,\"a, b\"\n2,\"a, c\"\n3,\"b, c\"\n4,a\n5,b\n6,c\n";
  EXPECT_EQ(import_text(mixing).task, "multilabel");
  const ImportReport report = import_text("x,label\n1,\"carcinoma, ductal\"\n2,\"carcinoma, lobular\"\n3,\"carcinoma, ductal\"\n4,none\n");
  EXPECT_EQ(report.classes.size(), 3);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("--label-separator ','")));
  EXPECT_EQ(import_text("x;label\n1;['a', 'b']\n2;['a']\n3;['b']\n4;['a', 'b']\n").task, "multilabel");
  EXPECT_THAT(imported().class_names(), ElementsAre("a", "b"));
  EXPECT_EQ(import_text("x,label\n1,a/b\n2,b\n3,a\n", with({.label_separator = "/"})).task, "multilabel");
  expect_labels(0, {1, 1});
}

const std::string kCheXpert = "x,Edema,Fracture\n1,1.0,\n2,-1.0,0.0\n3,0.0,1.0\n4,,\n5,-1.0,-1.0\n";

TEST_F(TableLabels, ThatAreNotKnownAreMasked) {
  TableOptions table = {.target = {"Edema", "Fracture"}, .unlabelled = {"-1", "blank"}};
  const ImportReport report = import_text(kCheXpert, with(table));
  EXPECT_EQ(report.task, "multilabel");
  EXPECT_EQ(report.samples, 3);
  expect_labels(0, {1, kUnknown});
  expect_labels(1, {kUnknown, 0});
  expect_labels(2, {0, 1});
  EXPECT_THAT(report.warnings, AllOf(Contains(HasSubstr("2 rows without a target left out")), Contains(HasSubstr("2 of 6 labels"))));
  EXPECT_EQ(report.unknown.size(), 2);

  table.unlabelled = {"-1=positive", "blank=negative", "Edema:-1=ignore"};
  EXPECT_EQ(import_text(kCheXpert, with(table)).samples, 5);
  expect_labels(0, {1, 0});
  expect_labels(1, {kUnknown, 0});
  expect_labels(3, {0, 0});
  expect_labels(4, {kUnknown, 1});
}

TEST_F(TableLabels, ThatMayNotBeKnownAreForTheUserToSettle) {
  TableOptions table = {.target = {"Edema", "Fracture"}};
  EXPECT_THAT(refusal_of_text(kCheXpert, with(table)), AllOf(HasSubstr("line 2"), HasSubstr("--unlabelled blank")));
  EXPECT_THAT(refusal_of_text("x,Edema,Fracture\n1,1,0\n2,-1,0\n", with(table)), HasSubstr("--unlabelled -1"));
  table.unlabelled = {"-1=perhaps"};
  EXPECT_THAT(refusal_of_text(kCheXpert, with(table)), HasSubstr("perhaps"));
  table.unlabelled = {"Oedema:-1"};
  EXPECT_THAT(refusal_of_text(kCheXpert, with(table)), AllOf(HasSubstr("Oedema"), HasSubstr("Edema, Fracture")));
}

TEST_F(TableLabels, OneColumnLeavesOutOrTakesWhatIsNotKnown) {
  EXPECT_EQ(import_text("x,label\n1,1\n2,-1\n3,0\n4,\n", with({.unlabelled = {"-1", "blank"}})).samples, 2);
  import_text("x,label\n1,1\n2,-1\n3,0\n", with({.unlabelled = {"-1=positive"}}));
  EXPECT_THAT(classes(), ElementsAre(1, 1, 0));
  EXPECT_EQ(import_text("x,label\n1,ill\n2,unclear\n3,well\n", with({.unlabelled = {"unclear"}})).task, "binary");
}

TEST_F(TableLabels, OneHotColumnsAreClasses) {
  const ImportReport report = import_text("x,a,b,c\n1,0,1,0\n2,1,0,0\n3,0,0,1\n", with({.target = {"a", "b", "c"}}));
  EXPECT_EQ(report.task, "multiclass");
  EXPECT_THAT(imported().class_names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(classes(), ElementsAre(1, 0, 2));
  EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("one-hot"), HasSubstr("--task multilabel"))));
}

}  // namespace
}  // namespace galen::data
