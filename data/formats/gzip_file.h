#pragma once

#include <cstddef>
#include <string>

struct gzFile_s;

namespace galen::data {

/// A file read from front to back; one in gzip format is unpacked on the way. Failures throw galen::Error naming the file.
class GzipFile {
 public:
  explicit GzipFile(const std::string& path);
  ~GzipFile();
  GzipFile(const GzipFile&) = delete;
  GzipFile& operator=(const GzipFile&) = delete;

  const std::string& path() const { return path_; }

  void read(void* bytes, std::size_t count);  ///< Exactly `count` bytes; a file that ends before throws.
  int get();                                  ///< The next byte, or -1 at the end.
  void skip(std::size_t count);               ///< The next `count` bytes, which may lie beyond the end.
  void check_rest();                          ///< Reads on to the end, where gzip's checksum is; throws where that is wrong.

 private:
  [[noreturn]] void fail() const;
  void check_end() const;

  std::string path_;
  gzFile_s* file_;
};

/// Whether a file is in gzip format, whatever its name says.
bool is_gzip(const std::string& path);

/// The first bytes of a file, unpacked, `count` of them at most and as far as they can be read: to recognise a format. `is_packed`: whether
/// gzip has packed it.
std::string peek(const std::string& path, std::size_t count, bool* is_packed = nullptr);

}  // namespace galen::data
