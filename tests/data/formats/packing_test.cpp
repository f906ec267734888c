#include "data/formats/packing.h"

#include <gtest/gtest.h>

#include <limits>

namespace galen::data {

struct Inner {
  int number = 0;
  std::optional<double> share = {};
  bool operator==(const Inner&) const = default;
};

template <typename Archive>
void fields(Archive& archive, Inner& inner) {
  archive(inner.number, inner.share);
}

struct Outer {
  enum class Kind { kOne, kTwo };
  std::string name;
  Kind kind = Kind::kOne;
  std::vector<Inner> inner;
  std::map<std::uint32_t, std::vector<Outer>> parts;
  std::array<double, 2> pair = {};
  std::optional<std::optional<Inner>> maybe;
  std::vector<std::pair<std::string, std::int64_t>> counts;
  bool operator==(const Outer&) const = default;
};

template <typename Archive>
void fields(Archive& archive, Outer& outer) {
  archive(outer.name, outer.kind, outer.inner, outer.parts, outer.pair, outer.maybe, outer.counts);
}

namespace {

TEST(Packing, GivesBackWhatWasPacked) {
  Outer part;
  part.name = std::string("with \0 in it", 12);
  part.inner = {{1, 0.5}, {-2, {}}};
  Outer whole;
  whole.kind = Outer::Kind::kTwo;
  whole.parts[7] = {part, Outer()};
  whole.parts[0xFFFFFFFF] = {};
  whole.pair = {1e300, -std::numeric_limits<double>::infinity()};
  whole.maybe = std::optional(Inner{3, 4.0});
  whole.counts = {{"", std::numeric_limits<std::int64_t>::min()}, {"a", 1}};
  const std::string bytes = packed(whole);
  EXPECT_EQ(unpacked<Outer>(bytes), whole);
  EXPECT_EQ(packed(unpacked<Outer>(bytes)), bytes);
  whole.maybe = std::optional<Inner>();
  EXPECT_EQ(unpacked<Outer>(packed(whole)), whole) << "none within one that is there";
  EXPECT_EQ(unpacked<std::vector<Inner>>(packed(std::vector<Inner>())), std::vector<Inner>());
}

TEST(Packing, RefusesBytesThatAreCutOffOrOfSomethingElse) {
  const std::string bytes = packed(std::vector<std::string>{"abc", "defg"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(unpacked<std::vector<std::string>>(bytes.substr(0, size)), c10::Error) << size;
  }
  EXPECT_THROW(unpacked<std::vector<std::string>>(bytes + "x"), c10::Error);
  EXPECT_THROW(unpacked<std::string>(std::string(8, '\xff')), c10::Error) << "a size beyond what is left";
}

}  // namespace
}  // namespace galen::data
