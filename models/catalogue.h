#pragma once

#include <string>
#include <vector>

namespace galen::models {

/// Kind of the models whose parameters are learnt by gradients: what an option that they all use names.
inline constexpr char kNetworks[] = "networks";

/// Kind of the models that are fitted to a table exactly, with standard errors.
inline constexpr char kRegressions[] = "regressions";

/// A model as help texts show it.
struct CatalogueEntry {
  std::string name;     ///< a value of model.name
  std::string kind;     ///< of its learner, such as kNetworks
  std::string summary;  ///< one line
};

/// All models, TorchScript modules as "file:NET.pt".
std::vector<CatalogueEntry> catalogue();

/// Kind of the model of that name. A name that is not in the catalogue is a TorchScript module's, or of a program's own network.
std::string kind_of(const std::string& name);

/// Whether an option that is only for these names or kinds (Option::models) is for the model: none means all.
bool is_for(const std::vector<std::string>& names_or_kinds, const std::string& model);

}  // namespace galen::models
