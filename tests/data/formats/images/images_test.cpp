#include "data/formats/images/image_file.h"
#include "tests/data/import/import_fixture.h"

#include <ATen/ops/equal.h>
#include <gmock/gmock.h>

#include <filesystem>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> kKinds = {
    "grey.png",          "grey16.png",       "rgb.png",   "rgb16.png",   "rgba.png",         "grey_alpha.png",
    "palette.png",       "grey_palette.png", "bit.png",   "grey.jpg",    "rgb.jpg",          "progressive.jpg",
    "grey.tif",          "grey16.tif",       "float.tif", "rgb.tif",     "rgba.tif",         "grey_alpha.tif",
    "white_is_zero.tif", "palette.tif",      "fax.tif",   "tiles.tif",   "tiled_planes.tif", "planes.tif",
    "grey.bmp",          "rgb.bmp",          "rgba.bmp",  "palette.bmp", "bit.bmp"};

class ImagesTest : public test::ImportFixture {
 protected:
  ImagesTest() : ImportFixture(Identifiers::kKept) {}

  // The images are made once, and not changed: tests that damage some copy them.
  static void SetUpTestSuite() {
    if (!test::python()) return;
    images_ = std::make_unique<test::TemporaryFolder>();
    run({(test::source_folder() / "tests/data/formats/images/image_files.py").string(), images_->path()});
  }
  static void TearDownTestSuite() { images_.reset(); }

  void SetUp() override {
    if (!images_) GTEST_SKIP() << "needs Python with numpy, h5py and Pillow; run launch/setup.sh --tests";
  }

  static void run(const std::vector<std::string>& arguments) {
    const test::ProgramResult result = test::run_python(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }
  // A script that finds the arguments as a, b …, Image, numpy as np and h5py.
  static void python(const std::string& script, const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"-c",
                                        "import sys, numpy as np, h5py\nfrom PIL import Image\na, b = (sys.argv + [''])[1:3]\n" + script};
    command.insert(command.end(), arguments.begin(), arguments.end());
    run(command);
  }

  static std::string kind(const std::string& name) { return *images_ / name; }

  // A folder of the test's own with one class folder a kind, in a split folder where `subset` says so.
  std::string folder_of(const std::vector<std::string>& kinds, const std::string& subset = "") {
    for (const std::string& name : kinds) {
      fs::create_directories(folder_ / "images" / subset / name);
      fs::copy(kind(name), folder_ / "images" / subset / name, fs::copy_options::recursive);
    }
    return folder_ / "images";
  }

  ImportOptions options_for(const std::string& source) {
    ImportOptions options;
    options.source = source;
    options.file = output();
    options.pseudonyms.identifiers = "keep";
    options.overwrite = true;
    return options;
  }
  static std::string refusal(const ImportOptions& options) {
    return test::error_text([&] { import_source(options); });
  }

  static inline std::unique_ptr<test::TemporaryFolder> images_;
};

TEST_F(ImagesTest, EveryKindArrivesAsPillowReadsIt) {
  for (const std::string& name : kKinds) {
    SCOPED_TRACE(name);
    const ImportReport report = import(kind(name));
    EXPECT_EQ(report.format, "images");
    EXPECT_THAT(report.skipped, IsEmpty());
    const bool rounds = name.ends_with(".jpg");
    run({(test::source_folder() / "tests/data/formats/images/image_compare.py").string(), kind(name) + ".npy", output(),
         rounds ? "2" : "0"});
  }
}

TEST_F(ImagesTest, FoldersNamedForTheSplitTellIt) {
  folder_of({"grey.png"}, "train");
  folder_of({"grey.png"}, "Validation");
  const ImportReport report = import(folder_of({"grey.png", "bit.png"}, "test"));
  EXPECT_EQ(report.split, "the source's own");
  EXPECT_THAT(report.subsets, ElementsAre(6, 6, 12));
  EXPECT_THAT(imported().class_names(), ElementsAre("bit.png", "grey.png"));
}

TEST_F(ImagesTest, OneFolderOfImagesIsUnlabelledOnlyOnRequest) {
  ImportOptions options = options_for(folder_of({"grey.png"}));
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("grey.png"), HasSubstr("--table"), HasSubstr("--target none")));
  options.table.target = {"none"};
  EXPECT_EQ(import_source(options).task, "");
  EXPECT_EQ(imported().target_kind(), TargetKind::kNone);
}

TEST_F(ImagesTest, SizesThatDifferAreAnErrorThatNamesTheOption) {
  const std::string folder = folder_of({"grey.png", "bit.png"});
  python("Image.new('L', (5, 9)).save(a)", {folder + "/grey.png/small.png"});
  ImportOptions options = options_for(folder);
  EXPECT_THAT(refusal(options),
              AllOf(HasSubstr("21 x 37 (12 files"), HasSubstr("9 x 5 (1 file, such as grey.png/small.png)"), HasSubstr("--size")));
  options.size = {8, 6};
  EXPECT_THAT(import_source(options).sample_shape, ElementsAre(1, 8, 6));
}

TEST_F(ImagesTest, ResizingIsPillowsBilinear) {
  for (const std::vector<std::int64_t>& size : {std::vector<std::int64_t>{8, 13}, {50, 40}, {21, 90}}) {
    ImportOptions options = options_for(kind("rgb.png"));
    options.size = size;
    import_source(options);
    python(fmt::format("with h5py.File(b) as f:\n"
                       "  for name, x in zip(f['samples/sample_id'].asstr(), f['samples/image']):\n"
                       "    y = np.asarray(Image.open(a + '/' + name).resize(({}, {}), Image.BILINEAR)).transpose(2, 0, 1)\n"
                       "    assert np.abs(x.astype(int) - y).max() <= 1, np.abs(x.astype(int) - y).max()",
                       size[1], size[0]),
           {kind("rgb.png"), output()});
  }
}

TEST_F(ImagesTest, MixedColoursAreSettledByAnOption) {
  ImportOptions options = options_for(folder_of({"rgb.png", "grey.png"}));
  EXPECT_THAT(refusal(options), AllOf(HasSubstr("RGB (6 files"), HasSubstr("grey (6 files"), HasSubstr("--grey"), HasSubstr("--rgb")));
  const std::string compare =
      "with h5py.File(b) as f:\n"
      "  for name, x in zip(f['samples/sample_id'].asstr(), f['samples/image']):\n"
      "    y = np.asarray(Image.open(a + '/' + name).convert(MODE))\n"
      "    assert (x == (y[None] if y.ndim == 2 else y.transpose(2, 0, 1))).all()";
  options.images.grey = true;
  import_source(options);
  python("MODE = 'L'\n" + compare, {options.source, output()});
  options.images.rgb = true;
  EXPECT_THROW(import_source(options), UsageError);
  options.images.grey = false;
  import_source(options);
  python("MODE = 'RGB'\n" + compare, {options.source, output()});
}

TEST_F(ImagesTest, PhotographsStandUprightAsPillowTurnsThem) {
  for (const char* orientations : {"1, 2, 3, 4", "5, 6, 7, 8"}) {
    const std::string folder = folder_ / fmt::format("turned by {}", orientations);
    fs::create_directories(folder);
    python(fmt::format("y, x = np.mgrid[0:21, 0:37]\n"
                       "for number in [{}]:\n"
                       "  exif = Image.Exif(); exif[274] = number; exif[271] = 'a camera'; exif.endian = '<>'[number % 2]\n"
                       "  Image.fromarray(np.stack([x * 6, y * 12, x + y], -1).astype('u1')).save(f'{{a}}/{{number}}.jpg', exif=exif)",
                       orientations),
           {folder});
    ImportOptions options = options_for(folder);
    options.table.target = {"none"};
    EXPECT_THAT(import_source(options).skipped, IsEmpty());
    python(
        "from PIL import ImageOps\n"
        "with h5py.File(b) as f:\n"
        "  assert len(f['samples/image']) == 4\n"
        "  for name, x in zip(f['samples/sample_id'].asstr(), f['samples/image']):\n"
        "    y = np.asarray(ImageOps.exif_transpose(Image.open(f'{a}/{name}'))).transpose(2, 0, 1)\n"
        "    assert x.shape == y.shape and np.abs(x.astype(int) - y).max() <= 2, name",
        {folder, output()});
  }
}

TEST_F(ImagesTest, PagesOfATiffFileAreAVolume) {
  fs::create_directories(folder_ / "v");
  python(
      "r = np.random.default_rng(0)\n"
      "for i in range(3):\n"
      "  x = r.integers(0, 256, (4, 10, 12), dtype=np.uint8); np.save(f'{a}/{i}.npy', x)\n"
      "  p = [Image.fromarray(y) for y in x]; p[0].save(f'{a}/{i}.tif', save_all=True, append_images=p[1:])",
      {folder_ / "v"});
  ImportOptions options = options_for(folder_ / "v");
  options.table.target = {"none"};
  EXPECT_THAT(import_source(options).sample_shape, ElementsAre(1, 4, 10, 12));
  python("x = h5py.File(b)['samples/image'][...]\nassert all((x[i, 0] == np.load(f'{a}/{i}.npy')).all() for i in range(3))",
         {folder_ / "v", output()});
}

TEST_F(ImagesTest, ATableTellsTargetsPatientsAndSplit) {
  const std::string folder = folder_of({"grey.png"});
  const std::string table = folder_.write("labels.csv",
                                          "image,oedema,mass,patient,split\n0,1,0,p,train\na/1.png,0,0,p,train\n2.png,1,1,q,val\n"
                                          "absent,1,1,q,val\n3,0,1,r,test\n");
  ImportOptions options = options_for(folder);
  options.images.table = table;
  options.table.target = {"oedema", "mass"};
  const ImportReport report = import_source(options);
  EXPECT_EQ(report.task, "multilabel");
  EXPECT_THAT(report.subsets, ElementsAre(2, 1, 1));
  EXPECT_THAT(report.skipped, ElementsAre(AllOf(HasSubstr("line 5"), HasSubstr("absent"))));
  const Dataset dataset = imported();
  EXPECT_THAT(dataset.class_names(), ElementsAre("oedema", "mass"));
  EXPECT_EQ(dataset.group_name(1), "p");
  EXPECT_EQ(dataset.sample_name(1), "grey.png/a/1.png");
  python(
      "f = h5py.File(b)\nassert f['samples/label'][...].tolist() == [[1, 0], [0, 0], [1, 1], [0, 1]]\n"
      "for x, n in zip(f['samples/image'], ['a/0', 'a/1', 'a/2', 'b/3']): assert (x[0] == np.asarray(Image.open(f'{a}/{n}.png'))).all()",
      {folder + "/grey.png", output()});

  options.images.file_column = "file";
  EXPECT_THROW(import_source(options), UsageError);
  options.images.file_column = "";
  folder_.write("labels.csv", "image,label\n0,1\n0.png,0\n");
  options.table.target = {};
  EXPECT_THAT(refusal(options), HasSubstr("lines 2 and 3 name the same image"));
}

TEST_F(ImagesTest, CutOffFilesAreLeftOutAndNamed) {
  const std::string folder = folder_of({"rgb.jpg", "rgb.png", "rgb.bmp", "rgb.tif"});
  for (const char* name : {"rgb.jpg/a/0.jpg", "rgb.png/a/0.png", "rgb.bmp/a/0.bmp", "rgb.tif/a/0.tif"}) {
    fs::resize_file(fs::path(folder) / name, fs::file_size(fs::path(folder) / name) - 150);
  }
  const ImportReport report = import(folder);
  EXPECT_EQ(report.samples, 20);
  EXPECT_THAT(report.skipped, SizeIs(4));
  EXPECT_THAT(describe(report), AllOf(HasSubstr("skipped 4"), HasSubstr("rgb.jpg/a/0.jpg"), HasSubstr("rgb.bmp/a/0.bmp")));
  EXPECT_THAT(imported().class_names(), SizeIs(4));
}

}  // namespace
}  // namespace galen::data
