#include "tests/data/formats/tables/table_fixture.h"

#include <gmock/gmock.h>

#include <cmath>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(TableTest, WdbcWithItsPartialHeaderIsScikitLearnsBreastCancer) {
  const auto source = test::real_data("tabular/wdbc.data");
  if (!source) GTEST_SKIP() << "needs tabular/wdbc.data in GALEN_REAL_DATA";
  const ImportReport report = import(*source);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("names 3 of 32 columns")));
  EXPECT_EQ(report.samples, 569);
  EXPECT_EQ(report.task, "binary");
  EXPECT_EQ(report.classes[0].name, "B");
  const Dataset dataset = imported();
  EXPECT_EQ(dataset.feature_names().size(), 30);
  EXPECT_EQ(dataset.feature_names()[0], "Size");
  EXPECT_EQ(dataset.feature_names()[29], "column_32");
  EXPECT_EQ(dataset.group_name(0), "842302");
  compare("import/compare.py", {"wdbc", *source});
}

TEST_F(TableTest, HorseColicHasNoHeaderAndManyBlanks) {
  const auto source = test::real_data("tabular/horse-colic.csv");
  if (!source) GTEST_SKIP() << "needs tabular/horse-colic.csv in GALEN_REAL_DATA";
  EXPECT_THAT(refusal(*source), AllOf(HasSubstr("--target"), HasSubstr("column_28")));
  TableOptions table = {.target = {"column_23"}, .group = "column_3"};
  EXPECT_THAT(refusal(*source, with(table)), AllOf(HasSubstr("line 133"), HasSubstr("--leave-out-unlabelled")));
  table.leave_out_unlabelled = true;
  const ImportReport report = import(*source, with(table));
  EXPECT_EQ(report.samples, 299);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("Line 1 holds no names"), HasSubstr("1 row without a target"),
                                           HasSubstr("leading zeros in column_25, column_26, column_27"), HasSubstr("1 is class 0")));
  compare("import/compare.py", {"horse_colic", *source});
  table.categorical = {"column_7", "column_1"};
  table.leave_out = {"column_25", "column_26", "column_27"};
  import(*source, with(table));
  compare("import/compare.py", {"horse_colic_categories", *source});
}

TEST_F(TableTest, NumbersBecomeFeaturesAndMissingOnesNaN) {
  import_text("a,b,c,label\n1,-2.5,1e3,x\n?,NA,nan,y\n,N/A,+4,x\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(row(0), ElementsAre(1.0F, -2.5F, 1000.0F));
  for (const float value : row(1)) EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(row(2)[2], 4.0F);
}

TEST_F(TableTest, TheKindOfTargetIsTakenFromItsValues) {
  EXPECT_EQ(import_text("x,label\n1,ill\n2,healthy\n3,ill\n").task, "binary");
  EXPECT_THAT(imported().class_names(), ElementsAre("healthy", "ill"));
  EXPECT_THAT(classes(), ElementsAre(1, 0, 1));

  EXPECT_EQ(import_text("x,label\n1,10\n2,2\n3,5\n").task, "multiclass");
  EXPECT_THAT(imported().class_names(), ElementsAre("2", "5", "10"));
  EXPECT_THAT(classes(), ElementsAre(2, 0, 1));

  EXPECT_EQ(import_text("x,label\n1,0.5\n2,2\n").task, "regression");
  EXPECT_EQ(imported().targets().data_ptr<float>()[0], 0.5F);

  std::string many = "x,label\n";
  for (int i = 0; i < 30; ++i) many += fmt::format("1,{}\n", 100 + i);
  EXPECT_EQ(import_text(many).task, "regression");
  ImportOptions forced;
  forced.task = "multiclass";
  EXPECT_EQ(import_text(many, forced).classes.size(), 30);
}

TEST_F(TableTest, SeveralTargetsAreLabelsOrValues) {
  EXPECT_EQ(import_text("x,a,b\n1,0,1\n2,1,1\n", with({.target = {"a", "b"}})).task, "multilabel");
  EXPECT_THAT(imported().class_names(), ElementsAre("a", "b"));
  EXPECT_EQ(import_text("x,a,b\n1,0,1.5\n2,1,1\n", with({.target = {"b", "a"}})).task, "regression");
  EXPECT_EQ(imported().targets().data_ptr<float>()[0], 1.5F);
  EXPECT_THAT(imported().class_names(), ElementsAre("b", "a")) << "values are named by their columns";
  ImportOptions renaming = with({.target = {"a"}});
  renaming.class_names = {"b"};
  EXPECT_THAT(refusal_of_text("x,a\n1,0.5\n2,1.5\n", renaming), HasSubstr("the targets are no classes"));
  EXPECT_EQ(import_text("x,label\n1,0\n2,1\n", with({.target = {"none"}})).task, "");
  EXPECT_EQ(imported().target_kind(), TargetKind::kNone);
  EXPECT_THAT(imported().feature_names(), ElementsAre("x", "label"));
}

TEST_F(TableTest, ClassNamesNumberTextTargets) {
  ImportOptions options;
  options.class_names = {"ill", "healthy"};
  EXPECT_EQ(import_text("x,label\n1,ill\n2,healthy\n", options).task, "binary");
  EXPECT_THAT(classes(), ElementsAre(0, 1));
  options.class_names = {"ill", "well"};
  EXPECT_THAT(refusal_of_text("x,label\n1,ill\n2,healthy\n", options), HasSubstr("healthy, ill"));
}

TEST_F(TableTest, ATargetThatCannotBeToldListsTheColumns) {
  EXPECT_THAT(refusal_of_text("age,stage\n1,2\n"), AllOf(HasSubstr("--target"), HasSubstr("age, stage")));
  EXPECT_THAT(refusal_of_text("class,Label\n1,2\n"), HasSubstr("class, Label could each be"));
  EXPECT_THAT(refusal_of_text("age,label\n1,2\n", with({.target = {"labels"}})),
              AllOf(HasSubstr("no column labels"), HasSubstr("age, label")));
  EXPECT_THROW(import_text("age,stage\n1,2\n"), UsageError);
}

TEST_F(TableTest, PatientsStayOnOneSide) {
  std::string text = "patient_id,x,label\n";
  for (int i = 0; i < 300; ++i) text += fmt::format("p{},{},{}\n", i / 3, i % 7, i % 2);
  const ImportReport report = import_text(text);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("patient_id")));
  const Dataset dataset = imported();
  for (int i = 0; i < 300; ++i) EXPECT_EQ(dataset.stored_split()[i], dataset.stored_split()[i / 3 * 3]);
  EXPECT_EQ(dataset.group_name(4), "p1");
  EXPECT_THAT(report.subsets, ElementsAre(210, 30, 60));
}

TEST_F(TableTest, TargetsBeyondSinglePrecisionAreRefused) {
  EXPECT_THAT(refusal_of_text("x,label\n1,0.5\n2,1e39\n"), AllOf(HasSubstr("line 3"), HasSubstr("column label"), HasSubstr("1e39")));
  EXPECT_THAT(refusal_of_text("x,a,b\n1,0.5,1\n2,3,-1e300\n", with({.target = {"a", "b"}})),
              AllOf(HasSubstr("line 3"), HasSubstr("column b")));
}

TEST_F(TableTest, ThePatientsColumnIsFoundHoweverItIsWritten) {
  for (const char* name : {"Patient ID", "PatientID", "MRN", "subject-id"}) {
    import_text(fmt::format("{},x,label\na,1,0\nb,2,1\n", name));
    EXPECT_EQ(imported().group_name(1), "b") << name;
  }
}

TEST_F(TableTest, SampleIdsAreUnique) {
  import_text("case,x,label\nk1,1,0\nk2,2,1\n", with({.sample_id = "case"}));
  EXPECT_EQ(imported().sample_name(1), "k2");
  EXPECT_THAT(refusal_of_text("case,x,label\nk1,1,0\nk1,2,1\n", with({.sample_id = "case"})),
              AllOf(HasSubstr("lines 2 and 3"), HasSubstr("--group")));
}

TEST_F(TableTest, MalformedTablesAreNamed) {
  EXPECT_THAT(refusal_of_text("a,label\n1,2\n1,2,3\n"), AllOf(HasSubstr("line 3"), HasSubstr("3 cells")));
  EXPECT_THAT(refusal_of_text("a,a,label\n1,2,3\n"), HasSubstr("two columns are named a"));
  EXPECT_THAT(refusal_of_text("a,label\n"), HasSubstr("no rows"));
  EXPECT_THAT(refusal_of_text("a,label\n1,\n"), AllOf(HasSubstr("line 2"), HasSubstr("label")));
  EXPECT_THAT(refusal_of_text("1,2\n3,4\n", with({.header = "full"})), HasSubstr("--header none"));
  EXPECT_THAT(refusal_of_text("17.99,M\n20.57,B\n"), AllOf(HasSubstr("17.99"), HasSubstr("--header none"), HasSubstr("--header full")));
  EXPECT_THAT(refusal_of_text("a,b\n1,2,3\n"), AllOf(HasSubstr("names 2 columns"), HasSubstr("3 cells"), HasSubstr("--header partial")));
  EXPECT_THAT(refusal_of_text("patient,x,label\n,1,0\n"), AllOf(HasSubstr("line 2"), HasSubstr("patient")));
  EXPECT_THAT(refusal_of_text("x,label\n1e60,0\n", with({.type = "f32"})), HasSubstr("1e60"));
  EXPECT_THAT(refusal_of_text("label,id\n1,2\n"), HasSubstr("no column is left"));
  EXPECT_THAT(refusal_of_text("a,label\n1,2\n", with({.columns = {"a", "b", "label"}})), HasSubstr("--columns has 3 names"));
}

TEST_F(TableTest, ColumnsCanBeNamed) {
  import_text("1;2,5;yes\n3;4;no\n", with({.header = "none", .columns = {"a", "b", "label"}, .delimiter = ";", .leave_out = {"b"}}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("a"));
  EXPECT_THAT(row(1), ElementsAre(3.0F));
}

TEST_F(TableTest, MissingValuesCanBeSpelledOtherwise) {
  import_text("x,y,label\n-,1,1\n2,*,0\n", with({.missing = {"-", "*"}}));
  EXPECT_TRUE(std::isnan(row(0)[0]));
  EXPECT_THAT(refusal_of_text("x,label\n?,1\n2,0\n", with({.missing = {"-"}})), HasSubstr("\"?\""));
}

}  // namespace
}  // namespace galen::data
