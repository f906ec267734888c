#include "data/text/spelling.h"

#include "galen/lower_case.h"

#include <c10/util/Exception.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cctype>
#include <cstdint>

namespace galen::data {
namespace {

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

std::string tidy_ascii(const std::string& name) {
  std::string tidy;
  for (const char c : name) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && (tidy.empty() || tidy.back() == ' ')) continue;
    tidy += blank ? ' ' : c;
  }
  if (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
  return tidy;
}

icu::UnicodeString compose(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(error);
  TORCH_CHECK(U_SUCCESS(error), "ICU has no normalization: ", u_errorName(error));
  icu::UnicodeString composed = normalizer->normalize(text, error);
  TORCH_CHECK(U_SUCCESS(error), "ICU cannot normalize: ", u_errorName(error));
  return composed;
}

icu::UnicodeString tidy_unicode(const std::string& name) {
  const icu::UnicodeString text = compose(icu::UnicodeString::fromUTF8(name));
  icu::UnicodeString tidy;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (u_charType(c) == U_FORMAT_CHAR) continue;
    const bool blank = u_isUWhiteSpace(c) != 0;
    if (blank && (tidy.isEmpty() || tidy.endsWith(u' '))) continue;
    tidy.append(blank ? UChar32{' '} : c);
  }
  return tidy.trim();
}

}  // namespace

std::string tidy_name(const std::string& name) {
  if (is_ascii(name)) return tidy_ascii(name);
  std::string tidy;
  return tidy_unicode(name).toUTF8String(tidy);
}

std::string spelling_key(const std::string& name) {
  if (is_ascii(name)) return lower_case(tidy_ascii(name));
  std::string key;
  return compose(tidy_unicode(name).foldCase()).toUTF8String(key);
}

}  // namespace galen::data
