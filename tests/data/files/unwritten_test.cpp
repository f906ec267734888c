// Elements that lie nowhere: HDF5 reads them as the fill value, and h5py with it. Here they are errors that name what is missing.
#include "data/import/repack.h"
#include "galen/error.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Scripts find `here`, the folder of the file.
constexpr char kSources[] =
    "import os\n"
    "here = os.path.dirname(path)\n"
    "x = np.arange(120.).reshape(20, 6)\n"
    "for i in range(2):\n"
    "    with h5py.File(f'{here}/part{i}.h5', 'w') as part: part['x'] = x[10 * i:10 * i + 10]\n"
    "f['y'] = np.arange(20) % 2\n";
constexpr char kVirtual[] =
    "layout = h5py.VirtualLayout((20, 6), 'f8')\n"
    "for i in range(2): layout[10 * i:10 * i + 10] = h5py.VirtualSource(f'part{i}.h5', 'x', (10, 6))\n"
    "f.create_virtual_dataset('x', layout, fillvalue=0)\n";

class Unwritten : public test::H5pyTest {
 protected:
  std::string beside(const std::string& name) const { return (std::filesystem::path(path()).parent_path() / name).string(); }

  std::string refusal(const std::string& script, const std::string& target = "y") const {
    write(script);
    return refusal_of_file(target);
  }
  std::string refusal_of_file(const std::string& target = "y") const {
    try {
      open("x", target);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(Unwritten, SourcesOfAVirtualDatasetAreNamed) {
  const std::string whole = std::string(kSources) + kVirtual;
  EXPECT_EQ(refusal(whole), "");
  EXPECT_EQ(open("x", "y")->size(), 20);

  EXPECT_THAT(refusal(whole + "f.close(); os.remove(here + '/part1.h5'); f = h5py.File(path)"),
              AllOf(HasSubstr("dataset /x"), HasSubstr("part1.h5"), HasSubstr("missing"), Not(HasSubstr("part0.h5"))));
  EXPECT_THROW(repack({.source = path(), .file = beside("new.h5"), .input = "/x"}, [](const char*, std::int64_t, std::int64_t) {}), Error);
  EXPECT_FALSE(std::filesystem::exists(beside("new.h5")));

  EXPECT_THAT(refusal(whole + "part = h5py.File(here + '/part1.h5', 'a'); part.move('x', 'other'); part.close()"),
              AllOf(HasSubstr("part1.h5"), HasSubstr("no dataset x")));
  EXPECT_THAT(refusal(whole + "part = h5py.File(here + '/part1.h5', 'w'); part['x'] = x[:7]; part.close()"),
              AllOf(HasSubstr("part1.h5"), HasSubstr("60 elements"), HasSubstr("[7, 6]")));
  EXPECT_THAT(refusal(whole + "part = h5py.File(here + '/part1.h5', 'w')\n"
                              "part.create_dataset('x', (10, 6), 'f8', chunks=(5, 6))[:5] = 1; part.close()"),
              AllOf(HasSubstr("part1.h5: dataset /x"), HasSubstr("never written")));
  EXPECT_THAT(refusal(std::string(kSources) + "layout = h5py.VirtualLayout((20, 6), 'f8')\n"
                                              "layout[:10] = h5py.VirtualSource('part0.h5', 'x', (10, 6))\n"
                                              "f.create_virtual_dataset('x', layout)"),
              AllOf(HasSubstr("60 of its 120 elements"), HasSubstr("no source")));
}

TEST_F(Unwritten, SourcesAreLookedForWhereTheLibraryLooks) {
  const std::string moved = std::string(kSources) +
                            "layout = h5py.VirtualLayout((20, 6), 'f8')\n"
                            "for i in range(2): layout[10 * i:10 * i + 10] = h5py.VirtualSource(f'/gone/part{i}.h5', 'x', (10, 6))\n"
                            "f.create_virtual_dataset('x', layout)";
  EXPECT_EQ(refusal(moved), "");
  const std::string same_file = std::string(kSources) +
                                "f['a'] = x\nlayout = h5py.VirtualLayout((20, 6), 'f8')\n"
                                "layout[:] = h5py.VirtualSource('.', 'a', (20, 6))\nf.create_virtual_dataset('x', layout)";
  EXPECT_EQ(refusal(same_file), "");
  EXPECT_THAT(refusal(same_file + "\ndel f['a']"), HasSubstr("no dataset a"));
  const std::string nested = std::string(kSources) +
                             "with h5py.File(here + '/middle.h5', 'w') as f2:\n"
                             "    layout = h5py.VirtualLayout((20, 6), 'f8')\n"
                             "    for i in range(2): layout[10 * i:10 * i + 10] = h5py.VirtualSource(f'part{i}.h5', 'x', (10, 6))\n"
                             "    f2.create_virtual_dataset('m', layout)\n"
                             "layout = h5py.VirtualLayout((20, 6), 'f8')\n"
                             "layout[:] = h5py.VirtualSource('middle.h5', 'm', (20, 6))\nf.create_virtual_dataset('x', layout)\n";
  EXPECT_EQ(refusal(nested), "");
  EXPECT_THAT(refusal(nested + "os.remove(here + '/part0.h5')"), AllOf(HasSubstr("middle.h5"), HasSubstr("part0.h5")));
}

TEST_F(Unwritten, BlocksThatAPatternNamesAreAllLookedFor) {
  const std::string blocks = std::string(kSources) +
                             "space = h5py.h5s.create_simple((20, 6), (h5py.h5s.UNLIMITED, 6))\n"
                             "space.select_hyperslab((0, 0), (h5py.h5s.UNLIMITED, 1), (10, 1), (10, 6))\n"
                             "p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\n"
                             "p.set_virtual(space, b'part%b.h5', b'x', h5py.h5s.create_simple((10, 6)))\n"
                             "shape = h5py.h5s.create_simple((20, 6), (h5py.h5s.UNLIMITED, 6))\n"
                             "h5py.h5d.create(f.id, b'x', h5py.h5t.IEEE_F64LE, shape, p)\n";
  EXPECT_EQ(refusal(blocks), "");
  EXPECT_EQ(open("x", "y")->size(), 20);
  EXPECT_THAT(refusal(blocks + "f.close(); os.remove(here + '/part1.h5'); f = h5py.File(path)"), HasSubstr("20 entries"))
      << "the library takes the pattern's shape from the files that exist";
}

TEST_F(Unwritten, ExternalFilesAreNamed) {
  const std::string external = std::string(kSources) +
                               "x.tofile(here + '/x.raw')\n"
                               "f.create_dataset('x', (20, 6), 'f8', external=[(here + '/x.raw', 0, x.nbytes)])\n";
  EXPECT_EQ(refusal(external), "");
  EXPECT_THAT(refusal(external + "f.flush(); x[:12].tofile(here + '/x.raw')"),
              AllOf(HasSubstr("x.raw"), HasSubstr("576 bytes instead of 960")));
  EXPECT_THAT(refusal(external + "os.remove(here + '/x.raw')"), AllOf(HasSubstr("x.raw"), HasSubstr("missing")));
}

TEST_F(Unwritten, ChunksAreCounted) {
  for (const char* how :
       {"", ", compression='gzip'", ", fillvalue=7", ", dtype='>f4'", ", compression='gzip', scaleoffset=2, dtype='i4'"}) {
    const std::string type = std::string(how).find("dtype") == std::string::npos ? ", dtype='f4'" : "";
    const std::string made = "f['y'] = np.arange(20) % 2\nx = f.create_dataset('x', (20, 6), chunks=(5, 6)" + type + how + ")\n";
    EXPECT_THAT(refusal(made), HasSubstr("dataset /x was created but never written")) << how;
    EXPECT_THAT(refusal(made + "x[:10] = 1; x[15:] = 1"),
                AllOf(HasSubstr("1 of its 4 chunks"), HasSubstr("sample 10"), HasSubstr("f['/x'][...] = f['/x'][...]")))
        << how;
    EXPECT_EQ(refusal(made + "x[:10] = 1; f['/x'][...] = f['/x'][...]"), "") << "the way that the error shows; " << how;
  }
  EXPECT_THAT(refusal("f['y'] = np.arange(20) % 2; f.create_dataset('x', (20, 6), 'f4')"), HasSubstr("never written"));
  EXPECT_THAT(refusal("f['y'] = np.arange(20) % 2; x = f.create_dataset('x', (10, 6), 'f4', maxshape=(None, 6), chunks=(5, 6)); x[:] = 1\n"
                      "x.resize((20, 6))"),
              HasSubstr("2 of its 4 chunks"));
}

TEST_F(Unwritten, WhatGoesWithTheSamplesIsLookedAtToo) {
  EXPECT_THAT(refusal("f['x'] = np.ones((20, 6)); f.create_dataset('y', (20,), 'i8')"), HasSubstr("dataset /y was created but never"));
  EXPECT_THAT(refusal("f['x'] = np.ones((20, 6)); f.create_dataset('y', (20,), 'i8', chunks=(5,))[:6] = 1"), HasSubstr("dataset /y: 2 of"));
  EXPECT_THAT(refusal("f['x'] = np.ones((20, 6)); f['y'] = np.arange(20) % 2\n"
                      "f.create_dataset('samples/group_id', (20,), h5py.string_dtype(), chunks=(5,))[:6] = 'a'"),
              HasSubstr("/samples/group_id: 2 of"));
  EXPECT_THAT(refusal("f['x'] = np.ones((20, 6, 6)); f['x2'] = 1\n"
                      "f.create_dataset('m', (20, 6, 6), 'u1', chunks=(5, 6, 6))[:6] = 1",
                      "m"),
              HasSubstr("dataset /m: 2 of"));
}

TEST_F(Unwritten, LinksToNothingAreNoAbsence) {
  const std::string head = "f['x'] = np.ones((20, 6)); f['y'] = np.arange(20) % 2\n";
  EXPECT_THAT(refusal(head + "f['samples/split'] = h5py.SoftLink('/gone')"), AllOf(HasSubstr("/samples/split"), HasSubstr("/gone")));
  EXPECT_THAT(refusal(head + "f['samples/group_id'] = h5py.ExternalLink('gone.h5', '/ids')"),
              AllOf(HasSubstr("/ids"), HasSubstr("gone.h5")));
  EXPECT_THAT(refusal(head + "f['samples'] = h5py.ExternalLink('gone.h5', '/samples')"), HasSubstr("gone.h5"));
  EXPECT_THAT(refusal("f['x'] = np.ones((20, 6)); f['y'] = h5py.SoftLink('/gone')"), HasSubstr("/gone"));
}

}  // namespace
}  // namespace galen::data
