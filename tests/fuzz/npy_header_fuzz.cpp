#include "data/formats/numpy/npy.h"
#include "galen/error.h"
#include "tests/fuzz/target.h"

#include <algorithm>

std::vector<std::string> galen::test::fuzz_seeds() {
  const auto npy = [](const std::string& version, const std::string& header) {
    const std::string length = {static_cast<char>(header.size()), '\0'};
    return "\x93NUMPY" + version + length + (version[0] == 1 ? "" : std::string(2, '\0')) + header;
  };
  return {npy({1, 0}, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4, 5), }\n"),
          npy({2, 0}, "{'descr': '|u1', 'fortran_order': False, 'shape': (30,), }\n"),
          npy({3, 0}, "{'descr': '>i8', 'fortran_order': True, 'shape': (), }\n"),
          npy({1, 0}, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }\n")};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = galen::test::as_text(data, size);
  const auto read = [&](void* bytes, std::size_t count) {
    if (count > rest.size()) throw galen::Error("cut off");
    std::copy_n(rest.data(), count, static_cast<char*>(bytes));
    rest.remove_prefix(count);
  };
  try {
    galen::data::read_npy_header(read, "input");
  } catch (const galen::Error&) {
  }
  return 0;
}
