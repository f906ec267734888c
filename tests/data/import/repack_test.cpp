#include "data/import/repack.h"

#include "galen/error.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::HasSubstr;

class RepackTest : public test::H5pyTest {
 protected:
  std::string repacked() const { return path() + ".new"; }

  std::string repack(RepackOptions options) const {
    options.source = path();
    options.file = repacked();
    options.overwrite = true;
    return data::repack(options, [](const char*, std::int64_t, std::int64_t) {});
  }

  // A file of the schema with all that a file may hold beside its samples.
  void write_dataset() const {
    write(R"(
r = np.random.default_rng(0)
f.attrs['schema_version'] = 1
f.attrs['content_digest'] = 'abc'
f.attrs['notes'] = np.array(['one', 'zwei'], dtype=h5py.string_dtype())
g = f.create_group('samples')
g.attrs['group attribute'] = 2.5
x = g.create_dataset('image', data=r.integers(-3000, 3000, (23, 1, 20, 30)).astype('>i2'), chunks=(4, 1, 20, 30), compression='gzip', maxshape=(None, 1, 20, 30))
x.attrs['mean'] = [1.5]
x.attrs['names'] = np.array([b'fixed', b'length'])
m = g.create_dataset('mask', data=r.integers(0, 4, (23, 20, 30)).astype('u1'))
m.attrs['class_names'] = np.array(['liver', 'spleen'], dtype=h5py.string_dtype())
g.create_dataset('label', data=r.integers(0, 2, 23))
g.create_dataset('group_id', data=[f'p{i // 2}' for i in range(23)])
f.create_dataset('other/deep/table', data=r.random((5, 3)), compression='lzf')
f.create_dataset('other/scalar', data=7)
f['alias'] = h5py.SoftLink('/samples/label')
f['outside'] = h5py.ExternalLink('elsewhere.h5', '/x')
f['empty'] = h5py.Empty('f4')
)");
  }

  // Compares all objects, types and attributes of the two files; then runs `script` with the new one as n.
  void compare(const std::string& script) const {
    read(
        "n = h5py.File(path + '.new', 'r')\n"
        R"(
def same(a, b):
  assert a.attrs.keys() == b.attrs.keys(), a.name
  for k in a.attrs:
    assert a.attrs.get_id(k).dtype == b.attrs.get_id(k).dtype and np.array_equal(a.attrs[k], b.attrs[k]), (a.name, k)
  if isinstance(a, h5py.Group):
    assert list(a) == list(b), a.name
    for k in a:
      link, other = a.get(k, getlink=True), b.get(k, getlink=True)
      assert type(link) == type(other), k
      if isinstance(link, h5py.HardLink): same(a[k], b[k])
      else: assert link.path == other.path and getattr(link, 'filename', '') == getattr(other, 'filename', ''), k
  else:
    assert a.dtype == b.dtype and a.shape == b.shape, a.name
    if a.shape is not None: assert np.array_equal(a[...] if a.shape else a[()], b[...] if b.shape else b[()]), a.name
same(f, n)
)" + script);
  }
};

TEST_F(RepackTest, ContiguousSamplesAreTheSameByteForByte) {
  write_dataset();
  EXPECT_THAT(repack({}), testing::AllOf(HasSubstr("/samples/image: contiguous"), HasSubstr("/samples/mask: contiguous")));
  compare(
      "assert n['samples/image'].chunks is None and n['samples/image'].dtype == np.dtype('>i2')\n"
      "assert n['other/deep/table'].compression == 'lzf'");
}

TEST_F(RepackTest, ChunksHoldAsManySamplesAsAsked) {
  write_dataset();
  repack({.compression = 3, .chunk_samples = 5});
  compare(
      "x = n['samples/image']\nassert x.chunks == (5, 1, 20, 30) and x.compression_opts == 3 and x.shuffle\n"
      "assert n['samples/mask'].chunks == (5, 20, 30)");
  repack({.chunk_samples = 100});
  compare("x = n['samples/image']\nassert x.chunks == (23, 1, 20, 30) and x.compression is None");
}

TEST_F(RepackTest, CompressedChunksHoldOneSampleUnlessTheyAreSmall) {
  write("f['samples/image'] = np.arange(3 * 400 * 400 * 2, dtype='u2').reshape(3, 2, 400, 400)");
  repack({.compression = 1});
  compare("assert n['samples/image'].chunks == (1, 2, 400, 400)");
  write("f['samples/tabular'] = np.arange(100000 * 16, dtype='f4').reshape(100000, 16)");
  repack({.compression = 1});
  compare("assert n['samples/tabular'].chunks == (4096, 16)");
}

TEST_F(RepackTest, ForeignArraysAreNamed) {
  write("f['x'] = np.arange(600.).reshape(10, 60)\nf['y'] = np.arange(10)");
  EXPECT_THROW(repack({}), Error);
  repack({.input = "x", .chunk_samples = 2});
  compare("assert n['x'].chunks == (2, 60) and n['y'].chunks is None");
}

TEST_F(RepackTest, AFileIsReplacedOnlyOnRequest) {
  write_dataset();
  RepackOptions options{.source = path(), .file = path(), .compression = 9};
  const auto nothing = [](const char*, std::int64_t, std::int64_t) {};
  EXPECT_THROW(data::repack(options, nothing), UsageError);
  options.overwrite = true;
  data::repack(options, nothing);
  EXPECT_EQ(read("print(f['samples/image'].compression_opts)"), "9\n");
}

}  // namespace
}  // namespace galen::data
