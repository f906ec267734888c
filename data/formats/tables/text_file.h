#pragma once

#include "data/formats/gzip_file.h"

#include <cstdint>
#include <string>

namespace galen::data {

enum class TextEncoding {
  kBytes,    ///< UTF-8, or whatever the reader makes of its bytes
  kUtf8,     ///< with a byte order mark
  kUtf16Le,  ///< as Excel's "Unicode text"; with a byte order mark, or plain from its zero bytes
  kUtf16Be
};

/// A text file, gzip or not, read from front to back as UTF-8: a byte order mark is passed over, UTF-16 is converted. UTF-32 and damaged
/// UTF-16 throw galen::Error.
class TextFile {
 public:
  explicit TextFile(const std::string& path);

  const std::string& path() const { return bytes_.path(); }
  TextEncoding encoding() const { return encoding_; }
  int get();  ///< The next byte, or -1 at the end.

 private:
  int unit();
  int get_utf16();

  GzipFile bytes_;
  TextEncoding encoding_;
  std::string pending_;  // bytes of a character, the last one first
};

/// The first `count` bytes of a text as TextFile gives them, or fewer.
std::string peek_text(const std::string& path, std::size_t count);

}  // namespace galen::data
