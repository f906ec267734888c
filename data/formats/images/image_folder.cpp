#include "data/formats/images/image_folder.h"

#include "galen/error.h"

#include "data/formats/images/image_conversion.h"
#include "data/formats/images/image_file.h"
#include "data/formats/images/image_list.h"
#include "data/formats/images/image_masks.h"
#include "data/formats/images/mask_pairs.h"
#include "data/formats/shared_work.h"
#include "data/formats/skip_bad.h"
#include "data/formats/subset_of_samples.h"
#include "galen/lower_case.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>

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

  /// A note for each value that is a change to images.
  void tell(std::vector<std::string>& notes) const {
    for (const auto& [value, entry] : counts_) {
      notes.push_back(fmt::format("{} image{}, such as {}: {}.", entry.first, entry.first == 1 ? "" : "s", entry.second, value));
    }
  }

 private:
  static constexpr std::size_t kMostListed = 4;
  std::map<std::string, std::pair<std::int64_t, std::string>> counts_;
};

std::string kind_of_numbers(at::ScalarType type) { return type == at::kByte ? "8 bits" : type == at::kInt ? "16 bits" : "other numbers"; }

/// Pictures of formats that are not read are left out of a folder, and named.
void name_unread_pictures(const std::vector<std::string>& files, std::vector<std::string>& skipped) {
  static const std::set<std::string> kExtensions = {".gif",  ".webp", ".jp2", ".j2k", ".jpx", ".jxl",  ".heic",
                                                    ".heif", ".avif", ".pgm", ".ppm", ".pbm", ".pnm",  ".tga",
                                                    ".ico",  ".psd",  ".exr", ".pcx", ".svs", ".ndpi", ".mrxs"};
  for (const std::string& file : files) {
    const std::string extension = lower_case(fs::path(file).extension());
    if (kExtensions.contains(extension))
      skipped.push_back(fmt::format("{}: is a {} image, which is not read; save it as PNG.", file, extension));
  }
}

/// What one image shows when it is opened.
struct ImageFacts {
  ImageForm form;
  std::vector<std::string> changes;
  MaskFacts masks;
};

template <typename Archive>
void fields(Archive& archive, ImageFacts& facts) {
  archive(facts.form, facts.changes, facts.masks);
}

/// What all images together show.
struct OpenedImages {
  ImageForm form;                  ///< that they share once converted
  std::vector<std::int64_t> good;  ///< those that can be opened
};

/// Opens all images once. Those that cannot be opened are named in `source.skipped`.
OpenedImages open_all(const std::vector<std::string>& files, const ImportOptions& options, const ImportWorkers& workers, ImageMasks& masks,
                      Source& source) {
  const std::string& folder = options.source;
  Census sizes, pages, colours, numbers, changes;
  OpenedImages opened;
  ImageForm& common = opened.form;
  auto all = read_once<ImageFacts>(files.size(), workers, [&](std::size_t i) {
    const auto image = open_image(image_path(folder, files[i]));
    return ImageFacts{image->form(), image->changes(), masks.empty() ? MaskFacts() : masks.look_through(files[i], *image)};
  });
  skip_bad(all, source.skipped, [&](const Outcome<ImageFacts>& outcome) {
    const ImageFacts& image = outcome.get();
    const auto i = static_cast<std::size_t>(&outcome - all.data());
    const std::string& file = files[i];
    common = converted(image.form, options.images, options.size);
    if (!masks.empty()) masks.count(file, image.masks);
    for (const std::string& change : image.changes) changes.count(change, file);
    opened.good.push_back(static_cast<std::int64_t>(i));
    sizes.count(fmt::format("{} x {}", common.height, common.width), file);
    pages.count(fmt::format("{}", std::max<std::int64_t>(common.pages, 1)), file);
    colours.count(common.channels == 1 ? "grey" : "RGB", file);
    numbers.count(kind_of_numbers(common.type), file);
  });
  require_good(opened.good, "image", folder, source.skipped);
  sizes.require_one(folder, "sizes", "Pass --size height,width to resize them all, such as --size 224,224.");
  colours.require_one(folder, "colours", "Pass --grey for one channel or --rgb for three.");
  pages.require_one(folder, "numbers of pages", "Cut them to the same number first.");
  numbers.require_one(folder, "number types", "Save them with the same number of bits first.");
  changes.tell(source.warnings);
  if (common.pages > 0) source.warnings.push_back(fmt::format("The {} pages of a TIFF file are one volume.", common.pages));
  return opened;
}

}  // namespace

bool is_image_source(const Discovery& found) {
  const std::vector<std::string> files = find_images(found);
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) { return is_image_file(image_path(found.source, file)); });
}

Source open_images(const ImportOptions& options, const Discovery& found) {
  check(options);
  const MaskPairs pairs = find_masks(find_images(found), options);
  ImageList list = options.images.table.empty() ? list_by_class(pairs, options)
                                                : from_first_rank<ImageList>(found.workers, [&] { return list_by_table(pairs, options); });
  const auto masks = std::make_shared<ImageMasks>(options.source, pairs, options.size);

  Source source;
  source.skipped = std::move(list.missing);
  name_unread_pictures(found.files(), source.skipped);
  source.skipped.insert(source.skipped.end(), pairs.unpaired.begin(), pairs.unpaired.end());
  source.warnings = std::move(list.notes);
  source.warnings.insert(source.warnings.end(), pairs.notes.begin(), pairs.notes.end());
  source.group_ids = std::move(list.group_ids);
  source.sample_ids = std::move(list.sample_ids);
  source.split = std::move(list.split);
  if (list.targets) set_targets(source, std::move(*list.targets));

  const auto [form, good] = open_all(list.files, options, found.workers, *masks, source);
  source.description.sample_shape = form.shape();
  source.description.type = form.type;
  source.description.size = static_cast<std::int64_t>(list.files.size());
  source.description.has_mask = !masks->empty();

  const std::vector<std::string> files = std::move(list.files);
  source.item_name = [folder = options.source, files](std::int64_t i) { return image_path(folder, files.at(static_cast<std::size_t>(i))); };
  source.read_sample = [path = source.item_name, images = options.images, size = options.size, form, files, masks](std::int64_t i,
                                                                                                                   SourceSample& into) {
    const auto file = open_image(path(i));
    if (converted(file->form(), images, size) != form) throw Error("{}: changed while it was imported.", path(i));
    into.input.copy_(convert(file->read(), images, size));
    if (into.mask.defined()) into.mask.copy_(masks->read(files.at(static_cast<std::size_t>(i))));
  };
  for (const std::int64_t i : good) {
    source.files.push_back(source.item_name(i));
    for (std::string& mask : masks->files(files.at(static_cast<std::size_t>(i)))) source.files.push_back(std::move(mask));
  }
  keep_samples(source, good);
  if (!masks->empty()) masks->decide(source);
  return source;
}

}  // namespace galen::data
