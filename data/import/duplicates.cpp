#include "data/import/duplicates.h"

#include "galen/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace galen::data {
namespace {

using Same = std::vector<std::int64_t>;

/// Of the groups whose first and some later sample differ.
struct Finding {
  std::int64_t samples = 0;
  std::int64_t first = -1;
  std::int64_t second = -1;

  void look_at(const Same& same, const std::function<bool(std::int64_t, std::int64_t)>& differ) {
    const auto other = std::find_if(same.begin(), same.end(), [&](std::int64_t i) { return differ(same.front(), i); });
    if (other == same.end()) return;
    samples += static_cast<std::int64_t>(same.size());
    if (first >= 0 && first < same.front()) return;
    first = same.front();
    second = *other;
  }
};

}  // namespace

void Duplicates::add(const at::Tensor& samples) {
  const std::int64_t size = samples.size(0);
  if (size == 0) return;
  const std::size_t bytes = samples.nbytes() / static_cast<std::size_t>(size);
  const auto* begin = static_cast<const char*>(samples.const_data_ptr());
  for (std::int64_t i = 0; i < size; ++i) {
    Digest digest;
    digest.add_bytes(begin + static_cast<std::size_t>(i) * bytes, bytes);
    samples_of_[digest.hex()].push_back(count_++);
  }
}

std::vector<std::string> Duplicates::notes(const std::vector<Subset>& split, const at::Tensor& targets) const {
  Finding sides;
  Finding classes;
  const auto* numbers = targets.defined() && targets.dim() == 1 ? targets.const_data_ptr<std::int64_t>() : nullptr;
  for (const auto& [digest, same] : samples_of_) {
    if (same.size() < 2) continue;
    sides.look_at(same,
                  [&](std::int64_t a, std::int64_t b) { return split[static_cast<std::size_t>(a)] != split[static_cast<std::size_t>(b)]; });
    if (numbers != nullptr) classes.look_at(same, [&](std::int64_t a, std::int64_t b) { return numbers[a] != numbers[b]; });
  }
  std::vector<std::string> notes;
  const auto tell = [&](const Finding& finding, const char* where) {
    if (finding.samples == 0) return;
    notes.push_back(fmt::format("{} samples are the same as others {}, such as numbers {} and {} of the file.", finding.samples, where,
                                finding.first, finding.second));
  };
  tell(sides, "in another part of the split, which makes figures too good");
  tell(classes, "with another class");
  return notes;
}

}  // namespace galen::data
