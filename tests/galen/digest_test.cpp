#include "galen/digest.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace galen {
namespace {

std::string digest_of(const std::string& bytes) {
  Digest digest;
  digest.add_bytes(bytes.data(), bytes.size());
  return digest.hex();
}

// As xxhsum -H2 prints them.
TEST(Digest, IsXxh3Of128Bits) {
  EXPECT_EQ(digest_of(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(digest_of("a"), "a96faf705af16834e6c632b61e964e1f");
  EXPECT_EQ(digest_of("abc"), "06b05ab6733a618578af5f94892f3950");
}

TEST(Digest, OfPartsIsThatOfTheWhole) {
  Digest parts;
  for (const std::string part : {"a", "", "bc"}) parts.add_bytes(part.data(), part.size());
  EXPECT_EQ(parts.hex(), digest_of("abc"));
}

TEST(Digest, TellsNeighboursApart) {
  Digest one, other;
  one.add("ab");
  one.add("c");
  other.add("a");
  other.add("bc");
  EXPECT_NE(one.hex(), other.hex());
}

// Lengths come first: eight bytes, the lowest first.
TEST(Digest, OfTextNumbersAndTensorsHasTheirBytes) {
  const std::string length(1, '\x02');
  const std::string zeros(7, '\0');
  Digest text;
  text.add("ab");
  EXPECT_EQ(text.hex(), digest_of(length + zeros + "ab"));
  Digest numbers;
  numbers.add(std::array<std::int64_t, 2>{1, 3});
  const std::string two = std::string("\x01") + zeros + "\x03" + zeros;
  EXPECT_EQ(numbers.hex(), digest_of(length + zeros + two));
  Digest tensor;
  tensor.add(at::tensor({std::int64_t{1}, std::int64_t{3}}));
  EXPECT_EQ(tensor.hex(), digest_of("\x10" + zeros + two));
}

}  // namespace
}  // namespace galen
