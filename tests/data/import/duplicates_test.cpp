#include "data/import/duplicates.h"

#include "tests/data/formats/images/bitmaps.h"
#include "tests/data/import/import_fixture.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Duplicates, AcrossTheSplitAndClassesAreTold) {
  Duplicates duplicates;
  duplicates.add(at::tensor({1, 2, 1, 3, 4, 2, 2, 5}).reshape({4, 2}));  // 12 13 42 25
  duplicates.add(at::tensor({1, 2, 4, 2, 4, 2}).reshape({3, 2}));        // 12 42 42
  const Subset train = Subset::kTrain;
  const Subset test = Subset::kTest;
  const at::Tensor classes = at::tensor(std::vector<std::int64_t>{0, 0, 1, 0, 1, 1, 1});
  EXPECT_THAT(duplicates.notes({train, train, train, train, test, train, train}, classes),
              ElementsAre(AllOf(HasSubstr("2 samples"), HasSubstr("split"), HasSubstr("numbers 0 and 4")),
                          AllOf(HasSubstr("2 samples"), HasSubstr("class"), HasSubstr("numbers 0 and 4"))));
  EXPECT_THAT(duplicates.notes({train, train, train, train, train, train, test}, {}),
              ElementsAre(AllOf(HasSubstr("3 samples"), HasSubstr("numbers 2 and 6"))));
  EXPECT_THAT(duplicates.notes(std::vector<Subset>(7, train), {}), IsEmpty());
}

class DuplicatesOfImports : public test::ImportFixture {};

TEST_F(DuplicatesOfImports, AnImageUnderTwoNamesIsTold) {
  const std::string images = test::write_bitmaps(folder_, "images", 20, 8);
  EXPECT_THAT(import(images).warnings, Not(Contains(HasSubstr("are the same"))));
  folder_.write("images/well/copy.bmp", test::bitmap(4, 8));
  EXPECT_THAT(import(images).warnings,
              Contains(AllOf(HasSubstr("2 samples are the same"), HasSubstr("another class"), HasSubstr("numbers 2 and 20 "))));
}

}  // namespace
}  // namespace galen::data
