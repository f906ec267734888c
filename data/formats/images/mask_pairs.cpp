#include "data/formats/images/mask_pairs.h"

#include "galen/error.h"

#include "data/formats/images/mask_names.h"
#include "data/formats/images/split_folder.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <regex>
#include <set>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr char kOptions[] =
    "--masks PATTERN finds masks by their path, --masks none leaves them out, --labels folders takes folders for classes";

/// One file, taken apart.
struct Item {
  std::string file;
  std::string folder;  ///< without folders that say only what lies in them
  std::string stem;
  FolderName name = FolderName::kOther;  ///< of the folder that says so, if any
  bool is_last = false;                  ///< that folder is the one that holds the file

  std::string place() const { return (fs::path(folder) / fs::path(file).filename()).string(); }
};

Item take_apart(const std::string& file, bool by_folders) {
  Item item;
  item.file = file;
  item.stem = fs::path(file).stem();
  fs::path folder;
  for (const fs::path& part : fs::path(file).parent_path()) {
    const FolderName name = by_folders ? folder_name(part) : FolderName::kOther;
    item.is_last = false;
    if (name == FolderName::kOther) {
      folder /= part;
      continue;
    }
    item.is_last = true;
    if (item.name != FolderName::kMasks) item.name = name;
  }
  item.folder = folder.string();
  return item;
}

/// Finds images by folder and name.
class Images {
 public:
  explicit Images(const std::vector<Item>& items) {
    for (const Item& item : items) {
      by_place_[{item.folder, item.stem}].push_back(item.file);
      by_stem_[item.stem].push_back(item.file);
      by_folder_[item.folder].push_back(item.file);
    }
  }

  /// The image of one of these names in a mask's folder, else anywhere; empty where there is none, or several.
  std::string find(const Item& mask) const {
    std::vector<std::string> names = {mask.stem};
    if (const auto image = image_of_mask(mask.stem)) names.push_back(*image);
    for (const std::string& name : names) {
      const auto found = by_place_.find({mask.folder, name});
      if (found != by_place_.end() && found->second.size() == 1) return found->second.front();
    }
    for (const std::string& name : names) {
      const auto found = by_stem_.find(name);
      if (found != by_stem_.end() && found->second.size() == 1) return found->second.front();
    }
    return "";
  }

  /// The only image in the folder; empty where there are none or several.
  std::string alone_in(const std::string& folder) const {
    const auto found = by_folder_.find(folder);
    return found != by_folder_.end() && found->second.size() == 1 ? found->second.front() : "";
  }

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> by_place_;
  std::map<std::string, std::vector<std::string>> by_stem_;
  std::map<std::string, std::vector<std::string>> by_folder_;
};

void move_if(std::vector<Item>& from, std::vector<Item>& to, const auto& condition) {
  const auto kept = std::stable_partition(from.begin(), from.end(), [&](const Item& item) { return !condition(item); });
  std::move(kept, from.end(), std::back_inserter(to));
  from.erase(kept, from.end());
}

std::string without_image(const std::string& file) { return fmt::format("{}: is a mask, but no image goes with it.", file); }

/// Masks by customary names. Takes them out of `images`; those that go with none are named.
void pair_by_names(std::vector<Item>& images, MaskPairs& pairs) {
  std::vector<Item> masks, others;
  move_if(images, masks, [](const Item& item) { return item.name == FolderName::kMasks; });
  move_if(images, others, [](const Item& item) { return item.name == FolderName::kMaybeMasks; });

  // X_mask beside X.
  std::set<std::pair<std::string, std::string>> places;
  for (const Item& item : images) places.insert({fs::path(item.file).parent_path(), item.stem});
  std::vector<Item> beside;
  move_if(images, beside, [&](const Item& item) {
    const auto image = image_of_mask(item.stem);
    return image && places.contains({fs::path(item.file).parent_path(), *image});
  });

  const Images known(images);
  std::vector<Item> left, maybe;
  for (Item& mask : masks) {
    const std::string image = known.find(mask);
    image.empty() ? left.push_back(mask) : pairs.masks[image].push_back(mask.file);
  }
  for (Item& mask : others) {
    const std::string image = known.find(mask);
    image.empty() ? maybe.push_back(mask) : pairs.masks[image].push_back(mask.file);
  }
  for (const Item& mask : beside) {
    const std::string image = known.find(mask);
    image.empty() ? left.push_back(mask) : pairs.masks[image].push_back(mask.file);
  }

  std::map<std::string, std::vector<std::string>> cases;
  for (const Item& mask : left) {
    const std::string image = known.alone_in(mask.folder);
    const fs::path above = fs::path(mask.file).parent_path().parent_path();
    const bool is_case = !image.empty() && !pairs.masks.contains(image) && !mask.folder.empty() && mask.is_last && above == mask.folder &&
                         !subset_named(above.filename());
    if (is_case) {
      cases[image].push_back(mask.file);
    } else {
      pairs.unpaired.push_back(without_image(mask.file));
    }
  }
  pairs.are_cases = !cases.empty() && pairs.masks.empty();
  pairs.masks.merge(cases);
  // A folder that is only partly named for masks, and holds files of other names, holds images.
  if (pairs.have_masks()) {
    for (const Item& item : maybe) pairs.unpaired.push_back(without_image(item.file));
  } else {
    std::move(maybe.begin(), maybe.end(), std::back_inserter(images));
  }
}

bool is_sign(char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }

/// Whether `path` holds `text` between signs that are neither letters nor digits.
bool holds(const std::string& path, const std::string& text) {
  for (std::size_t at = path.find(text); at != std::string::npos; at = path.find(text, at + 1)) {
    const std::size_t end = at + text.size();
    if ((at == 0 || is_sign(path[at - 1])) && (end == path.size() || is_sign(path[end]))) return true;
  }
  return false;
}

void pair_by_pattern(std::vector<Item>& images, const ImportOptions& options, MaskPairs& pairs) {
  const std::string& pattern = options.medical.masks;
  std::regex expression;
  try {
    expression = pattern;
  } catch (const std::regex_error&) {
    throw UsageError("--masks {} is neither auto nor none, nor a regular expression such as 'roi_(case[0-9]+)'.", pattern);
  }
  std::vector<Item> masks;
  move_if(images, masks, [&](const Item& item) { return std::regex_search(item.file, expression); });
  if (masks.empty()) throw UsageError("{}: --masks {} finds no file.", options.source, pattern);
  const Images known(images);
  for (const Item& mask : masks) {
    std::smatch match;
    std::regex_search(mask.file, match, expression);
    std::vector<std::string> found;
    if (match.size() > 1 && match[1].length() > 0) {
      for (const Item& image : images) {
        if (holds(fs::path(image.file).replace_extension(), match[1].str())) found.push_back(image.file);
      }
    } else if (const std::string image = known.find(mask); !image.empty()) {
      found.push_back(image);
    }
    if (found.empty()) pairs.unpaired.push_back(without_image(mask.file));
    for (const std::string& image : found) pairs.masks[image].push_back(mask.file);
  }
  if (!pairs.have_masks())
    throw UsageError("{}: no image goes with what --masks {} finds, such as {}.", options.source, pattern, masks.front().file);
}

/// Several masks of an image are joined only where names say that they are parts of one.
void expect_one_mask_each(const MaskPairs& pairs, const ImportOptions& options) {
  for (const auto& [image, masks] : pairs.masks) {
    const auto folder = [](const std::string& file) { return fs::path(file).parent_path(); };
    std::set<std::string> stems;
    bool parts = true;
    for (const std::string& mask : masks) {
      const std::string stem = fs::path(mask).stem();
      parts = parts && folder(mask) == folder(masks.front()) && stems.insert(stem).second;
      parts = parts && (options.medical.masks != "auto" || pairs.are_cases || stem != fs::path(image).stem());
    }
    if (masks.size() == 1 || parts) continue;
    throw UsageError(
        "{}: {} has several masks, {} and {}; say which count with --masks PATTERN, a regular expression that finds their paths.",
        options.source, image, masks[0], masks[1]);
  }
}

}  // namespace

MaskPairs find_masks(const std::vector<std::string>& files, const ImportOptions& options) {
  const std::string& option = options.medical.masks;
  const bool by_names = option == "auto" || option == "none";
  MaskPairs pairs;
  std::vector<Item> images;
  for (const std::string& file : files) images.push_back(take_apart(file, options.medical.labels != "folders"));
  by_names ? pair_by_names(images, pairs) : pair_by_pattern(images, options, pairs);

  std::size_t masks = pairs.unpaired.size();
  for (const auto& [image, of_image] : pairs.masks) masks += of_image.size();
  if (!pairs.have_masks() && !pairs.unpaired.empty() && option == "auto") {
    throw UsageError("{}: folders are named for masks, but no image has the name of one. {} {}.", options.source, pairs.unpaired.front(),
                     kOptions);
  }
  if (option == "none") {
    if (masks > 0) pairs.notes.push_back(fmt::format("{} mask{} left out (--masks none).", masks, masks == 1 ? "" : "s"));
    pairs.masks.clear();
    pairs.unpaired.clear();
  }
  expect_one_mask_each(pairs, options);

  std::string named;
  std::size_t count = 0;
  for (const Item& image : images) {
    if (pairs.have_masks() && !pairs.masks.contains(image.file)) {
      pairs.unpaired.push_back(fmt::format("{}: is an image without a mask.", image.file));
      continue;
    }
    if (!pairs.have_masks() && option == "auto" && image_of_mask(image.stem)) {
      named = image.file;
      ++count;
    }
    pairs.images.push_back(image.file);
    pairs.places[image.file] = pairs.have_masks() || masks > 0 ? image.place() : image.file;
  }
  std::sort(pairs.images.begin(), pairs.images.end());
  if (count > 0) {
    pairs.notes.push_back(fmt::format("{} file{} named as masks, such as {}, but no image of that name lies beside; read as image{}.",
                                      count, count == 1 ? " is" : "s are", named, count == 1 ? "" : "s"));
  }
  if (pairs.are_cases) pairs.notes.emplace_back("Each folder with images and masks is a case, and counts as a patient.");
  return pairs;
}

}  // namespace galen::data
