#include "data/formats/nifti/nifti.h"

#include "galen/error.h"

#include "data/formats/file_patients.h"
#include "data/formats/medical/medical_targets.h"
#include "data/formats/medical/value_range.h"
#include "data/formats/nifti/nifti_cases.h"
#include "data/formats/nifti/nifti_header.h"
#include "data/formats/nifti/nifti_labels.h"
#include "data/formats/nifti/nifti_names.h"
#include "data/formats/nifti/nifti_volume.h"
#include "data/formats/sample_size.h"
#include "data/formats/shared_work.h"
#include "data/formats/skip_bad.h"
#include "data/formats/source_files.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace galen::data {
namespace {

struct OpenCase {
  std::vector<NiftiVolume> images;
  std::vector<NiftiVolume> labels;

  const std::string& file() const { return images.front().file(); }
};

/// Volumes `first` … of each image of a case are one sample.
struct Sample {
  std::size_t of = 0;
  std::int64_t first = 0;
  std::int64_t count = 1;
};

class NiftiVolumes {
 public:
  NiftiVolumes(const ImportOptions& options, const Discovery& found, Source& source)
      : NiftiVolumes(options, found.workers, source,
                     from_first_rank<NiftiCases>(found.workers, [&] { return find_nifti_cases(found, options.medical.masks); })) {}

  void describe(Source& source) const {
    DatasetDescription& description = source.description;
    std::vector<SampleShape> shapes;
    std::vector<std::vector<double>> spacings;
    std::vector<std::string> classes;
    ValueRange range = cases_.front().images.front().range();
    for (const OpenCase& one : cases_) {
      for (const NiftiVolume& image : one.images) {
        range.include(image.range());
        if (image.shear() > kShear) source.warnings.push_back(shear_note(image));
      }
      for (const auto* files : {&one.images, &one.labels}) {
        for (const NiftiVolume& volume : *files) source.files.push_back(volume.file());
      }
    }
    for (const Sample& sample : samples_) {
      const OpenCase& one = cases_[sample.of];
      const std::vector<std::int64_t> size = one.images.front().size();
      std::vector<std::int64_t> shape = {channels_of(one, sample.count)};
      shape.insert(shape.end(), size.begin(), size.end());
      shapes.push_back({one.file(), shape});
      spacings.push_back(size_.fit_spacing(one.images.front().spacing(), size));
      source.sample_ids.push_back(path_below(options_.source, one.file()) + (is_split_ ? fmt::format("#{}", sample.first + 1) : ""));
      if (options_.medical.labels == "folders") classes.push_back(class_of(one.file()));
    }
    tell_patients(source);
    description.size = static_cast<std::int64_t>(samples_.size());
    description.sample_shape = common_shape(shapes, size_);
    if (size_.fill()) range.include(ValueRange::of(*size_.fill()));
    description.type = range.type();
    description.provenance["orientation"] = "LPS";
    source.spacing = spacing_tensor(spacings);
    if (!classes.empty()) set_class_targets(source, "folders", std::move(classes), options_);
  }

  void read(std::int64_t i, SourceSample& into) const {
    const Sample& sample = samples_[i];
    const OpenCase& one = cases_[sample.of];
    std::vector<at::Tensor> channels;
    for (const NiftiVolume& image : one.images) {
      NumberFaults faults;
      channels.push_back(image.read(sample.first, sample.count, faults));
      const std::vector<std::string> notes = faults.notes(image.file(), "voxel");
      into.notes.insert(into.notes.end(), notes.begin(), notes.end());
    }
    store_values(size_.fit_image(channels.size() == 1 ? channels.front() : at::cat(channels)), into.input);
    if (one.labels.empty()) return;
    const std::int64_t volume = one.labels.front().volumes() == 1 ? 0 : sample.first;
    into.mask.copy_(size_.fit_mask(labels_.read(one.labels, volume, into.notes)));
  }

  std::string item_name(std::int64_t i) const { return cases_[samples_[i].of].file(); }

 private:
  static constexpr double kShear = 1;  // degrees

  NiftiVolumes(const ImportOptions& options, const ImportWorkers& workers, Source& source, NiftiCases found)
      : options_(options),
        size_(options.size, options.medical.fit, 3, options.medical.fill),
        channels_(std::move(found.channels)),
        labels_(std::move(found.structures)) {
    source.description.has_mask =
        std::any_of(found.cases.begin(), found.cases.end(), [](const NiftiCase& one) { return !one.labels.empty(); });
    source.warnings = std::move(found.notes);
    source.skipped = std::move(found.skipped);
    const Headers headers = read_headers(found.cases, workers);
    skip_bad(found.cases, source.skipped, [&](const NiftiCase& one) { cases_.push_back(open(one, headers)); });
    require_good(cases_, "volume", options.source, source.skipped);
    std::vector<const NiftiVolume*> maps;
    for (const OpenCase& one : cases_) {
      for (const NiftiVolume& map : one.labels) maps.push_back(&map);
    }
    labels_.learn(maps, workers);
    cut_into_samples(source);
    if (const std::string note = labels_.note(); !note.empty()) source.warnings.push_back(note);
    source.description.mask_class_names = labels_.names();
  }

  using Headers = std::map<std::string, Outcome<NiftiHeader>>;  // by file

  static Headers read_headers(const std::vector<NiftiCase>& cases, const ImportWorkers& workers) {
    Headers headers;
    for (const NiftiCase& one : cases) {
      for (const std::string& image : one.images) headers[image];
      for (const std::string& label : one.labels) headers[label];
    }
    std::vector<std::string> files;
    for (const auto& [file, header] : headers) files.push_back(file);
    auto outcomes = read_once<NiftiHeader>(files.size(), workers, [&](std::size_t i) { return NiftiVolume(files[i]).header(); });
    for (std::size_t i = 0; i < files.size(); ++i) headers[files[i]] = std::move(outcomes[i]);
    return headers;
  }

  OpenCase open(const NiftiCase& files, const Headers& headers) {
    OpenCase one;
    for (const std::string& image : files.images) one.images.emplace_back(image, headers.at(image).get());
    for (const std::string& label : files.labels) one.labels.emplace_back(label, headers.at(label).get());
    const NiftiVolume& first = one.images.front();
    const std::int64_t volumes = first.volumes();
    for (const auto* kind : {&one.images, &one.labels}) {
      for (const NiftiVolume& volume : *kind) {
        const std::string difference = first.difference_to(volume);
        if (!difference.empty()) throw Error("{}: does not lie on the voxels of {}: {}.", volume.file(), first.file(), difference);
      }
    }
    for (const NiftiVolume& image : one.images) {
      if (image.volumes() != volumes)
        throw Error("{}: holds {} volumes, but {} holds {}.", image.file(), image.volumes(), first.file(), volumes);
      if (options_.medical.volume > volumes)
        throw Error("{}: has no volume {}, as --volume has it; it holds {}.", image.file(), options_.medical.volume, volumes);
    }
    for (const NiftiVolume& label : one.labels) {
      if (label.components() != 1 || (label.volumes() != 1 && label.volumes() != volumes))
        throw Error("{}: a label map has one number a voxel, this has {}.", label.file(), label.volumes() * label.components());
    }
    return one;
  }

  std::int64_t channels_of(const OpenCase& one, std::int64_t volumes) const {
    std::int64_t channels = 0;
    for (const NiftiVolume& image : one.images) channels += volumes * image.components();
    return channels;
  }

  void cut_into_samples(Source& source) {
    const std::int64_t volumes = cases_.front().images.front().volumes();
    std::int64_t most = 0;
    bool alike = true;
    bool labels_each = false;  // a label map for each volume of an image
    for (const OpenCase& one : cases_) {
      most = std::max(most, one.images.front().volumes());
      alike = alike && one.images.front().volumes() == volumes;
      labels_each = labels_each || (!one.labels.empty() && one.labels.front().volumes() > 1);
    }
    const std::int64_t wanted = options_.medical.volume;
    is_split_ = most > 1 && (wanted < 0 || (wanted == 0 && (!alike || labels_each)));
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      const std::int64_t held = cases_[i].images.front().volumes();
      if (wanted > 0) {
        samples_.push_back({i, wanted - 1, 1});
      } else if (is_split_) {
        for (std::int64_t volume = 0; volume < held; ++volume) samples_.push_back({i, volume, 1});
      } else {
        samples_.push_back({i, 0, held});
      }
    }
    if (most == 1 || wanted != 0) return;
    source.warnings.push_back(
        is_split_
            ? fmt::format("Files hold up to {} volumes, and each volume is a sample of its own; --volume N takes the N-th alone.", most)
            : fmt::format("The {} volumes of each file are channels of one sample; --volume N takes the N-th alone, --volume -1 makes "
                          "each a sample of its own.",
                          most));
  }

  static std::string shear_note(const NiftiVolume& image) {
    return fmt::format("{}: its axes are sheared by {:.1f} degrees; voxels are turned by whole axes, and the shear stays.", image.file(),
                       image.shear());
  }

  void tell_patients(Source& source) const {
    const bool are_channels = !channels_.empty() && options_.patient == "auto";  // whose names differ in a case
    std::vector<std::string> files;
    for (const OpenCase& one : cases_) {
      const std::string below = without_nifti_ending(path_below(options_.source, one.file()));
      std::string channel;
      const std::string name = path_without_channel(below, channel);
      files.push_back(are_channels && !name.empty() && !name.ends_with('/') ? name : below);
    }
    FilePatients patients = patients_of_files(files, options_.medical.labels == "folders" ? 1 : 0, options_.patient, options_.source);
    source.warnings.push_back(patients.note());
    for (const Sample& sample : samples_) source.group_ids.push_back(patients.ids[sample.of]);
  }

  std::string class_of(const std::string& file) const {
    const std::string folder = class_folder(options_.source, file);
    if (folder.empty()) throw UsageError("{}: --labels folders needs a folder for each class, but this file lies in none.", file);
    return folder;
  }

  ImportOptions options_;
  SampleSize size_;
  std::vector<std::string> channels_;
  NiftiLabels labels_;
  std::vector<OpenCase> cases_;
  std::vector<Sample> samples_;
  bool is_split_ = false;  ///< a file of several volumes is several samples
};

}  // namespace

bool is_nifti(const Discovery& found) {
  if (!found.is_folder) return is_nifti_file(found.source, /*any_name=*/true) || is_nifti_file(nifti_partner(found.source));
  return std::any_of(found.files().begin(), found.files().end(), [](const std::string& file) { return is_nifti_file(file); });
}

Source open_nifti(const ImportOptions& options, const Discovery& found) {
  check_medical_options(options);
  Source source;
  const auto volumes = std::make_shared<NiftiVolumes>(options, found, source);
  volumes->describe(source);
  source.read_sample = [volumes](std::int64_t i, SourceSample& into) { volumes->read(i, into); };
  source.item_name = [volumes](std::int64_t i) { return volumes->item_name(i); };
  return source;
}

}  // namespace galen::data
