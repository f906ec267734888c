#include "data/formats/numpy/zip_archive.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include "data/formats/gzip_file.h"

#include <zip.h>

namespace galen::data {

ZipArchive::ZipArchive(const std::string& path) : path_(path) {
  expect_regular_file(path);
  int code = 0;
  archive_ = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive_ == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (is_gzip(path)) throw Error("{}: is packed by gzip, which adds nothing to a zip archive; unpack it with gunzip.", path);
    throw Error("{}: cannot be opened as a zip archive: {}. It may be cut off; copy or download it again.", path, text);
  }
}

ZipArchive::~ZipArchive() { zip_discard(archive_); }

std::vector<std::string> ZipArchive::members() const {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(archive_, 0);
  for (zip_int64_t i = 0; i < count; ++i) names.emplace_back(zip_get_name(archive_, i, 0));
  return names;
}

ZipMember::ZipMember(const ZipArchive& archive, const std::string& name)
    : name_(archive.path() + ": " + name), member_(zip_fopen(archive.archive_, name.c_str(), 0)) {
  if (member_ == nullptr) throw Error("{} cannot be opened: {}.", name_, zip_strerror(archive.archive_));
}

ZipMember::~ZipMember() { zip_fclose(member_); }

void ZipMember::read(void* bytes, std::size_t count) {
  auto* next = static_cast<char*>(bytes);
  while (count > 0) {
    const zip_int64_t got = zip_fread(member_, next, count);
    if (got < 0) throw Error("{} is damaged: {}. Copy or download the archive again.", name_, zip_file_strerror(member_));
    if (got == 0) throw Error("{} ends {} bytes before its header says it should.", name_, count);
    next += got;
    count -= got;
  }
}

void ZipMember::expect_end() {
  char byte;
  const zip_int64_t got = zip_fread(member_, &byte, 1);
  if (got < 0) throw Error("{} is damaged: {}. Copy or download the archive again.", name_, zip_file_strerror(member_));
  if (got > 0) throw Error("{} is longer than its header says.", name_);
}

}  // namespace galen::data
