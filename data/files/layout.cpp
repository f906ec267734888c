#include "data/files/layout.h"

#include "galen/error.h"

#include <algorithm>

namespace galen::data {

namespace {

// Dimensions of a sample in the order that models want.
constexpr char kCanonical[] = "cdhwtf";

void check_letters(const std::string& letters, const std::vector<std::int64_t>& stored, const std::string& where) {
  std::string sorted = letters;
  std::sort(sorted.begin(), sorted.end());
  static constexpr std::array kKnown = {"fn", "nt", "cnt", "hnw", "chnw", "dhnw", "cdhnw"};
  if (!letters.starts_with('n') || std::find(kKnown.begin(), kKnown.end(), sorted) == kKnown.end()) {
    throw UsageError(
        "data.layout = {} is not a layout. It has one letter a dimension, n (sample) first: nf, nt, nct, nhw, nchw, nhwc, ndhw, ncdhw, "
        "ndhwc …",
        letters);
  }
  if (letters.size() != stored.size()) {
    throw UsageError("{} has shape [{}], but data.layout = {} is for {} dimensions.", where, fmt::join(stored, ", "), letters,
                     letters.size());
  }
}

bool may_be_channels(std::int64_t extent) { return extent <= 4; }

// 12 leads of 1000 samples; 1000 samples of 12 leads.
bool may_be_signal(std::int64_t one, std::int64_t other) {
  constexpr std::int64_t kLeast = 4;
  return std::max(one, other) >= kLeast * std::min(one, other);
}

}  // namespace

Layout::Layout(const std::string& letters, const std::vector<std::int64_t>& stored, const std::string& where) : letters_(letters) {
  check_letters(letters, stored, where);
  const bool wants_channel = letters.find('c') == std::string::npos && letters != "nf";
  if (wants_channel) sample_shape_.push_back(1);

  std::vector<std::int64_t> strides(stored.size(), 1);
  for (std::size_t i = stored.size() - 1; i > 1; --i) strides[i - 1] = strides[i] * stored[i];

  std::size_t free = extents_.size() - (stored.size() - 1);
  std::size_t previous = 0;
  for (const char letter : std::string(kCanonical)) {
    const std::size_t at = letters.find(letter);
    if (at == std::string::npos) continue;
    as_stored_ = as_stored_ && at > previous;
    previous = at;
    sample_shape_.push_back(stored[at]);
    extents_[free] = stored[at];
    strides_[free++] = strides[at];
  }
}

std::string guess_layout(const std::vector<std::int64_t>& stored, const std::string& array, bool ours) {
  const bool signal = array.ends_with("/signal");
  if (stored.size() == 2) return "nf";
  if (stored.size() == 3) {
    if (signal) return "nct";
    return ours || !may_be_signal(stored[1], stored[2]) ? "nhw" : "";
  }
  if (stored.size() != 4 && stored.size() != 5) return {};
  const std::string space = stored.size() == 4 ? "hw" : "dhw";
  const bool first = may_be_channels(stored[1]);
  const bool last = may_be_channels(stored.back());
  if (ours || (first && !last)) return "nc" + space;
  return last && !first ? "n" + space + "c" : "";
}

std::string describe_sample(const Layout& layout) {
  const std::vector<std::int64_t>& shape = layout.sample_shape();
  if (layout.letters() == "nf") return fmt::format("{} features", shape.front());
  const bool is_signal = layout.letters().find('t') != std::string::npos;
  return fmt::format("{} of {}, {} channel{}",
                     is_signal           ? "a signal"
                     : shape.size() == 4 ? "a volume"
                                         : "an image",
                     fmt::join(shape.begin() + 1, shape.end(), " x "), shape.front(), shape.front() == 1 ? "" : "s");
}

}  // namespace galen::data
