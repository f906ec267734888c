#include "data/import/class_naming.h"

#include "tests/data/import/import_fixture.h"
#include "tests/support/error_text.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Names = std::vector<std::string>;

Source classes_of(const Names& names, const std::vector<std::int64_t>& classes) {
  Source source;
  source.description.task = names.size() == 2 ? "binary" : "multiclass";
  source.description.class_names = names;
  source.targets = at::tensor(classes);
  return source;
}

std::vector<std::int64_t> numbers(const Source& source) {
  const auto* first = source.targets.const_data_ptr<std::int64_t>();
  return {first, first + source.targets.numel()};
}

ImportOptions with(Names class_names, std::string positive = {}) {
  ImportOptions options;
  options.source = "source";
  options.class_names = std::move(class_names);
  options.positive = std::move(positive);
  return options;
}

std::string naming_refusal(Source source, const ImportOptions& options) {
  return test::error_text([&] { arrange_classes(source, options); });
}

const Names kTissues = {"adenoma", "carcinoma", "normal"};

TEST(ClassNaming, APermutationOrders) {
  Source source = classes_of(kTissues, {0, 1, 2, 1});
  arrange_classes(source, with({"normal", "adenoma", "carcinoma"}));
  EXPECT_THAT(source.description.class_names, ElementsAre("normal", "adenoma", "carcinoma"));
  EXPECT_THAT(numbers(source), ElementsAre(1, 2, 0, 2));
}

TEST(ClassNaming, PairsRename) {
  Source source = classes_of(kTissues, {0, 1, 2, 1});
  arrange_classes(source, with({"normal=healthy", "adenoma=a=b"}));
  EXPECT_THAT(source.description.class_names, ElementsAre("a=b", "carcinoma", "healthy"));
  EXPECT_THAT(numbers(source), ElementsAre(0, 1, 2, 1));
}

TEST(ClassNaming, AnythingElseIsRefusedWithTheKnownNames) {
  for (const Names& names : {Names{"adenoma", "carcinoma"}, Names{"a", "b", "c"}, Names{"adenoma", "carcinoma", "healthy"},
                             Names{"adenoma", "carcinoma", "normal", "other"}, Names{"adenoma", "adenoma", "normal"},
                             Names{"adenoma", "carcinoma", "normal=healthy"}, Names{"tumour=x"}}) {
    EXPECT_THAT(naming_refusal(classes_of(kTissues, {0, 1, 2}), with(names)), HasSubstr("adenoma, carcinoma, normal"));
    Source source = classes_of(kTissues, {0, 1, 2});
    EXPECT_THROW(arrange_classes(source, with(names)), UsageError);
  }
  EXPECT_THAT(naming_refusal(classes_of(kTissues, {0, 1, 2}), with({"adenoma=normal"})), HasSubstr("one name"));
  EXPECT_THAT(naming_refusal(classes_of(kTissues, {0, 1, 2}), with({"adenoma=x", "adenoma=y"})), HasSubstr("twice"));
  EXPECT_THAT(naming_refusal(classes_of({}, {}), with({"a", "b"})), HasSubstr("no classes"));
}

TEST(ClassNaming, NumbersAreNamedInTheirOrder) {
  Source source = classes_of({"2", "5", "10"}, {0, 1, 2});
  arrange_classes(source, with({"low", "middle", "high"}));
  EXPECT_THAT(source.description.class_names, ElementsAre("low", "middle", "high"));
  EXPECT_THAT(source.warnings, ElementsAre(HasSubstr("2, 5, 10 are named low, middle, high")));
  source = classes_of({"2", "5", "10"}, {0, 1, 2});
  arrange_classes(source, with({"10", "5", "2"}));
  EXPECT_THAT(numbers(source), ElementsAre(2, 1, 0));
  source = classes_of({"0", "1"}, {0, 1});
  arrange_classes(source, with({"0=healthy", "1=ill"}));
  EXPECT_THAT(source.description.class_names, ElementsAre("healthy", "ill"));
  source = classes_of({"0", "1"}, {0, 1});
  arrange_classes(source, with({"a", "b", "c"}));
  EXPECT_EQ(source.description.task, "multiclass");
  EXPECT_THAT(naming_refusal(classes_of({"2", "5"}, {0, 1}), with({"a", "b", "c"})), HasSubstr("2, 5"));
  EXPECT_THAT(naming_refusal(classes_of({"0", "1"}, {0, 1}), with({"1", "2"})), HasSubstr("0, 1"));
}

TEST(ClassNaming, OfLabelsMovesColumns) {
  Source source;
  source.description.task = "multilabel";
  source.description.class_names = {"a", "b", "c"};
  source.targets = at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).reshape({2, 3});
  arrange_classes(source, with({"c", "a", "b"}));
  EXPECT_THAT(source.description.class_names, ElementsAre("c", "a", "b"));
  EXPECT_TRUE(source.targets.equal(at::tensor({3.0F, 1.0F, 2.0F, 6.0F, 4.0F, 5.0F}).reshape({2, 3})));
  source.classes_like = {"a", "b", "c"};
  arrange_classes(source, with({}));
  EXPECT_TRUE(source.targets.equal(at::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).reshape({2, 3})));
  source.classes_like = {"a", "b", "c", "d"};
  EXPECT_THAT(naming_refusal(source, with({})), HasSubstr("a, b, c, d"));
}

TEST(ClassNaming, PositiveBecomesClassOne) {
  Source source = classes_of({"benign", "malignant"}, {0, 1, 1});
  arrange_classes(source, with({}, "benign"));
  EXPECT_THAT(source.description.class_names, ElementsAre("malignant", "benign"));
  EXPECT_THAT(numbers(source), ElementsAre(1, 0, 0));
  EXPECT_TRUE(source.warnings.empty());
  source = classes_of({"ill", "normal"}, {0, 1, 1});
  arrange_classes(source, with({"normal=well"}, "ill"));
  EXPECT_THAT(source.description.class_names, ElementsAre("well", "ill"));
  EXPECT_THAT(numbers(source), ElementsAre(1, 0, 0));
  EXPECT_THAT(naming_refusal(classes_of({"ill", "normal"}, {0, 1}), with({}, "sick")), HasSubstr("ill, normal"));
  EXPECT_THAT(naming_refusal(classes_of(kTissues, {0, 1, 2}), with({}, "normal")), HasSubstr("two classes"));
}

TEST(ClassNaming, APositiveClassThatSoundsNegativeIsNoted) {
  for (const char* name : {"normal", "Healthy", "No finding", "control_2", "NEGATIVE", "benign"}) {
    Source source = classes_of({"A", name}, {0, 1});
    arrange_classes(source, with({}));
    EXPECT_THAT(source.warnings, ElementsAre(AllOf(HasSubstr(name), HasSubstr("--positive")))) << name;
  }
  for (const char* name : {"abnormal", "not normal", "nodule", "yes"}) {
    Source source = classes_of({"A", name}, {0, 1});
    arrange_classes(source, with({}));
    EXPECT_TRUE(source.warnings.empty()) << name;
  }
}

TEST(ClassNaming, LikeAnEarlierDataSet) {
  Source source = classes_of({"adenoma", "normal"}, {0, 1, 1});
  source.classes_like = kTissues;
  arrange_classes(source, with({}));
  EXPECT_THAT(source.description.class_names, ElementsAre("adenoma", "carcinoma", "normal"));
  EXPECT_EQ(source.description.task, "multiclass");
  EXPECT_THAT(numbers(source), ElementsAre(0, 2, 2));

  source = classes_of({"healthy"}, {0, 0});
  source.classes_like = {"ill", "well"};
  EXPECT_THAT(naming_refusal(source, with({})), AllOf(HasSubstr("healthy"), HasSubstr("ill, well")));
  arrange_classes(source, with({"healthy=well"}));
  EXPECT_EQ(source.description.task, "binary");
  EXPECT_THAT(numbers(source), ElementsAre(1, 1));
  EXPECT_THAT(naming_refusal(source, with({"well", "ill"})), HasSubstr("only renames"));
  EXPECT_THAT(naming_refusal(source, with({}, "ill")), HasSubstr("--like"));
}

class ClassNamingOfImports : public test::ImportFixture {};

TEST_F(ClassNamingOfImports, FoldersAndTablesAlike) {
  const std::string table = "x,label\n1,ill\n2,healthy\n3,ill\n";
  import_text(table, with({"ill", "healthy"}));
  EXPECT_THAT(imported().class_names(), ElementsAre("ill", "healthy"));
  const ImportReport report = import_text(table, with({}, "healthy"));
  EXPECT_EQ(report.classes[1].name, "healthy");
  EXPECT_THAT(report.warnings, Not(Contains(HasSubstr("positive"))));
}

}  // namespace
}  // namespace galen::data
