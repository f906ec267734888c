#include "data/formats/idx/idx.h"
#include "galen/error.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/target.h"

using namespace std::string_literals;

std::vector<std::string> galen::test::fuzz_seeds() {
  return {"\0\0\x08\x03\0\0\0\x06\0\0\0\x04\0\0\0\x05"s + std::string(6 * 20, 'x'),
          "\0\0\x0D\x04\0\0\0\x06\0\0\0\x02\0\0\0\x03\0\0\0\x01"s + std::string(6 * 24, 'y'),
          "\0\0\x0B\x02\0\0\0\x06\0\0\0\x04"s + std::string(48, 'z')};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const galen::test::InputFile images("train-images-idx3-ubyte");
  static const std::string labels = images.beside("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x06\0\1\2\0\1\2"s);
  galen::data::ImportOptions options;
  options.source = images.write(galen::test::as_text(data, size));
  try {
    const galen::data::Source source = open_idx(options);
    source.read(source.description.size);
  } catch (const galen::Error&) {
  }
  return 0;
}
