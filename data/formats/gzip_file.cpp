#include "data/formats/gzip_file.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

namespace galen::data {
namespace {

constexpr std::size_t kLargestRead = std::size_t{1} << 30;  // gzread counts in int
constexpr unsigned kBuffer = 1 << 18;

}  // namespace

GzipFile::GzipFile(const std::string& path) : path_(path) {
  expect_regular_file(path);
  file_ = gzopen(path.c_str(), "rb");
  if (file_ == nullptr) throw Error("{}: cannot be opened: {}.", path, std::strerror(errno));
  gzbuffer(file_, kBuffer);
}

GzipFile::~GzipFile() { gzclose(file_); }

void GzipFile::read(void* bytes, std::size_t count) {
  auto* next = static_cast<char*>(bytes);
  while (count > 0) {
    const int got = gzread(file_, next, static_cast<unsigned>(std::min(count, kLargestRead)));
    if (got <= 0) {
      check_end();
      throw Error("{}: ends {} bytes before its header says it should; copy or download it again.", path_, count);
    }
    next += got;
    count -= got;
  }
}

int GzipFile::get() {
  const int byte = gzgetc(file_);
  if (byte < 0) check_end();
  return byte;
}

void GzipFile::skip(std::size_t count) {
  if (gzseek(file_, static_cast<z_off_t>(count), SEEK_CUR) < 0) fail();
}

void GzipFile::check_rest() {
  if (gzdirect(file_) != 0) return;
  std::vector<char> bytes(kBuffer);
  while (gzread(file_, bytes.data(), kBuffer) > 0) {
  }
  check_end();
}

void GzipFile::check_end() const {
  int code = Z_OK;
  gzerror(file_, &code);
  if (code != Z_OK && code != Z_STREAM_END) fail();
}

void GzipFile::fail() const {
  int code = Z_OK;
  const std::string text = gzerror(file_, &code);
  if (code == Z_ERRNO) throw Error("{}: cannot be read: {}.", path_, std::strerror(errno));
  if (code == Z_BUF_ERROR) throw Error("{}: the gzip file is cut off; copy or download it again.", path_);
  throw Error("{}: the gzip file is damaged ({}); copy or download it again.", path_, text);
}

bool is_gzip(const std::string& path) {
  std::array<char, 2> start = {};
  if (special_kind(path).empty()) std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  return start[0] == '\x1f' && start[1] == '\x8b';
}

std::string peek(const std::string& path, std::size_t count, bool* is_packed) {
  std::string bytes(count, '\0');
  expect_regular_file(path);
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw Error("{}: cannot be opened: {}.", path, std::strerror(errno));
  const int got = gzread(file, bytes.data(), static_cast<unsigned>(count));
  if (is_packed != nullptr) *is_packed = gzdirect(file) == 0;
  gzclose(file);
  bytes.resize(std::max(got, 0));
  return bytes;
}

}  // namespace galen::data
