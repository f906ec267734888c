#include "data/formats/wfdb/wfdb_annotations.h"

#include "galen/error.h"
#include "galen/regular_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string_view>

namespace galen::data {
namespace {

// Codes beside those of annotations: what follows belongs to the annotation before, but for kSkip.
constexpr int kSkip = 59;
constexpr int kNumber = 60;
constexpr int kSubtype = 61;
constexpr int kChannel = 62;
constexpr int kText = 63;
constexpr int kLastCode = 49;
constexpr int kNote = 22;
constexpr std::string_view kResolution = "## time resolution:";

class AnnotationReader {
 public:
  explicit AnnotationReader(const std::string& path) : path_(path) {
    expect_regular_file(path);
    std::ifstream input(path, std::ios::binary);
    if (!input) throw Error("{}: cannot be opened.", path);
    bytes_.assign(std::istreambuf_iterator<char>(input), {});
  }

  std::vector<WfdbAnnotation> read() {
    while (true) {
      const int word = next_word();
      const int code = word >> 10;
      const int value = word & 0x3ff;
      if (word == 0) return std::move(annotations_);
      if (code <= kLastCode) {
        time_ += value;
        annotations_.push_back({.sample = time_, .code = code, .subtype = 0, .channel = channel_, .number = number_, .text = {}});
      } else {
        modify(code, value);
      }
    }
  }

 private:
  int next_word() {
    if (next_ + 2 > bytes_.size()) throw Error("{}: is cut off; copy it again.", path_);
    const int low = static_cast<unsigned char>(bytes_[next_]);
    const int high = static_cast<unsigned char>(bytes_[next_ + 1]);
    next_ += 2;
    return low | high << 8;
  }

  void modify(int code, int value) {
    if (code == kSkip) {
      const auto high = static_cast<std::uint32_t>(next_word());
      const auto low = static_cast<std::uint32_t>(next_word());
      time_ += static_cast<std::int32_t>(high << 16 | low);
      return;
    }
    if (code < kSkip) throw Error("{}: holds the unknown code {} at byte {}; the file is damaged.", path_, code, next_ - 2);
    if (annotations_.empty()) throw Error("{}: begins with a part of an annotation; the file is damaged.", path_);
    WfdbAnnotation& annotation = annotations_.back();
    if (code == kNumber) annotation.number = number_ = static_cast<std::int8_t>(value);
    if (code == kSubtype) annotation.subtype = static_cast<std::int8_t>(value);
    if (code == kChannel) annotation.channel = channel_ = value & 0xff;
    if (code == kText) annotation.text = next_text(static_cast<std::size_t>(value));
  }

  std::string next_text(std::size_t length) {
    const std::size_t padded = length + length % 2;
    if (next_ + padded > bytes_.size()) throw Error("{}: is cut off; copy it again.", path_);
    std::string text = bytes_.substr(next_, length);
    next_ += padded;
    if (const std::size_t end = text.find('\0'); end != std::string::npos) text.resize(end);
    return text;
  }

  std::string path_;
  std::string bytes_;
  std::size_t next_ = 0;
  std::int64_t time_ = 0;
  int channel_ = 0;
  int number_ = 0;
  std::vector<WfdbAnnotation> annotations_;
};

/// Of a file that says so in its first note; else `rate`.
double resolution_of(const std::vector<WfdbAnnotation>& annotations, double rate, const std::string& path) {
  for (const WfdbAnnotation& annotation : annotations) {
    if (annotation.sample != 0 || annotation.code != kNote) break;
    if (!annotation.text.starts_with(kResolution)) continue;
    std::string_view text = std::string_view(annotation.text).substr(kResolution.size());
    while (text.starts_with(' ')) text.remove_prefix(1);
    double resolution = 0;
    std::from_chars(text.data(), text.data() + text.size(), resolution);
    if (!(resolution >= 1e-3 && resolution <= 1e9)) throw Error("{}: \"{}\" is no time resolution.", path, annotation.text);
    return resolution;
  }
  return rate;
}

}  // namespace

std::vector<WfdbAnnotation> read_wfdb_annotations(const std::string& path, double rate) {
  std::vector<WfdbAnnotation> annotations = AnnotationReader(path).read();
  const double resolution = resolution_of(annotations, rate, path);
  if (resolution == rate) return annotations;
  for (WfdbAnnotation& annotation : annotations) {
    const double sample = std::round(static_cast<double>(annotation.sample) * rate / resolution);
    annotation.sample = static_cast<std::int64_t>(std::clamp(sample, -1e15, 1e15));
  }
  return annotations;
}

}  // namespace galen::data
