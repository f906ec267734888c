#include "models/factory.h"

#include "galen/error.h"
#include "galen/nearest_name.h"
#include "models/catalogue.h"
#include "models/conv_net.h"
#include "models/dense_net.h"
#include "models/initialization.h"
#include "models/linear_model.h"
#include "models/resnet18.h"
#include "models/script_model.h"
#include "models/strict_products.h"

#include <c10/util/Exception.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace galen::models {
namespace {

struct Entry {
  std::string_view name;
  std::string_view kind;
  std::string_view summary;
  std::unique_ptr<Model> (*make)(const ModelOptions&, const ModelShape&);
  Initialization initialization;
};

constexpr Entry kModels[] = {
    {"cnn28", kNetworks, "Convolutional network for small images, such as 28×28.", make_cnn28, Initialization::kGlorot},
    {"cnn32", kNetworks, "The same for images of 32×32 and several channels.", make_cnn32, Initialization::kGlorot},
    {"cnn150", kNetworks, "Convolutional network for larger images, such as 150×150.", make_cnn150, Initialization::kGlorot},
    {"dense_net", kNetworks, "Dense layers with ReLU, for tables and flattened samples.", make_dense_net, Initialization::kGlorot},
    {"resnet18", kNetworks, "ResNet-18 for small images, with batch normalisation.", make_resnet18, Initialization::kTorch},
    {"linear", kRegressions, "Linear regression of a table, ridge, lasso.", make_linear_regression, Initialization::kTorch},
    {"logistic", kRegressions, "Logistic regression of a table, of two or more classes.", make_linear_regression, Initialization::kTorch},
    {"poisson", kRegressions, "Poisson regression of a table, of counts.", make_poisson_regression, Initialization::kTorch},
};

const Entry& find(const std::string& name) {
  const auto* entry = std::ranges::find(kModels, name, &Entry::name);
  if (entry != std::end(kModels)) return *entry;
  const std::string meant = nearest_name(name);
  throw UsageError("model.name = {} is not known.{} Known: {}, and file:NET.pt for a TorchScript module.", name, suggestion_of(meant),
                   fmt::join(names(), ", "));
}

void check_widths(std::string_view key, const std::vector<std::int64_t>& widths) {
  if (std::ranges::all_of(widths, [](std::int64_t width) { return width > 0; })) return;
  throw UsageError("{} = {}: each must be at least 1.", key, fmt::join(widths, ", "));
}

void check_values(const ModelOptions& options) {
  if (!(options.dropout >= 0 && options.dropout < 1))
    throw UsageError("model.dropout = {} must be at least 0 and below 1.", options.dropout);
  if (options.hidden != std::vector<std::int64_t>{0}) check_widths("model.hidden", options.hidden);
  check_widths("model.filters", options.filters);
}

Initialization chosen_initialization(const ModelOptions& options, const Entry& entry) {
  if (options.initialization == InitialWeights::kAuto) return entry.initialization;
  return options.initialization == InitialWeights::kGlorot ? Initialization::kGlorot : Initialization::kTorch;
}

}  // namespace

std::unique_ptr<Model> make_model(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) {
  TORCH_CHECK(shape.outputs > 0 && !shape.input.empty(), "a model needs inputs and outputs");
  check_values(options);
  make_products_strict();
  if (names_script(options.name)) return load_script(script_file(options.name), options, shape);
  const Entry& entry = find(options.name);
  if (!shape.further.empty()) {
    throw UsageError(
        "model.name = {} takes one input, but data.input names {}. Name one array, or use file:NET.pt, a TorchScript module of {} inputs.",
        options.name, 1 + shape.further.size(), 1 + shape.further.size());
  }
  if (shape.vocabulary > 0) {
    throw UsageError(
        "model.name = {} reads numbers, but the samples are texts, as token ids. Use file:NET.pt, a TorchScript module of [n, T] i64 ids.",
        options.name);
  }
  std::unique_ptr<Model> model = entry.make(options, shape);
  initialize(*model, chosen_initialization(options, entry), seed);
  return model;
}

std::string nearest_name(const std::string& name) {
  if (name.ends_with(".pt") || name.ends_with(".pth")) return fmt::format("{}{}", kScriptPrefix, name);
  return galen::nearest_name(name, names());
}

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const Entry& entry : kModels) list.emplace_back(entry.name);
  return list;
}

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> all;
  for (const Entry& entry : kModels) all.push_back({std::string(entry.name), std::string(entry.kind), std::string(entry.summary)});
  all.push_back({fmt::format("{}NET.pt", kScriptPrefix), kNetworks, "A TorchScript module, trained from the weights it was saved with."});
  return all;
}

std::string kind_of(const std::string& name) {
  const auto* entry = std::ranges::find(kModels, name, &Entry::name);
  return entry == std::end(kModels) ? kNetworks : std::string(entry->kind);
}

bool is_for(const std::vector<std::string>& names_or_kinds, const std::string& model) {
  const std::string name = names_script(model) ? fmt::format("{}NET.pt", kScriptPrefix) : model;
  return names_or_kinds.empty() ||
         std::ranges::any_of(names_or_kinds, [&](const std::string& of) { return of == name || of == kind_of(model); });
}

}  // namespace galen::models
