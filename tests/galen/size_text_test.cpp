#include "galen/size_text.h"

#include <gtest/gtest.h>

namespace galen {
namespace {

TEST(SizeText, HasTheLargestUnitThatFits) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(1023), "1023 bytes");
  EXPECT_EQ(size_text(1024), "1.0 KiB");
  EXPECT_EQ(size_text(64 << 20), "64.0 MiB");
  EXPECT_EQ(size_text(std::int64_t{3} << 29), "1.5 GiB");
  EXPECT_EQ(size_text(INT64_MAX), "8.0 EiB");
}

}  // namespace
}  // namespace galen
