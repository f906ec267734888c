#include "galen/hex.h"

#include <gtest/gtest.h>

#include <array>

namespace galen {
namespace {

TEST(Hex, HasTwoDigitsAByte) {
  EXPECT_EQ(hex({}), "");
  EXPECT_EQ(hex(std::array<unsigned char, 4>{0, 0x0f, 0xa0, 0xff}), "000fa0ff");
}

}  // namespace
}  // namespace galen
