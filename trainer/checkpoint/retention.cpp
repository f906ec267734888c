#include "trainer/checkpoint/retention.h"

#include "galen/error.h"
#include "trainer/checkpoint/checkpoint_folder.h"
#include "trainer/checkpoint/file_sink.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <tuple>

namespace galen::trainer {

namespace fs = std::filesystem;

namespace {

bool is_empty_of_writers(const fs::path& folder) {
  std::error_code unreadable;
  const fs::directory_iterator files(folder, unreadable);
  return std::none_of(begin(files), end(files), [](const auto& entry) { return is_temporary(entry.path().string()); });
}

}  // namespace

std::set<std::int64_t> newest(const std::vector<std::int64_t>& newest_first, int count) {
  const auto kept = static_cast<std::ptrdiff_t>(std::min(newest_first.size(), static_cast<std::size_t>(std::max(1, count))));
  return {newest_first.begin(), newest_first.begin() + kept};
}

std::vector<std::pair<std::int64_t, Rating>> rated(const std::vector<std::int64_t>& newest_first,
                                                   const std::function<std::string(std::int64_t)>& folder_of, const CheckpointKey* key) {
  std::vector<std::pair<std::int64_t, Rating>> ratings;
  for (const std::int64_t step : newest_first) {
    try {
      const auto rating = read_rating(folder_of(step), step, key);
      if (rating && std::isfinite(rating->value)) ratings.emplace_back(step, *rating);
    } catch (const Error&) {
      // A damaged rating counts as none; reading the checkpoint reports it.
    }
  }
  return ratings;
}

std::set<std::int64_t> best_rated(std::vector<std::pair<std::int64_t, Rating>> ratings, int count) {
  if (ratings.empty()) return {};
  const double sign = ratings.front().second.larger_is_better ? -1 : 1;
  const auto loss = [](const Rating& rating) { return std::isfinite(rating.loss) ? rating.loss : std::numeric_limits<double>::max(); };
  std::sort(ratings.begin(), ratings.end(), [&](const auto& a, const auto& b) {
    return std::tuple(sign * a.second.value, loss(a.second), a.first) < std::tuple(sign * b.second.value, loss(b.second), b.first);
  });
  std::set<std::int64_t> steps;
  for (const auto& [step, rating] : ratings) {
    if (steps.size() < static_cast<std::size_t>(std::max(0, count))) steps.insert(step);
  }
  return steps;
}

std::vector<std::string> remove_unfinished(const std::string& parent, std::int64_t newest_whole, const std::set<std::int64_t>& kept) {
  std::vector<std::string> removed;
  std::error_code ignored;  // the next call tries again
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const auto step = step_of(entry.path().string());
    if (!step) continue;
    remove_abandoned(entry.path().string());
    if (kept.contains(*step) || fs::exists(entry.path() / kManifestFile, ignored)) continue;
    // Between a part's last file and the manifest no lock is held, but only for seconds.
    if ((*step < newest_whole || is_untouched(entry.path())) && is_empty_of_writers(entry.path())) {
      fs::remove_all(entry.path(), ignored);
      removed.push_back(entry.path().string());
    }
  }
  return removed;
}

}  // namespace galen::trainer
