#include "data/inspection/contact_sheet.h"

#include "data/files/dataset.h"
#include "data/files/dataset_writer.h"
#include "data/synthetic/synthetic.h"
#include "galen/error.h"
#include "tests/data/transforms/samples.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/div.h>
#include <ATen/ops/zeros.h>

#include <filesystem>
#include <limits>

namespace galen::data {
namespace {

class ContactSheetTest : public testing::Test {
 protected:
  Dataset images() const {
    write_synthetic({.file = folder_ / "s.h5", .samples = 12, .overwrite = true});
    return Dataset({.file = folder_ / "s.h5"});
  }

  // What Python says about the picture p (uint8, [height, width, 3]) and the images x of the data set.
  std::string ask(const std::string& expression) const {
    const std::string script =
        "import numpy as np, h5py\nfrom PIL import Image\np = np.asarray(Image.open('sheet.png').convert('RGB'))\n"
        "x = h5py.File('s.h5')['samples'][next(n for n in ('image', 'signal') if n in h5py.File('s.h5')['samples'])][:]\nprint(" +
        expression + ")";
    const test::ProgramResult result = test::run_python({"-c", script}, folder_ / ".");
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  }

  test::TemporaryFolder folder_;
};

TEST_F(ContactSheetTest, ShowsTheStoredImageAboveAndWhatBecameOfItBelow) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy, h5py and pillow (launch/setup.sh --tests)";
  write_contact_sheet(images(), {.samples = 1, .file = folder_ / "sheet.png", .transforms = {"flip(horizontal)", ""}});
  // One pair: 28 pixels enlarged four times, below the label.
  EXPECT_EQ(ask("np.array_equal(p[20:132:4, 8:120:4, 0], x[0, 0])"), "True\n");
  EXPECT_EQ(ask("np.array_equal(p[135:247:4, 8:120:4, 1], x[0, 0, :, ::-1])"), "True\n");
  EXPECT_EQ(ask("(p[8:16] > 200).any()"), "True\n");
}

// A label in the rows 4 to 9 and columns 2 to 5 of 16, all enlarged eight times.
TEST_F(ContactSheetTest, OutlinesTheLabelsOfMasks) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy, h5py and pillow (launch/setup.sh --tests)";
  DatasetWriter writer(folder_ / "s.h5", {.sample_shape = {1, 16, 16}, .size = 1, .has_mask = true});
  const at::Tensor mask = at::zeros({1, 16, 16}, at::kByte);
  mask.narrow(1, 4, 6).narrow(2, 2, 4).fill_(1);
  writer.append(at::zeros({1, 1, 16, 16}, at::kByte), mask);
  writer.finish();
  write_contact_sheet(Dataset({.file = folder_ / "s.h5", .target = "/samples/mask"}),
                      {.samples = 1, .file = folder_ / "sheet.png", .transforms = {"flip(horizontal)", ""}});
  const std::string outlined = "[(int(i.min()), int(i.max())) for i in np.nonzero((p == (255, 180, 90)).all(-1)[{}:{}, 8:136])]";
  EXPECT_EQ(ask(fmt::format(fmt::runtime(outlined), 20, 148)), "[(32, 80), (16, 48)]\n");
  EXPECT_EQ(ask(fmt::format(fmt::runtime(outlined), 151, 279)), "[(32, 80), (80, 112)]\n");
}

// Rows of 0, 1, 2, 3, among which NaN is black and infinity as white or black as can be; enlarged 32 times.
TEST_F(ContactSheetTest, ShowsWhatIsNoNumberAsBlackOrWhite) {
  if (!test::python()) GTEST_SKIP() << "needs a Python with numpy, h5py and pillow (launch/setup.sh --tests)";
  DatasetWriter writer(folder_ / "s.h5", {.sample_shape = {1, 4, 4}, .type = at::kFloat, .size = 1});
  const at::Tensor image = at::arange(16, at::kFloat).div(4, "floor").view({1, 1, 4, 4}).contiguous();
  auto* values = image.mutable_data_ptr<float>();
  values[0] = values[12] = std::numeric_limits<float>::quiet_NaN();
  values[1] = std::numeric_limits<float>::infinity();
  values[13] = -std::numeric_limits<float>::infinity();
  writer.append(image);
  writer.finish();
  write_contact_sheet(Dataset({.file = folder_ / "s.h5"}), {.samples = 1, .file = folder_ / "sheet.png"});
  EXPECT_EQ(ask("p[20:148:32, 8:136:32, 0].ravel().tolist()"), "[0, 255, 0, 0, 85, 85, 85, 85, 170, 170, 170, 170, 0, 0, 255, 255]\n");
}

TEST_F(ContactSheetTest, HoldsAsManySamplesAsAreThere) {
  write_contact_sheet(images(), {.samples = 100, .file = folder_ / "sheet.png"});
  EXPECT_TRUE(std::filesystem::exists(folder_ / "sheet.png"));
}

TEST_F(ContactSheetTest, ReplacesAFileOnlyOnRequest) {
  const Dataset dataset = images();
  ContactSheetOptions options{.samples = 2, .file = folder_.write("sheet.png", "precious")};
  EXPECT_THROW(write_contact_sheet(dataset, options), UsageError);
  options.overwrite = true;
  write_contact_sheet(dataset, options);
  EXPECT_GT(std::filesystem::file_size(options.file), 500U);
}

TEST_F(ContactSheetTest, DrawsVolumesAndSignals) {
  for (const test::Shape& shape : {test::Shape{2, 9, 10, 11}, test::Shape{3, 200}}) {
    DatasetDescription description{.input = shape.size() == 2 ? "signal" : "image", .sample_shape = shape, .type = at::kFloat, .size = 3};
    DatasetWriter writer(folder_ / "s.h5", description, /*overwrite=*/true);
    for (std::uint64_t i = 0; i < 3; ++i) writer.append(test::random_sample(shape, i).unsqueeze(0));
    writer.finish();
    write_contact_sheet(Dataset({.file = folder_ / "s.h5"}),
                        {.samples = 3, .file = folder_ / "sheet.png", .overwrite = true, .transforms = {"", "noise(0.2)"}});
    if (!test::python()) GTEST_SKIP() << "needs a Python with numpy, h5py and pillow (launch/setup.sh --tests)";
    EXPECT_EQ(ask("(p > 200).mean() > 0.02"), "True\n");
  }
}

}  // namespace
}  // namespace galen::data
