#include "data/import/nifti.h"

#include "galen/error.h"

#include "data/import/file_patients.h"
#include "data/import/medical_targets.h"
#include "data/import/nifti_files.h"
#include "data/import/nifti_volume.h"
#include "data/import/sample_size.h"
#include "data/import/skip_bad.h"
#include "data/import/source_files.h"
#include "data/import/value_range.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace galen::data {
namespace {

struct Labelled {
  NiftiVolume image;
  std::optional<NiftiVolume> labels;
};

class NiftiVolumes {
 public:
  NiftiVolumes(const ImportOptions& options, Source& source) : options_(options), size_(options.size, options.medical.fit, 3) {
    std::vector<NiftiPair> pairs = find_nifti_files(options.source);
    const auto labelled = [](const NiftiPair& pair) { return !pair.labels.empty(); };
    source.description.has_mask = std::any_of(pairs.begin(), pairs.end(), labelled);
    if (source.description.has_mask) {
      const std::size_t without = std::erase_if(pairs, [&](const NiftiPair& pair) { return !labelled(pair); });
      if (without > 0)
        source.warnings.push_back(fmt::format("{} volume{} without a label map left out.", without, without == 1 ? "" : "s"));
    }
    skip_bad(pairs, source.skipped, [&](const NiftiPair& pair) { volumes_.push_back(open(pair)); });
    require_good(volumes_, "volume", options.source, source.skipped);
  }

  void describe(Source& source) const {
    DatasetDescription& description = source.description;
    std::vector<SampleShape> shapes;
    std::vector<std::vector<double>> spacings;
    std::vector<std::string> classes;
    ValueRange range = volumes_.front().image.range();
    for (const Labelled& volume : volumes_) {
      const std::vector<std::int64_t> shape = volume.image.shape();
      shapes.push_back({volume.image.file(), shape});
      source.files.push_back(volume.image.file());
      if (volume.labels) source.files.push_back(volume.labels->file());
      spacings.push_back(size_.fit_spacing(volume.image.spacing(), {shape.begin() + 1, shape.end()}));
      range.include(volume.image.range());
      source.sample_ids.push_back(path_below(options_.source, volume.image.file()));
      if (options_.medical.labels == "folders") classes.push_back(class_of(volume.image.file()));
    }
    tell_patients(source);
    description.size = static_cast<std::int64_t>(volumes_.size());
    description.sample_shape = common_shape(shapes, size_);
    description.type = range.type();
    description.provenance["orientation"] = "LPS";
    source.spacing = spacing_tensor(spacings);
    if (!classes.empty()) set_class_targets(source, "folders", std::move(classes), options_);
  }

  void read(std::int64_t i, SourceSample& into) const {
    const Labelled& volume = volumes_[i];
    store_values(size_.fit_image(volume.image.read()), into.input);
    if (volume.labels) into.mask.copy_(size_.fit_mask(read_mask(*volume.labels)));
  }

  std::string item_name(std::int64_t i) const { return volumes_[i].image.file(); }

 private:
  void tell_patients(Source& source) const {
    std::vector<std::string> files;
    for (const Labelled& volume : volumes_) {
      const std::filesystem::path file = path_below(options_.source, volume.image.file());
      files.push_back((file.parent_path() / nifti_stem(file)).string());
    }
    FilePatients patients = patients_of_files(files, options_.medical.labels == "folders" ? 1 : 0, options_.patient, options_.source);
    source.warnings.push_back(patients.note());
    source.group_ids = std::move(patients.ids);
  }

  static Labelled open(const NiftiPair& pair) {
    Labelled volume{NiftiVolume(pair.image), {}};
    if (pair.labels.empty()) return volume;
    volume.labels.emplace(pair.labels);
    if (volume.labels->shape().front() != 1)
      throw Error("{}: a label map has one channel, this has {}.", pair.labels, volume.labels->shape().front());
    const std::string difference = volume.image.difference_to(*volume.labels);
    if (!difference.empty()) throw Error("{}: does not lie on the voxels of {}: {}.", pair.labels, pair.image, difference);
    return volume;
  }

  static at::Tensor read_mask(const NiftiVolume& labels) {
    const at::Tensor numbers = labels.read().squeeze(0);
    const auto* first = numbers.const_data_ptr<float>();
    const auto* other = std::find_if(first, first + numbers.numel(), [](float n) { return !(n >= 0 && n <= 255 && n == std::floor(n)); });
    if (other != first + numbers.numel()) {
      throw Error("{}: holds {}; a label map holds whole numbers from 0 to 255.", labels.file(), *other);
    }
    return numbers.to(at::kByte);
  }

  std::string class_of(const std::string& file) const {
    const std::string folder = class_folder(options_.source, file);
    if (folder.empty()) throw UsageError("{}: --labels folders needs a folder for each class, but this file lies in none.", file);
    return folder;
  }

  ImportOptions options_;
  SampleSize size_;
  std::vector<Labelled> volumes_;
};

}  // namespace

bool is_nifti(const std::string& path) {
  const std::vector<std::string> files = source_files(path);
  return std::any_of(files.begin(), files.end(), is_nifti_file);
}

Source open_nifti(const ImportOptions& options) {
  check_medical_options(options);
  Source source;
  const auto volumes = std::make_shared<NiftiVolumes>(options, source);
  volumes->describe(source);
  source.read_sample = [volumes](std::int64_t i, SourceSample& into) { volumes->read(i, into); };
  source.item_name = [volumes](std::int64_t i) { return volumes->item_name(i); };
  return source;
}

}  // namespace galen::data
