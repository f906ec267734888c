#include "data/transforms/grammar.h"

#include "data/transforms/transforms.h"
#include "galen/error.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(const TransformOptions& options, const std::vector<std::int64_t>& shape = {1, 28, 28}) {
  try {
    const Transforms transforms(options, shape, {0, 255});
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}
std::string refused_prepare(const std::string& text, const std::vector<std::int64_t>& shape = {1, 28, 28}) {
  return refusal({text, ""}, shape);
}
std::string refused_augment(const std::string& text, const std::vector<std::int64_t>& shape = {1, 28, 28}) {
  return refusal({"", text}, shape);
}

TEST(Grammar, ReadsCallsWithArgumentsByPlaceAndByName) {
  const std::vector<Call> calls = parse_calls("data.augment", " window( -160,2.5e2 ) ;grey; affine(rotate = 3, p=0.5);");
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].name, "window");
  EXPECT_EQ(calls[0].text, "window( -160,2.5e2 )");
  ASSERT_EQ(calls[0].arguments.size(), 2U);
  EXPECT_EQ(calls[0].arguments[0].value, "-160");
  EXPECT_EQ(calls[0].arguments[0].name, "");
  EXPECT_EQ(calls[1].name, "grey");
  EXPECT_THAT(calls[1].arguments, IsEmpty());
  EXPECT_EQ(calls[2].arguments[0].name, "rotate");
  EXPECT_EQ(calls[2].arguments[1].value, "0.5");
  EXPECT_THAT(parse_calls("data.augment", "  "), IsEmpty());
  EXPECT_THAT(parse_calls("data.augment", "grey()")[0].arguments, IsEmpty());
}

TEST(Grammar, ShowsWhereAListIsBroken) {
  EXPECT_THAT(refused_prepare("crop(20"), AllOf(HasSubstr("data.prepare"), HasSubstr("bracket is not closed")));
  EXPECT_THAT(refused_prepare("crop(20 20)"), AllOf(HasSubstr("comma"), HasSubstr("\"crop(20 \" <- here \"20)\"")));
  EXPECT_THAT(refused_prepare("grey grey"), HasSubstr("semicolon"));
  EXPECT_THAT(refused_prepare("; grey"), HasSubstr("name of a transform"));
  EXPECT_THAT(refused_prepare("pad(,4)"), HasSubstr("a value must stand here"));
  EXPECT_THAT(refused_augment("rotate(degrees=)"), HasSubstr("a value must stand here"));
}

TEST(Grammar, NamesTheNearestTransformAndTheListItBelongsTo) {
  EXPECT_THAT(refused_augment("rotat(15)"), AllOf(HasSubstr("data.augment"), HasSubstr("Did you mean rotate?")));
  EXPECT_THAT(refused_prepare("standardise"), HasSubstr("Did you mean standardize?"));
  EXPECT_THAT(refused_prepare("translucent"), AllOf(testing::Not(HasSubstr("Did you mean")), HasSubstr("window, crop, pad")));
  EXPECT_THAT(refused_prepare("rotate(15)"), HasSubstr("belongs in data.augment"));
  EXPECT_THAT(refused_augment("window(0, 1)"), HasSubstr("belongs in data.prepare"));
}

TEST(Grammar, SaysWhatArgumentsAreExpected) {
  EXPECT_THAT(refused_augment("rotate(300)"),
              AllOf(HasSubstr("degrees must be a number from 0 to 180, not 300"), HasSubstr("rotate(degrees, axis=depth, fill=0)")));
  EXPECT_THAT(refused_augment("rotate"), HasSubstr("degrees must be a number"));
  EXPECT_THAT(refused_augment("rotate(15, angle=3)"), HasSubstr("there is no argument angle"));
  EXPECT_THAT(refused_augment("flip(sideways)"), HasSubstr("horizontal or vertical, not sideways"));
  EXPECT_THAT(refused_augment("flip(horizontal, p=2)"), HasSubstr("p must be a number from 0 to 1"));
  EXPECT_THAT(refused_prepare("crop(20, 20, 20)"), HasSubstr("20 is one argument too many"));
  EXPECT_THAT(refused_prepare("crop(2.5)"), HasSubstr("height must be a whole number"));
  EXPECT_THAT(refused_prepare("window(5, 5)"), HasSubstr("low must be less than high"));
  EXPECT_THAT(refused_prepare("window(nan, 5)"), HasSubstr("low must be a number, not nan"));
  EXPECT_THAT(refused_prepare("resize(20, cubic)"), HasSubstr("width must be a whole number"));
  EXPECT_THAT(refused_prepare("resize(20, method=cubic)"), HasSubstr("auto or area or bilinear"));
}

TEST(Grammar, RefusesWhatDoesNotSuitTheSamples) {
  EXPECT_THAT(refused_prepare("crop(30, 20)"), HasSubstr("height 28"));
  EXPECT_THAT(refused_augment("random_crop(40, 28, 4)"), HasSubstr("height 28 here, 36 with padding"));
  EXPECT_THAT(refused_prepare("grey", {4, 28, 28}), HasSubstr("4 channels"));
  EXPECT_THAT(refused_augment("rotate(10)", {2, 100}), HasSubstr("signals"));
  EXPECT_THAT(refused_augment("elastic(1, 8)", {2, 100}), HasSubstr("signals"));
  EXPECT_THAT(refused_augment("flip(horizontal)", {2, 100}), HasSubstr("time"));
  EXPECT_THAT(refused_augment("flip(depth)"), HasSubstr("horizontal or vertical, not depth"));
  EXPECT_THAT(refused_augment("noise(0.1)", {30}), HasSubstr("rows of a table"));
  EXPECT_EQ(refusal({}, {30}), "");
}

TEST(Catalogue, HasHelpForEveryTransformOfEitherList) {
  for (const TransformHelp& help : transform_help()) {
    EXPECT_TRUE(help.prepare || help.augment) << help.usage;
    EXPECT_NE(help.meaning, "") << help.usage;
  }
}

}  // namespace
}  // namespace galen::data
