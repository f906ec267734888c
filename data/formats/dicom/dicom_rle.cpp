#include "data/formats/dicom/dicom_rle.h"

namespace galen::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeader = 64;
constexpr std::size_t kMostSegments = 15;

/// The segments of a frame, which its header names.
std::optional<std::vector<Bytes>> segments_of(Bytes frame, std::size_t count) {
  const auto number = [&](std::size_t i) {
    return frame[4 * i] | frame[4 * i + 1] << 8 | frame[4 * i + 2] << 16 | std::uint32_t{frame[4 * i + 3]} << 24;
  };
  if (frame.size() < kHeader || count > kMostSegments || number(0) != count) return std::nullopt;
  std::vector<Bytes> segments;
  for (std::size_t i = 1; i <= count; ++i) {
    const std::size_t begin = number(i);
    const std::size_t end = i < count ? number(i + 1) : frame.size();
    if (begin < kHeader || begin > end || end > frame.size()) return std::nullopt;
    segments.push_back(frame.subspan(begin, end - begin));
  }
  return segments;
}

/// Writes the bytes that a segment stands for to `into`, each `step` behind the other. Returns whether it has all `count` of them.
bool unpack_segment(Bytes segment, std::size_t count, std::size_t step, std::uint8_t* into) {
  std::size_t done = 0;
  for (std::size_t position = 0; done < count && position < segment.size();) {
    const std::uint8_t control = segment[position++];
    if (control == 128) continue;
    const bool is_run = control > 128;
    const std::size_t length = is_run ? std::size_t{257} - control : std::size_t{control} + 1;
    const std::size_t stored = is_run ? 1 : length;
    if (stored > segment.size() - position) return false;
    for (std::size_t i = 0; i < length && done < count; ++i) into[step * done++] = segment[position + (is_run ? 0 : i)];
    position += stored;
  }
  return done == count;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> unpack_rle(Bytes frame, std::size_t pixels, int samples, int width) {
  static constexpr std::size_t kMostExpansion = 64;  // two bytes stand for 128 at most
  const auto bytes = static_cast<std::size_t>(width);
  const std::size_t planes = static_cast<std::size_t>(samples) * bytes;
  const auto segments = segments_of(frame, planes);
  if (!segments || pixels * planes > kMostExpansion * frame.size()) return std::nullopt;
  std::vector<std::uint8_t> unpacked(pixels * planes);
  for (std::size_t plane = 0; plane < planes; ++plane) {  // of each sample the most significant bytes come first
    const std::size_t begin = plane / bytes * pixels * bytes + (bytes - 1 - plane % bytes);
    if (!unpack_segment((*segments)[plane], pixels, bytes, unpacked.data() + begin)) return std::nullopt;
  }
  return unpacked;
}

}  // namespace galen::data
