// Files that name other files of the machine: links, external storage and virtual datasets that lead out of their own folder.
#include "data/import/import.h"
#include "data/import/repack.h"
#include "data/inspection/foreign_file.h"
#include "galen/error.h"
#include "tests/data/formats/images/bitmaps.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

namespace galen::data {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

constexpr auto kQuiet = [](const char*, std::int64_t, std::int64_t) {};

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// The data set lies in one folder, and in `secrets_` what it must not read: 40 bytes, and an HDF5 file with an array x.
class OtherPlaces : public test::H5pyTest {
 protected:
  void SetUp() override {
    H5pyTest::SetUp();
    if (IsSkipped()) return;
    secrets_.write("passwd", "root:x:0:0:root:/root:/bin/bash:and-more");
    write("f['x'] = np.arange(40, dtype='u1').reshape(10, 4)\n");
    fs::rename(path(), secrets_ / "secret.h5");
    here_ = fs::path(path()).parent_path().string();
  }

  /// `script` finds the paths `here` and `secrets`.
  void make(const std::string& script) const {
    write("here, secrets = '" + here_ + "', '" + secrets_.path().string() + "/'\nimport os\nf['y'] = np.arange(10) % 2\n" + script);
  }

  DatasetOptions options(hdf5::External external) const {
    return {.file = path(), .input = "/x", .target = "/y", .layout = "nf", .external = external};
  }
  std::string refusal() const {
    return error_of([&] { Dataset dataset(options(hdf5::External::kRefuse)); });
  }
  void expect_only_where_allowed(const std::string& named) const {
    EXPECT_THAT(refusal(), AllOf(HasSubstr(named), HasSubstr("outside the folder"), HasSubstr("data.external = allow")));
    const Dataset dataset(options(hdf5::External::kAllow));
    EXPECT_EQ(dataset.size(), 10);
    EXPECT_THAT(dataset.notes(), Contains(HasSubstr(named)));
    const RepackOptions repacking{.source = path(), .file = here_ + "/new.h5", .overwrite = true, .input = "/x"};
    EXPECT_THAT(error_of([&] { repack(repacking, kQuiet); }), HasSubstr(named));
    EXPECT_FALSE(fs::exists(here_ + "/new.h5"));
  }

  test::TemporaryFolder secrets_;
  std::string here_;
};

TEST_F(OtherPlaces, ExternalStorageIsRefused) {
  make("f.create_dataset('x', (10, 4), 'u1', external=[(secrets + 'passwd', 0, 40)])\n");
  expect_only_where_allowed("passwd");
  make(
      "os.symlink(secrets + 'passwd', here + '/innocent.raw')\n"
      "f.create_dataset('x', (10, 4), 'u1', external=[(here + '/innocent.raw', 0, 40)])\n");
  expect_only_where_allowed("innocent.raw");
  make("f.create_dataset('x', (10, 4), 'u1', external=[(here + '/../' + os.path.basename(secrets[:-1]) + '/passwd', 0, 40)])\n");
  expect_only_where_allowed("passwd");
}

TEST_F(OtherPlaces, ExternalStorageOfAnyArrayIsNotCopied) {
  make(
      "f['x'] = np.arange(40, dtype='u1').reshape(10, 4)\n"
      "f.create_group('notes').create_group('of').create_dataset('old', (40,), 'u1', external=[(secrets + 'passwd', 0, 40)])\n");
  RepackOptions repacking{.source = path(), .file = here_ + "/new.h5", .input = "/x"};
  EXPECT_THAT(error_of([&] { repack(repacking, kQuiet); }), AllOf(HasSubstr("/notes/of/old"), HasSubstr("passwd")));
  EXPECT_FALSE(fs::exists(repacking.file));
  EXPECT_EQ(refusal(), "");  // as it is not read
  repacking.external = hdf5::External::kAllow;
  EXPECT_THAT(repack(repacking, kQuiet), HasSubstr("passwd"));  // named
  EXPECT_TRUE(fs::exists(repacking.file));
}

TEST_F(OtherPlaces, ExternalLinksAreRefusedAlsoInChains) {
  make("f['x'] = h5py.ExternalLink(secrets + 'secret.h5', '/x')\n");
  expect_only_where_allowed("secret.h5");
  make("f['g/far'] = h5py.ExternalLink(secrets + 'secret.h5', '/')\nf['x'] = h5py.SoftLink('/g/far/x')\n");
  expect_only_where_allowed("secret.h5");
  make(
      "with h5py.File(here + '/middle.h5', 'w') as m: m['x'] = h5py.ExternalLink(secrets + 'secret.h5', '/x')\n"
      "f['x'] = h5py.ExternalLink('middle.h5', '/x')\n");
  expect_only_where_allowed("secret.h5");
}

// The library looks for the name in the file's own folder where the path itself fails.
TEST_F(OtherPlaces, NoOtherFileOfTheNameStandsIn) {
  make(
      "with h5py.File(here + '/secret.h5', 'w') as m: m['x'] = np.zeros((10, 4), 'u1')\n"
      "f['x'] = h5py.ExternalLink(secrets + 'secret.h5', '/x')\n");
  EXPECT_THAT(refusal(), HasSubstr("outside the folder"));
}

TEST_F(OtherPlaces, FoldersOfTheEnvironmentAreOutside) {
  make("f['x'] = h5py.ExternalLink('secret.h5', '/x')\n");
  ::setenv("HDF5_EXT_PREFIX", secrets_.path().c_str(), 1);
  expect_only_where_allowed("secret.h5");
  ::unsetenv("HDF5_EXT_PREFIX");
  make(
      "layout = h5py.VirtualLayout((10, 4), 'u1')\n"
      "layout[:] = h5py.VirtualSource('secret.h5', 'x', (10, 4))\nf.create_virtual_dataset('x', layout)\n");
  ::setenv("HDF5_VDS_PREFIX", secrets_.path().c_str(), 1);
  expect_only_where_allowed("secret.h5");
  ::unsetenv("HDF5_VDS_PREFIX");
}

TEST_F(OtherPlaces, VirtualSourcesAreRefused) {
  const std::string layout =
      "layout = h5py.VirtualLayout((10, 4), 'u1')\n"
      "layout[:] = h5py.VirtualSource(place, 'x', (10, 4))\nf.create_virtual_dataset('x', layout)\n";
  make("place = secrets + 'secret.h5'\n" + layout);
  expect_only_where_allowed("secret.h5");
  make("place = 'part.h5'\nos.symlink(secrets + 'secret.h5', here + '/part.h5')\n" + layout);
  expect_only_where_allowed("part.h5");
}

TEST_F(OtherPlaces, NeighboursAreReadAndNamed) {
  make(
      "with h5py.File(here + '/part.h5', 'w') as m: m['x'] = np.arange(40, dtype='u1').reshape(10, 4)\n"
      "f['x'] = h5py.ExternalLink('part.h5', '/x')\n");
  const Dataset dataset(options(hdf5::External::kRefuse));
  EXPECT_THAT(dataset.notes(), Contains(HasSubstr("takes its elements from")));
}

TEST_F(OtherPlaces, SchemaIsNotWrittenIntoOtherFiles) {
  make("f['x'] = np.arange(40, dtype='u1').reshape(10, 4)\nf['samples'] = h5py.ExternalLink(secrets + 'secret.h5', '/')\n");
  const std::string before = std::to_string(fs::last_write_time(secrets_ / "secret.h5").time_since_epoch().count());
  EXPECT_THAT(error_of([&] { write_schema(options(hdf5::External::kAllow)); }), HasSubstr("lies in another file"));
  EXPECT_EQ(std::to_string(fs::last_write_time(secrets_ / "secret.h5").time_since_epoch().count()), before);
}

TEST(OtherPlacesOfFolders, LinksOutOfASourceAreRefused) {
  const test::TemporaryFolder folder;
  const std::string images = test::write_bitmaps(folder, "images", 8, 4);
  const std::string elsewhere = test::write_bitmaps(folder, "elsewhere", 8, 4);
  fs::create_directory_symlink(fs::absolute(elsewhere) / "ill", images + "/ill/other");
  ImportOptions options;
  options.source = images;
  options.file = folder / "x.h5";
  EXPECT_THAT(error_of([&] { import_source(options); }), AllOf(HasSubstr("/ill/other (to "), HasSubstr("--external allow")));
  options.external = hdf5::External::kAllow;
  EXPECT_THAT(import_source(options).warnings, Contains(HasSubstr("/ill/other (to ")));
}

}  // namespace
}  // namespace galen::data
