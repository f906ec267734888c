#include "data/formats/tables/text_file.h"

#include "galen/error.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace galen::data {
namespace {

constexpr std::size_t kBomPeek = 256;
constexpr int kHighSurrogate = 0xD800;
constexpr int kLowSurrogate = 0xDC00;
constexpr int kBehindSurrogates = 0xE000;

struct Mark {
  std::string_view bytes;
  TextEncoding encoding;
};
constexpr std::array kMarks = {Mark{"\xEF\xBB\xBF", TextEncoding::kUtf8}, Mark{"\xFF\xFE", TextEncoding::kUtf16Le},
                               Mark{"\xFE\xFF", TextEncoding::kUtf16Be}};

/// Without a mark: text of mostly Latin letters has a zero in every other byte.
TextEncoding encoding_by_zeros(const std::string& start) {
  std::array<std::size_t, 2> zeros = {};
  for (std::size_t i = 0; i < start.size(); ++i) zeros[i % 2] += start[i] == '\0';
  const std::size_t most = start.size() / 2 - start.size() / 8;
  if (start.size() < 4 || std::min(zeros[0], zeros[1]) > 0) return TextEncoding::kBytes;
  if (zeros[1] >= most) return TextEncoding::kUtf16Le;
  return zeros[0] >= most ? TextEncoding::kUtf16Be : TextEncoding::kBytes;
}

Mark mark_of(const std::string& path) {
  using std::string_view_literals::operator""sv;
  const std::string start = peek(path, kBomPeek);
  if (start.starts_with("\xFF\xFE\0\0"sv) || start.starts_with("\0\0\xFE\xFF"sv))
    throw Error("{}: is text of UTF-32, which is not read; save it as UTF-8.", path);
  for (const Mark& mark : kMarks) {
    if (start.starts_with(mark.bytes)) return mark;
  }
  return {"", encoding_by_zeros(start)};
}

void append_reversed(std::string& bytes, int character) {
  if (character < 0x80) {
    bytes += static_cast<char>(character);
    return;
  }
  const int trailing = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  for (int i = 0; i < trailing; ++i, character >>= 6) bytes += static_cast<char>(0x80 | (character & 0x3F));
  static constexpr std::array kLead = {0, 0xC0, 0xE0, 0xF0};
  bytes += static_cast<char>(kLead[static_cast<std::size_t>(trailing)] | character);
}

}  // namespace

TextFile::TextFile(const std::string& path) : bytes_(path) {
  const Mark mark = mark_of(path);
  encoding_ = mark.encoding;
  for (std::size_t i = 0; i < mark.bytes.size(); ++i) bytes_.get();
}

int TextFile::get() { return encoding_ == TextEncoding::kBytes || encoding_ == TextEncoding::kUtf8 ? bytes_.get() : get_utf16(); }

int TextFile::unit() {
  const int first = bytes_.get();
  if (first < 0) return first;
  const int second = bytes_.get();
  if (second < 0) throw Error("{}: the text of UTF-16 ends in the middle of a character; copy or save it again.", path());
  return encoding_ == TextEncoding::kUtf16Le ? first | second << 8 : first << 8 | second;
}

int TextFile::get_utf16() {
  if (pending_.empty()) {
    int character = unit();
    if (character < 0) return character;
    if (character >= kHighSurrogate && character < kBehindSurrogates) {
      const int low = character < kLowSurrogate ? unit() : -1;
      if (low < kLowSurrogate || low >= kBehindSurrogates)
        throw Error("{}: the text of UTF-16 holds half a character; copy or save it again.", path());
      character = 0x10000 + ((character - kHighSurrogate) << 10) + (low - kLowSurrogate);
    }
    append_reversed(pending_, character);
  }
  const auto byte = static_cast<unsigned char>(pending_.back());
  pending_.pop_back();
  return byte;
}

std::string peek_text(const std::string& path, std::size_t count) {
  std::string text;
  TextFile file(path);
  try {
    for (int byte = 0; text.size() < count && (byte = file.get()) >= 0;) text += static_cast<char>(byte);
  } catch (const Error&) {
    return text;  // as far as it can be read; reading on reports the error
  }
  return text;
}

}  // namespace galen::data
