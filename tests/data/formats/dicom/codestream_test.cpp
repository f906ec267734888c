#include "data/formats/dicom/codestream.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace galen::data {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// ITU-T T.81, B.1.1.2: any marker may be preceded by any number of fill bytes, which are FF.
TEST(Codestream, OfJpegMayHaveFillBytesBeforeMarkers) {
  const Octets start = {0xFF, 0xD8};
  const Octets comment = {0xFF, 0xFE, 0x00, 0x04, 'o', 'k'};
  const Octets frame = {0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x00, 0x10, 0x00, 0x20, 0x01, 0x01, 0x11, 0x00};
  const Octets scan = {0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00};
  for (const std::size_t fill : {0, 1, 2, 7}) {
    SCOPED_TRACE(fill);
    const Octets filler(fill, 0xFF);
    const auto stream = read_codestream(joined({start, filler, comment, filler, frame, filler, scan}));
    ASSERT_TRUE(stream);
    EXPECT_EQ(stream->rows, 16);
    EXPECT_EQ(stream->columns, 32);
    EXPECT_EQ(stream->components, 1);
    EXPECT_EQ(stream->bits, 8);
  }
  EXPECT_FALSE(read_codestream(joined({start, Octets(9, 0xFF)}))) << "fill bytes and nothing else";
}

}  // namespace
}  // namespace galen::data
