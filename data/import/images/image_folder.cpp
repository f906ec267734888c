#include "data/import/images/image_folder.h"

#include "galen/error.h"

#include "data/import/images/image_conversion.h"
#include "data/import/images/image_file.h"
#include "data/import/images/image_list.h"
#include "data/import/skip_bad.h"
#include "data/import/subset_of_samples.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

void check(const ImportOptions& options) {
  const ImageOptions& images = options.images;
  if (images.grey && images.rgb) throw UsageError("--grey and --rgb cannot both be meant.");
  const bool positive = std::all_of(options.size.begin(), options.size.end(), [](std::int64_t extent) { return extent > 0; });
  if (!options.size.empty() && (options.size.size() != 2 || !positive)) throw UsageError("--size is height,width, such as 224,224.");
}

/// What images have in common: how many of each value there are, and the first file of each.
class Census {
 public:
  void count(const std::string& value, const std::string& file) {
    auto [entry, added] = counts_.try_emplace(value, 0, file);
    ++entry->second.first;
  }

  void require_one(const std::string& source, const std::string& what, const std::string& advice) const {
    if (counts_.size() <= 1) return;
    std::vector<std::string> parts;
    for (const auto& [value, entry] : counts_) {
      if (parts.size() == kMostListed) break;
      parts.push_back(fmt::format("{} ({} file{}, such as {})", value, entry.first, entry.first == 1 ? "" : "s", entry.second));
    }
    const std::size_t more = counts_.size() - parts.size();
    throw Error("{}: the images have different {}: {}{}. {}", source, what, fmt::join(parts, ", "),
                more > 0 ? fmt::format(" and {} more", more) : "", advice);
  }

 private:
  static constexpr std::size_t kMostListed = 4;
  std::map<std::string, std::pair<std::int64_t, std::string>> counts_;
};

std::string kind_of_numbers(at::ScalarType type) { return type == at::kByte ? "8 bits" : type == at::kInt ? "16 bits" : "other numbers"; }

/// The form that all images share once converted. Leaves out those that cannot be opened, in `good` and `skipped`.
ImageForm common_form(const std::string& folder, const std::vector<std::string>& files, const ImportOptions& options,
                      std::vector<std::int64_t>& good, std::vector<std::string>& skipped) {
  Census sizes, pages, colours, numbers;
  ImageForm common;
  skip_bad(files, skipped, [&](const std::string& file) {
    common = converted(open_image(fs::path(folder) / file)->form(), options.images, options.size);
    good.push_back(&file - files.data());
    sizes.count(fmt::format("{} x {}", common.height, common.width), file);
    pages.count(fmt::format("{}", std::max<std::int64_t>(common.pages, 1)), file);
    colours.count(common.channels == 1 ? "grey" : "RGB", file);
    numbers.count(kind_of_numbers(common.type), file);
  });
  require_good(good, "image", folder, skipped);
  sizes.require_one(folder, "sizes", "Pass --size height,width to resize them all, such as --size 224,224.");
  colours.require_one(folder, "colours", "Pass --grey for one channel or --rgb for three.");
  pages.require_one(folder, "numbers of pages", "Cut them to the same number first.");
  numbers.require_one(folder, "number types", "Save them with the same number of bits first.");
  return common;
}

}  // namespace

bool is_image_folder(const std::string& path) {
  if (!fs::is_directory(path)) return false;
  const std::vector<std::string> files = find_images(path);
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) { return is_image_file(fs::path(path) / file); });
}

Source open_image_folder(const ImportOptions& options) {
  check(options);
  if (!fs::is_directory(options.source)) throw Error("{}: is no folder; images are imported by the folder.", options.source);
  ImageList list = options.images.table.empty() ? list_by_class(options) : list_by_table(options);

  Source source;
  source.skipped = std::move(list.missing);
  source.warnings = std::move(list.notes);
  source.group_ids = std::move(list.group_ids);
  source.sample_ids = std::move(list.sample_ids);
  source.split = std::move(list.split);
  if (list.targets) set_targets(source, std::move(*list.targets));

  std::vector<std::int64_t> good;
  const ImageForm form = common_form(options.source, list.files, options, good, source.skipped);
  source.description.sample_shape = form.shape();
  source.description.type = form.type;
  source.description.size = static_cast<std::int64_t>(list.files.size());

  const std::vector<std::string> files = std::move(list.files);
  source.item_name = [folder = options.source, files](std::int64_t i) {
    return (fs::path(folder) / files.at(static_cast<std::size_t>(i))).string();
  };
  source.read_sample = [path = source.item_name, images = options.images, size = options.size, form](std::int64_t i, SourceSample& into) {
    const auto file = open_image(path(i));
    if (converted(file->form(), images, size) != form) throw Error("{}: changed while it was imported.", path(i));
    into.input.copy_(convert(file->read(), images, size));
  };
  for (const std::int64_t i : good) source.files.push_back(source.item_name(i));
  keep_samples(source, good);
  return source;
}

}  // namespace galen::data
