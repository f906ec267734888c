#include "tests/support/places.h"

#include <cstdlib>

namespace galen::test {

namespace fs = std::filesystem;

fs::path source_folder() { return GALEN_SOURCE_FOLDER; }

std::optional<std::string> python() {
  const char* chosen = std::getenv("GALEN_PYTHON");
  const fs::path path = chosen != nullptr ? fs::path(chosen) : source_folder() / ".galen/python/bin/python";
  return fs::exists(path) ? std::optional(path.string()) : std::nullopt;
}

std::optional<fs::path> real_data(const std::string& name) {
  const char* chosen = std::getenv("GALEN_REAL_DATA");
  const fs::path path = (chosen != nullptr ? fs::path(chosen) : source_folder().parent_path() / "shared/data") / name;
  return fs::exists(path) ? std::optional(path) : std::nullopt;
}

}  // namespace galen::test
