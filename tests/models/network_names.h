#pragma once

#include "models/catalogue.h"

#include <string>
#include <vector>

namespace galen::models {

/// The names of all built-in networks: neither TorchScript modules, nor what learners without gradients fit.
inline std::vector<std::string> network_names() {
  std::vector<std::string> list;
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.kind == kNetworks && !entry.name.starts_with("file:")) list.push_back(entry.name);
  }
  return list;
}

}  // namespace galen::models
