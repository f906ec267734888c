#pragma once

#include "data/formats/import_workers.h"
#include "data/formats/source_files.h"

#include <string>
#include <vector>

namespace galen::data {

/// What an import's source holds, found by rank 0, and the ranks that look into it together.
struct Discovery {
  std::string source;  ///< the path that the user names
  bool is_folder = false;
  SourceTree tree;
  ImportWorkers workers = {};

  const std::vector<std::string>& files() const { return tree.files; }
};

template <typename Archive>
void fields(Archive& archive, Discovery& found) {
  archive(found.source, found.is_folder, found.tree);
}

}  // namespace galen::data
