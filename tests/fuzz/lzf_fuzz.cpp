#include "data/hdf5/lzf.h"
#include "tests/fuzz/target.h"

using namespace std::string_literals;

std::vector<std::string> galen::test::fuzz_seeds() {
  return {"\3abcd\x60\3\0z"s, "\0a\xE0\xFF\0"s, "\x1F"s + std::string(32, 'x') + "\x20\x1F\xE1\x05\x20"s};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span packed(data, size);
  if (const auto bytes = galen::data::hdf5::lzf_size(packed)) {
    std::vector<std::uint8_t> decoded(*bytes);
    galen::data::hdf5::lzf_decode(packed, decoded);
  }
  return 0;
}
