#include "trainer/checkpoint/whole_file.h"

#include "data/atomic_file.h"
#include "data/digest.h"
#include "galen/error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace galen::trainer {

std::string write_whole(const std::string& path, std::span<const std::string_view> pieces) {
  data::AtomicFile file(path, /*overwrite=*/true);
  data::Digest digest;
  std::ofstream out(file.temporary_name(), std::ios::binary | std::ios::trunc);
  for (const std::string_view piece : pieces) {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.add_bytes(piece.data(), piece.size());
  }
  out.close();
  if (!out)
    throw Error("{}: cannot be written ({}). Check the disk's free space and the folder's permissions.", path, std::strerror(errno));
  file.publish();
  return digest.hex();
}

FileBytes read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || !text) throw Error("{}: cannot be read ({}).", path, std::strerror(errno));
  FileBytes file{std::move(text).str(), {}};
  data::Digest digest;
  digest.add_bytes(file.bytes.data(), file.bytes.size());
  file.digest = digest.hex();
  return file;
}

}  // namespace galen::trainer
