#include "data/preparation/fill_notes.h"

#include "tests/data/h5py.h"
#include "tests/data/small_dataset.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FillNotes : public test::H5pyTest {
 protected:
  std::vector<std::string> notes(const std::string& array, const std::string& layout, const TransformOptions& options) const {
    return fill_notes(options, *open(array, "", layout));
  }
};

TEST_F(FillNotes, AreOfZerosBesideValuesBelowZero) {
  write(R"(
hu = np.full((12, 1, 9, 9), 40, 'i2')
hu[:, :, 0] = -1000
f['hu'] = hu
f['float'] = hu.astype('f4')
f['grey'] = np.full((12, 1, 9, 9), 40, 'i2')
f['signal'] = np.full((12, 1, 9), -1, 'f4')
)");
  const TransformOptions options{"pad(1)", "rotate(10)"};
  for (const char* array : {"hu", "float"}) {
    EXPECT_THAT(notes(array, "nchw", options), ElementsAre(AllOf(HasSubstr("data.prepare: pad(1)"), HasSubstr("down to -1000")),
                                                           AllOf(HasSubstr("data.augment: rotate(10)"), HasSubstr("fill=min"))));
  }
  EXPECT_THAT(notes("hu", "nchw", {"window(-160, 240); pad(1)", "rotate(10)"}), IsEmpty());
  EXPECT_THAT(notes("hu", "nchw", {"pad(1, fill=-1000)", "rotate(10, fill=min)"}), IsEmpty());
  EXPECT_THAT(notes("grey", "nchw", options), IsEmpty());
  EXPECT_THAT(notes("signal", "nct", {"", "shift(1)"}), IsEmpty());
}

}  // namespace
}  // namespace galen::data
