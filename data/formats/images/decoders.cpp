#include "data/formats/images/decoders.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include <cerrno>
#include <cstring>

namespace galen::data {

FilePointer open_to_read(const std::string& path) {
  expect_regular_file(path);
  FilePointer file(std::fopen(path.c_str(), "rb"));
  if (!file) throw Error("{}: cannot be read: {}.", path, std::strerror(errno));
  return file;
}

}  // namespace galen::data
