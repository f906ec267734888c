#include "data/transforms/catalogue.h"

#include "data/transforms/affine.h"
#include "data/transforms/arguments.h"
#include "data/transforms/blur.h"
#include "data/transforms/corruption.h"
#include "data/transforms/cropping.h"
#include "data/transforms/elastic.h"
#include "data/transforms/intensity.h"
#include "data/transforms/resize.h"
#include "galen/error.h"
#include "galen/nearest_name.h"

#include <algorithm>

namespace galen::data {

namespace {

using Maker = Transform (*)(Arguments& arguments, const SampleForm& form);

struct Entry {
  const char* name;
  const char* arguments;  // %: the axes of samples; one number may stand for all of them
  const char* meaning;
  Maker prepare;           // none: not in data.prepare
  Maker augment;           // none: not in data.augment
  double probability = 1;  // in data.augment, unless given
};

constexpr Entry kEntries[] = {
    {"window", "low, high", "values from low to high (HU) become 0 to 1, what lies beyond 0 and 1", make_window, nullptr},
    {"crop", "%", "the centre", make_crop, nullptr},
    {"pad", "%, fill=0", "so many cells on both sides, of fill", make_pad, nullptr},
    {"resize", "%, method=auto", "by area or bilinear; auto: area where it shrinks, bilinear where it grows", make_resize, nullptr},
    {"grey", "", "colours to grey", make_grey, nullptr},
    {"standardize", "", "each channel of each sample to mean 0 and deviation 1", make_standardize, nullptr},
    {"random_crop", "%, padding=0, fill=0", "anywhere in the padded sample; outside training the centre", nullptr, make_random_crop},
    {"flip", "axis", "along horizontal, vertical or depth; signals: time", make_flip, make_flip, 0.5},
    {"shift", "%, fill=0", "by up to so many whole cells", nullptr, make_shift},
    {"rotate", "degrees, axis=depth, fill=0", "by up to so many degrees; volumes about axis, or all", nullptr, make_rotate},
    {"affine", "rotate=0, scale=0, shear=0, shift=0, axis=depth, fill=0",
     "by up to so many degrees, a share of the size, degrees, and cells, in one go", nullptr, make_affine},
    {"elastic", "strength, spacing, fill=0", "bends: points so many cells apart are moved by about strength cells", nullptr, make_elastic},
    {"gamma", "gamma", "x to the power of gamma between the sample's extremes; augment: of up to gamma and down to 1/gamma", make_gamma,
     make_random_gamma},
    {"brightness", "amount", "adds up to +-amount of the channel's deviation", nullptr, make_brightness},
    {"contrast", "amount", "distances from the channel's mean by up to +-amount, a share", nullptr, make_contrast},
    {"scale", "amount", "all values by up to +-amount, a share", nullptr, make_scale},
    {"noise", "amount", "adds to each value noise of amount times the channel's deviation", nullptr, make_noise},
    {"blur", "sigma", "Gaussian, of sigma cells; augment: of up to that", make_blur, make_random_blur},
    {"cutout", "%", "the channel's mean in a box somewhere", nullptr, make_cutout},
};

Maker maker(const Entry& entry, TransformList list) { return list == TransformList::kPrepare ? entry.prepare : entry.augment; }

std::string names_in(TransformList list) {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) {
    if (maker(entry, list)) names.push_back(entry.name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

const Entry& find_entry(TransformList list, const Call& call) {
  const Entry* found = std::find_if(std::begin(kEntries), std::end(kEntries), [&](const Entry& entry) { return call.name == entry.name; });
  if (found == std::end(kEntries)) {
    std::vector<std::string> names;
    for (const Entry& entry : kEntries) names.push_back(entry.name);
    const std::string meant = nearest_name(call.name, names);
    throw UsageError("{}: there is no transform {}.{} There are {}.", to_string(list), call.name, suggestion_of(meant), names_in(list));
  }
  if (!maker(*found, list)) {
    throw UsageError("{}: {} {}. Here there are {}.", to_string(list), call.name,
                     list == TransformList::kPrepare ? "is random, and belongs in data.augment"
                                                     : "is for every use of a model, and belongs in data.prepare",
                     names_in(list));
  }
  return *found;
}

std::string usage(const Entry& entry, const std::vector<std::string>& axes) {
  std::string arguments = entry.arguments;
  if (arguments.starts_with('%')) arguments = fmt::format("{}{}", fmt::join(axes, ", "), arguments.substr(1));
  return arguments.empty() ? entry.name : fmt::format("{}({})", entry.name, arguments);
}

}  // namespace

std::string to_string(TransformList list) { return list == TransformList::kPrepare ? "data.prepare" : "data.augment"; }

std::vector<TransformHelp> transform_help() {
  std::vector<TransformHelp> help;
  for (const Entry& entry : kEntries)
    help.push_back({usage(entry, {"height", "width"}), entry.meaning, entry.prepare != nullptr, entry.augment != nullptr});
  return help;
}

ListedTransform make_transform(TransformList list, const Call& call, const SampleForm& form) {
  const Entry& entry = find_entry(list, call);
  Arguments arguments(to_string(list), call, usage(entry, axis_names(form.grid)));
  ListedTransform result;
  if (list == TransformList::kAugment) result.probability = arguments.named_number("p", 0, 1, entry.probability);
  result.transform = maker(entry, list)(arguments, form);
  arguments.finish();
  return result;
}

}  // namespace galen::data
