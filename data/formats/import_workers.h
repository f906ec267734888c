#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace galen::data {

/// The processes that import together, and where rank 0 tells how far it is.
struct ImportWorkers {
  int rank = 0;
  int size = 1;
  std::function<void()> barrier = [] {};  ///< waits for all of them

  /// Collective: rank 0's text on all ranks; each rank's text on all ranks, in their order.
  std::function<std::string(const std::string& text)> broadcast = [](const std::string& text) { return text; };
  std::function<std::vector<std::string>(const std::string& text)> all_gather = [](const std::string& text) { return std::vector{text}; };

  /// Now and then: what is being done ("decoded", "written"), and how many samples of how many. Rank 0's share stands for all.
  std::function<void(const char* what, std::int64_t done, std::int64_t total)> progress = [](const char*, std::int64_t, std::int64_t) {};
};

}  // namespace galen::data
