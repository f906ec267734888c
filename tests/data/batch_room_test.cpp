// Samples that no machine holds: sparse files claim them.
#include "data/batch_room.h"

#include "data/import/repack.h"
#include "data/loader.h"
#include "galen/error.h"
#include "tests/data/h5py.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

namespace galen::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class BatchRooms : public test::H5pyTest {
 protected:
  // Four samples of `shape`, of which the disk holds nothing.
  void claim(const std::string& shape) const {
    write(
        "p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)\n"
        "p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY); p.set_fill_time(h5py.h5d.FILL_TIME_NEVER)\n"
        "s = h5py.h5s.create_simple((4, " +
        shape + "))\nh5py.h5d.create(f.id, b'x', h5py.h5t.IEEE_F32LE, s, p)\nf['y'] = np.arange(4) % 2\n");
  }
};

TEST_F(BatchRooms, ASampleThatNoMachineHoldsIsRefusedWhenItIsOpened) {
  claim("1, 1048576, 262144");  // 1 TiB each
  EXPECT_THAT([&] { open("/x", "/y", "nchw"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("a single sample, [1, 1048576, 262144]"), HasSubstr("2.0 TiB of memory are needed"))));
}

TEST_F(BatchRooms, BatchesAreHeldAgainstMemoryBeforeTheyAreRead) {
  claim("1, 2048, 2048");
  const auto dataset = open("/x", "/y", "nchw");
  const Preparation as_they_are = make_preparation({.scaling = ScalingMethod::kNone}, *dataset, {});
  expect_room_for_batches(*dataset, {as_they_are}, {.rows = 1});
  EXPECT_THAT(
      [&] { expect_room_for_batches(*dataset, {as_they_are}, {.rows = 1'000'000, .slots = 3, .processes = 2}); },
      ThrowsMessage<Error>(AllOf(HasSubstr("3 batches of 1000000 samples, of each of 2 processes"), HasSubstr("[1, 2048, 2048] (16.0 MiB)"),
                                 HasSubstr("91.6 TiB of memory"), HasSubstr("Use a smaller batch"))));
  EXPECT_THAT([&] { expect_room_for_batches(*dataset, {as_they_are}, {.rows = std::numeric_limits<std::int64_t>::max()}); },
              ThrowsMessage<Error>(HasSubstr("memory")));
}

TEST_F(BatchRooms, ALoaderRefuses) {
  claim("1, 2048, 2048");
  const auto dataset = open("/x", "/y", "nchw");
  const Preparation as_they_are = make_preparation({.scaling = ScalingMethod::kNone}, *dataset, {});
  EXPECT_THAT(
      [&] {
        Loader(dataset, {0, 1, 2, 3}, as_they_are, {.batch = 4, .read_ahead = 5'000'000});
      },
      ThrowsMessage<Error>(HasSubstr("of memory are needed")));
}

TEST_F(BatchRooms, RepackingAsksForRoomOnTheDisk) {
  claim("1, 1048576, 262144");
  const std::string out = path() + ".new";
  EXPECT_THAT([&] { repack({.source = path(), .file = out, .input = "/x"}, [](const char*, std::int64_t, std::int64_t) {}); },
              ThrowsMessage<Error>(HasSubstr("4.0 TiB are needed on the disk")));
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace galen::data
