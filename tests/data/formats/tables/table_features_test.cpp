// What the columns of a table become.

#include "data/hdf5/hdf5.h"
#include "data/inspection/inspect.h"
#include "tests/data/formats/tables/table_fixture.h"

#include <gmock/gmock.h>

#include <filesystem>

#include <cmath>
#include <limits>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

class TableFeatures : public TableTest {
 protected:
  void expect_column(std::size_t feature, const std::vector<float>& expected) const {
    EXPECT_THAT(column(feature), testing::Pointwise(testing::NanSensitiveFloatEq(), expected)) << imported().feature_names().at(feature);
  }
  std::vector<std::string> columns() const { return hdf5::File::open(output()).array("/samples/tabular").texts("columns"); }
};

TEST_F(TableFeatures, CategoriesBecomeOneHotInSortedOrderWithNames) {
  import_text("age,colour,label\n60,red,1\n50,blue,0\n40,,1\n30,red,0\n20,blue,1\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("age", "colour=blue", "colour=red"));
  expect_column(1, {0, 1, kNaN, 0, 1});
  expect_column(2, {1, 0, kNaN, 1, 0});
  EXPECT_THAT(columns(), ElementsAre(R"({"column":"age","kind":"number"})",
                                     R"({"column":"colour","kind":"category","encoding":"one-hot","categories":["blue","red"]})"));
}

TEST_F(TableFeatures, CategoriesMayBecomeCodes) {
  import_text("colour,label\nred,1\nblue,0\n?,1\nred,0\nblue,1\n", with({.categories = "codes"}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("colour"));
  expect_column(0, {1, 0, kNaN, 1, 0});
  EXPECT_THAT(columns()[0], HasSubstr(R"("encoding":"codes","categories":["blue","red"])"));
  EXPECT_THAT(describe(inspect({.file = output()})), HasSubstr("blue, red from 0"));
}

TEST_F(TableFeatures, NumbersMayBeDeclaredCategories) {
  import_text("stage,label\n10,1\n2,0\n02,1\n2.0,0\n,1\n", with({.categorical = {"stage"}}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("stage=2", "stage=10"));
  expect_column(0, {0, 1, 1, 1, kNaN});
  EXPECT_THAT(refusal_of_text("stage,label\n1,1\n", with({.categorical = {"stages"}})),
              AllOf(HasSubstr("no column stages"), HasSubstr("--categorical")));
}

TEST_F(TableFeatures, YesAndNoAreOneAndZero) {
  import_text("a,b,c,d,label\nYes,t,+,unknown,1\nNO,f,-,no,0\n,t,+,yes,1\nno,f,-,no,0\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("a", "b", "c", "d"));
  expect_column(0, {1, 0, kNaN, 0});
  expect_column(1, {1, 0, 1, 0});
  expect_column(2, {1, 0, 1, 0});
  expect_column(3, {kNaN, 0, 1, 0});
}

TEST_F(TableFeatures, AColumnOfOneSexIsNoColumnOfFalse) {
  import_text("x,sex,label\n1,f,1\n2,f,0\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("x", "sex=f"));
}

TEST_F(TableFeatures, EveryUsualSpellingOfAMissingNumberIsNaN) {
  for (const char* spelling :
       {"",    "?",   "NA", "N/A",     "n/a", "n.a.", "#N/A", "<NA>", "NaN",     "nan", "-nan",     "NULL",          "null",
        "nil", "\\N", ".",  "missing", "-",   "--",   "none", "None", "unknown", "UNK", "not done", "not available", "\"  \""}) {
    import_text(fmt::format("x,y,label\n{},1,0\n7,1,1\n", spelling));
    EXPECT_TRUE(std::isnan(row(0)[0])) << spelling;
    EXPECT_EQ(row(1)[0], 7.0F) << spelling;
  }
}

TEST_F(TableFeatures, NumbersThatLookOddAreNotMissing) {
  import_text("x,label\n0,1\n-0.0,0\n-1,1\n-999,0\n1e-30,1\n.5,0\n5.,1\n+2,0\n007,1\n");
  expect_column(0, {0, -0.0F, -1, -999, 1e-30F, 0.5F, 5, 2, 7});
}

TEST_F(TableFeatures, NoneIsACategoryAmongTextAndADashIsNot) {
  import_text("side,label\nleft,1\nnone,0\nleft,1\nnone,0\n-,1\nNA,0\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("side=left", "side=none"));
  expect_column(0, {1, 0, 1, 0, kNaN, kNaN});
}

TEST_F(TableFeatures, DatesTextNamesAndEmptyColumnsAreLeftOutAndTold) {
  std::string text = "x,admitted,remark,Surname,nothing,label\n";
  for (int i = 0; i < 30; ++i) text += fmt::format("{},{}.11.2024,remark {},Miller,?,{}\n", i % 7, i % 28 + 1, i, i % 2);
  const ImportReport report = import_text(text);
  EXPECT_THAT(imported().feature_names(), ElementsAre("x"));
  EXPECT_THAT(
      report.warnings,
      ElementsAre(AllOf(HasSubstr("dates"), HasSubstr("admitted")), AllOf(HasSubstr("free text: remark"), HasSubstr("--categorical")),
                  AllOf(HasSubstr("identity"), HasSubstr("Surname")), AllOf(HasSubstr("no value"), HasSubstr("nothing"))));
  for (const char* identifier : {"Miller", "2024", "remark 7"}) {
    EXPECT_EQ(test::read_file(output()).find(identifier), std::string::npos) << identifier;
  }
}

TEST_F(TableFeatures, PatientsDoNotComeAlongInColumnsThatAreNoIdsByOption) {
  std::string text = "Patient Name,mrn,insurance_no,visit_date,admitted,seen,Phone Number,patient_id,age,platelets,outcome\n";
  for (int i = 0; i < 40; ++i) {
    text += fmt::format("Miller {},{},{},{},{:02}-Mar-2024,202401{:02},{},{},{},{},{}\n", i % 4, 88000 + i / 2, 99000 + i, 45000 + i,
                        i % 9 + 1, i % 28 + 1, 5550000 + i, i / 2, 40 + i % 30, 20010101 + 50 * (i % 2), i % 2);
  }
  TableOptions options = {.group = "none"};
  const ImportReport report = import_text(text, with(options));
  EXPECT_THAT(imported().feature_names(), ElementsAre("age", "platelets"));
  EXPECT_THAT(report.warnings,
              ElementsAre(AllOf(HasSubstr("dates"), HasSubstr(": visit_date, admitted, seen;"), HasSubstr("--keep")),
                          AllOf(HasSubstr("identity: Patient Name, mrn, insurance_no, Phone Number, patient_id;"), HasSubstr("--keep"))));
  EXPECT_EQ(report.warnings.back().find("Miller"), std::string::npos);
  EXPECT_THAT(report.types, ElementsAre(HasSubstr("f64, as f32 would change 20010101 in column platelets")));
  options.keep = {"mrn", "visit_date", "seen"};
  import_text(text, with(options));
  EXPECT_THAT(imported().feature_names(), ElementsAre("mrn", "visit_date", "seen", "age", "platelets"));
  const std::string kept = folder_ / "kept.h5";
  std::filesystem::copy_file(output(), kept);
  EXPECT_THAT(import_text(text, with({.group = "none", .like = kept})).warnings, Contains(HasSubstr("somebody's identity: mrn.")));
  EXPECT_EQ(imported().feature_names().size(), 5);
  options.keep = {"nothing"};
  EXPECT_THAT(refusal_of_text(text, with(options)), HasSubstr("--keep"));
}

TEST_F(TableFeatures, NumbersAndTextsInOneColumnAreForTheUserToSettle) {
  const std::string text = "x,dose,grade,label\n1,5,1,1\n2,<5,2,0\n3,7,3a,1\n";
  EXPECT_THAT(refusal_of_text(text), AllOf(HasSubstr("line 3"), HasSubstr("column dose"), HasSubstr("\"<5\""), HasSubstr("--missing"),
                                           HasSubstr("--categorical dose,grade"), HasSubstr("--leave-out dose,grade")));
  import_text(text, with({.leave_out = {"dose"}, .categorical = {"grade"}}));
  EXPECT_THAT(imported().feature_names(), ElementsAre("x", "grade=1", "grade=2", "grade=3a"));
}

TEST_F(TableFeatures, CommasAreDecimalWhereTheyCanBeNothingElse) {
  const ImportReport report = import_text("x;y;n;label\n1,5;1,250;3;0\n-2,25;2,000;;1\n1.234,5;3;4;0\n");
  expect_column(0, {1.5F, -2.25F, 1234.5F});
  expect_column(1, {1.25F, 2, 3});
  expect_column(2, {3, kNaN, 4});
  EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("decimal commas"), HasSubstr("x, y"))));
  import_text("x;label\n1,5;0,5\n2,5;1,5\n");
  EXPECT_EQ(imported().targets().data_ptr<float>()[1], 1.5F);
}

TEST_F(TableFeatures, CommasSeparateThousandsWhereTheyCanBeNothingElse) {
  import_text("x,y,label\n\"1,234,567\",\"1,250\",0\n3,2.5,1\n");
  expect_column(0, {1234567, 3});
  expect_column(1, {1250, 2.5F});
}

TEST_F(TableFeatures, CommasThatCouldBeEitherAreForTheUserToSettle) {
  const std::string text = "x;label\n1,234;0\n5;1\n";
  EXPECT_THAT(refusal_of_text("x;label\n1,234;0\n2,345;1\n"), AllOf(HasSubstr("1,234"), HasSubstr("--decimal comma")));
  EXPECT_THAT(refusal_of_text(text), HasSubstr("--decimal comma"));
  import_text(text, with({.decimal = "comma"}));
  expect_column(0, {1.234F, 5});
  import_text(text, with({.decimal = "point"}));
  expect_column(0, {1234, 5});
}

TEST_F(TableFeatures, LatinTextBecomesUtf8) {
  const ImportReport report = import_text("x,H\xF6he,label\n1,gro\xDF,0\n2,klein,1\n3,gro\xDF,1\n4,klein,0\n");
  EXPECT_THAT(imported().feature_names(), ElementsAre("x", "Höhe=groß", "Höhe=klein"));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("Latin-1")));
  EXPECT_THAT(import_text("x,Höhe,label\n1,groß,0\n2,klein,1\n3,groß,1\n4,klein,0\n").warnings,
              testing::Not(Contains(HasSubstr("Latin-1"))));
}

TEST_F(TableFeatures, NewPatientsGetTheFeaturesAndClassesOfEarlierOnes) {
  import_text(
      "colour,smoker,age,stage,outcome\nred,yes,1,1,ill\nblue,no,2,2,well\ngreen,no,3,1,ill\nred,no,4,2,well\nblue,no,5,1,ill\ngreen,yes,6,"
      "2,ill\n",
      with({.target = {"outcome"}, .categorical = {"stage"}}));
  const auto features = imported().feature_names();
  const std::string earlier = folder_ / "earlier.h5";
  std::filesystem::rename(output(), earlier);

  const ImportReport report = import_text("age;stage;colour;smoker;room;outcome\n7,5;2;violet;yes;3;well\n8;1;red;no;4;well\n",
                                          with({.target = {"outcome"}, .like = earlier}));
  EXPECT_EQ(imported().feature_names(), features);
  EXPECT_THAT(row(1), ElementsAre(0, 0, 1, 0, 8, 1, 0));
  EXPECT_EQ(row(0)[4], 7.5F);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(row(0)[i]));
  EXPECT_THAT(report.warnings, Contains(AllOf(HasSubstr("colour"), HasSubstr("violet"))));
  EXPECT_THAT(imported().class_names(), ElementsAre("ill", "well"));
  EXPECT_THAT(classes(), ElementsAre(1, 1));

  EXPECT_THAT(refusal_of_text("age,colour,smoker\n1,red,no\n", with({.target = {"none"}, .like = earlier})), HasSubstr("no column stage"));
  EXPECT_THAT(refusal_of_text("age,colour,smoker,stage\nold,red,no,1\n", with({.like = earlier})),
              AllOf(HasSubstr("line 2"), HasSubstr("\"old\"")));
  import_text("age,colour,smoker,stage\n1,red,no,1\n", with({.like = earlier}));
  EXPECT_EQ(imported().target_kind(), TargetKind::kNone);
}

TEST_F(TableFeatures, EqualNamesOfFeaturesAreRefused) {
  EXPECT_THAT(refusal_of_text("a,a=x,label\nx,1,0\ny,2,1\n"), HasSubstr("two features are named a=x"));
}

}  // namespace
}  // namespace galen::data
