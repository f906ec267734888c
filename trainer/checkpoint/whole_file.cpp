#include "trainer/checkpoint/whole_file.h"

#include "trainer/checkpoint/file_sink.h"
#include "trainer/checkpoint/file_source.h"

namespace galen::trainer {

std::string write_whole(const std::string& path, std::span<const std::string_view> pieces) {
  FileSink file(path);
  for (const std::string_view piece : pieces) file.add(piece);
  const std::string digest = file.finish();
  file.publish();
  sync_folder(folder_of(path));
  return digest;
}

FileBytes read_whole(const std::string& path) {
  FileSource source(path);
  FileBytes file;
  constexpr std::size_t kMore = 64 << 10;
  for (std::size_t got = kMore; got == kMore;) {
    const std::size_t before = file.bytes.size();
    file.bytes.resize(before + kMore);
    got = source.read_some(file.bytes.data() + before, kMore);
    file.bytes.resize(before + got);
  }
  file.digest = source.digest();
  return file;
}

}  // namespace galen::trainer
