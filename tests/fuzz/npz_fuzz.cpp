#include "data/formats/numpy/npz.h"
#include "galen/error.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/target.h"

#include <zlib.h>

using namespace std::string_literals;

namespace {

std::string little_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(number >> 8 * i);
  return text;
}

// An archive whose members are stored as they are.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string archive, directory;
  for (const auto& [name, bytes] : members) {
    const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    const std::string about = little_endian(20, 2) + std::string(8, '\0') + little_endian(checksum, 4) + little_endian(bytes.size(), 4) +
                              little_endian(bytes.size(), 4) + little_endian(name.size(), 2) + "\0\0"s;
    directory += "PK\1\2\x14\0"s + about + std::string(10, '\0') + little_endian(archive.size(), 4) + name;
    archive += "PK\3\4"s + about + name + bytes;
  }
  const std::string count = little_endian(members.size(), 2);
  return archive + directory + "PK\5\6\0\0\0\0"s + count + count + little_endian(directory.size(), 4) + little_endian(archive.size(), 4) +
         "\0\0"s;
}

std::string npy(const std::string& type, const std::string& shape, const std::string& values) {
  const std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
  return "\x93NUMPY\1\0"s + little_endian(header.size(), 2) + header + values;
}

}  // namespace

std::vector<std::string> galen::test::fuzz_seeds() {
  return {zip_of({{"images.npy", npy("|u1", "6, 3, 4", std::string(72, 'x'))}, {"labels.npy", npy("|u1", "6, 1", "\0\1\2\0\1\2"s)}}),
          zip_of({{"x_train.npy", npy(">u2", "4, 2, 3, 3", std::string(144, 'x'))},
                  {"y_train.npy", npy("<i4", "4,", std::string(16, '\1'))},
                  {"x_test.npy", npy(">u2", "1, 2, 3, 3", std::string(36, 'x'))},
                  {"y_test.npy", npy("<i4", "1,", std::string(4, '\0'))}})};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const galen::test::InputFile file("input.npz");
  galen::data::ImportOptions options;
  options.source = file.write(galen::test::as_text(data, size));
  try {
    const galen::data::Source source = open_npz(options);
    source.read(source.description.size);
  } catch (const galen::Error&) {
  }
  return 0;
}
