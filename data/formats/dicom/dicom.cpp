#include "data/formats/dicom/dicom.h"

#include "galen/error.h"

#include "data/formats/dicom/dicom_file.h"
#include "data/formats/dicom/dicom_frame.h"
#include "data/formats/dicom/dicom_series.h"
#include "data/formats/medical/medical_targets.h"
#include "data/formats/medical/value_range.h"
#include "data/formats/sample_size.h"
#include "data/formats/shared_work.h"
#include "data/formats/skip_bad.h"
#include "data/formats/source_files.h"

#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/tensordot.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

namespace galen::data {
namespace {

/// The images of a source, found and described; pixels are read on demand.
class DicomImages {
 public:
  DicomImages(const ImportOptions& options, const Discovery& found, Source& source)
      : options_(options), size_(options.size, options.medical.fit, dimensions(), options.medical.fill) {
    read_headers(found, source);
    samples_ =
        options.medical.series ? dicom_volumes(headers_, options.medical.volume, source.warnings, source.skipped) : dicom_images(headers_);
    require_good(samples_, options.medical.series ? "series" : "image", options.source, source.skipped);
  }

  void describe(Source& source) const {
    DatasetDescription& description = source.description;
    std::vector<SampleShape> shapes;
    std::vector<std::vector<double>> spacings;
    std::vector<std::string> classes;
    std::set<std::string> modalities;
    std::set<std::string> body_parts;
    ValueRange range = range_of(first_header(0), first_frame(0));
    bool has_dates = false;
    bool has_lut = false;  // which may map to any unit
    add_notes(source.warnings);
    for (std::int64_t i = 0; i < count(); ++i) {
      const DicomHeader& header = first_header(i);
      shapes.push_back({item_name(i), stored_shape(i)});
      spacings.push_back(spacing(i));
      for (const DicomSlice& slice : samples_[i].slices) {
        source.files.push_back(headers_[slice.image].file);
        range.include(range_of(headers_[slice.image], frame_of(slice)));
        has_lut = has_lut || headers_[slice.image].modality_lut.has_value();
      }
      classes.push_back(options_.medical.labels == "folders" ? class_folder(options_.source, header.file) : header.target);
      source.group_ids.push_back(header.patient);
      source.sample_ids.push_back(sample_id(i));
      source.study_dates.push_back(header.study_date);
      has_dates = has_dates || !header.study_date.empty();
      if (!header.modality.empty()) modalities.insert(header.modality);
      if (!header.body_part.empty()) body_parts.insert(header.body_part);
    }
    if (!has_dates) source.study_dates.clear();
    description.size = count();
    description.sample_shape = common_shape(shapes, size_);
    if (size_.fill()) range.include(ValueRange::of(*size_.fill()));
    description.type = range.type();
    source.spacing = spacing_tensor(spacings);
    if (!modalities.empty()) description.provenance["modality"] = fmt::format("{}", fmt::join(modalities, ","));
    if (!body_parts.empty()) description.provenance["body_part"] = fmt::format("{}", fmt::join(body_parts, ","));
    if (modalities == std::set<std::string>{"CT"} && !has_lut) description.provenance["units"] = "HU";
    if (wants_classes()) set_class_targets(source, class_origin(), std::move(classes), options_);
  }

  void read(std::int64_t i, SourceSample& into) const {
    std::vector<at::Tensor> slices;
    std::size_t read = headers_.size();  // image
    at::Tensor stored;                   // holds all slices of a mosaic
    for (const DicomSlice& slice : samples_[i].slices) {
      const DicomHeader& header = headers_[slice.image];
      if (header.tiles == 1 || slice.image != read) {
        stored = read_stored_frame(header, header.tiles == 1 ? slice.frame : 0, DicomFile(header.file).bytes());
      }
      read = slice.image;
      slices.push_back(with_channels(tile_of(header, slice.frame, stored)));
    }
    const at::Tensor image = options_.medical.series ? at::stack(slices, /*dim=*/1) : slices.front();
    store_values(size_.fit_image(image), into.input);
  }

  std::string item_name(std::int64_t i) const {
    const DicomSlice& slice = samples_[i].slices.front();
    const DicomHeader& header = headers_[slice.image];
    if (options_.medical.series) {
      const std::string phase = samples_[i].phase == 0 ? "" : fmt::format(", volume {}", samples_[i].phase);
      return fmt::format("{} (series of {} slices{})", header.file, samples_[i].slices.size(), phase);
    }
    return header.frames.size() == 1 ? header.file : fmt::format("{} (frame {})", header.file, slice.frame + 1);
  }

 private:
  std::size_t dimensions() const { return options_.medical.series ? 3 : 2; }
  std::int64_t count() const { return static_cast<std::int64_t>(samples_.size()); }
  const DicomHeader& first_header(std::int64_t i) const { return headers_[samples_[i].slices.front().image]; }
  const DicomFrame& frame_of(const DicomSlice& slice) const { return headers_[slice.image].frames[slice.frame]; }
  const DicomFrame& first_frame(std::int64_t i) const { return frame_of(samples_[i].slices.front()); }

  bool wants_target() const { return !options_.table.target.empty() && options_.table.target.front() != "none"; }
  bool wants_classes() const { return wants_target() || options_.medical.labels == "folders"; }
  std::string class_origin() const { return wants_target() ? options_.table.target.front() : "folders"; }

  void read_headers(const Discovery& found, Source& source) {
    const std::string target = wants_target() ? options_.table.target.front() : "";
    const std::vector<std::string>& known = dicom_target_keywords();
    if (wants_target() && (options_.table.target.size() > 1 || std::find(known.begin(), known.end(), target) == known.end())) {
      throw UsageError("--target {} is no DICOM attribute that can be learnt; one of {} can.", fmt::join(options_.table.target, ","),
                       fmt::join(known, ", "));
    }
    // A folder may hold anything; what the user names must be DICOM.
    auto headers = read_once<std::optional<DicomHeader>>(
        found.files().size(), found.workers, [&](std::size_t i) { return read_dicom_header(found.files()[i], target, found.is_folder); });
    std::int64_t others = 0;
    skip_bad(headers, source.skipped, [&](Outcome<std::optional<DicomHeader>>& outcome) {
      std::optional<DicomHeader> header = outcome.take();
      if (!header) {
        ++others;
        return;
      }
      if (wants_classes() && class_of(*header).empty()) {
        throw Error("{}: has no class: {}.", header->file,
                    wants_target() ? target + " is missing, or none of the terms that DICOM has for it" : "it lies in no class's folder");
      }
      headers_.push_back(std::move(*header));
    });
    if (others > 0) source.warnings.push_back(fmt::format("{} file{} without a DICOM image left out.", others, others == 1 ? "" : "s"));
  }

  /// What is reported of images that are read.
  void add_notes(std::vector<std::string>& warnings) const {
    static constexpr int kExact = 24;  // bits of f32
    const auto note = [&](const char* what, const auto& is_meant) {
      const auto count = std::count_if(headers_.begin(), headers_.end(), is_meant);
      if (count > 0) warnings.push_back(fmt::format("{} image{} {}", count, count == 1 ? "" : "s", what));
    };
    note("with values of more than 24 bits: they are stored as f32, rounded where they need more digits.",
         [](const DicomHeader& header) { return header.bits_stored > (header.is_float() ? 32 : kExact); });
    note("with more pixels than the number of frames tells: the rest is left out.",
         [](const DicomHeader& header) { return header.has_more_pixels; });
    note("of modality SEG: a segmentation is a mask of other images, but is imported as an image.",
         [](const DicomHeader& header) { return header.modality == "SEG"; });
    note("of modality RTDOSE: stored values are imported, not multiplied by Dose Grid Scaling.",
         [](const DicomHeader& header) { return header.modality == "RTDOSE"; });
  }

  std::string class_of(const DicomHeader& header) const {
    return wants_target() ? header.target : class_folder(options_.source, header.file);
  }

  // Hounsfield units of what can be scanned are within 16 bits; padding outside of the circle may lie below and is cut.
  static ValueRange range_of(const DicomHeader& header, const DicomFrame& frame) {
    if (header.is_float()) return {.is_whole = false};
    if (header.palette) return {0, 255, true};
    if (header.is_colour()) return {header.lowest(), header.highest(), true};
    if (header.modality_lut) return {header.modality_lut->lowest, header.modality_lut->highest, true};
    ValueRange range = ValueRange::rescaled(header.lowest(), header.highest(), frame.slope, frame.intercept);
    if (header.modality == "CT" && range.is_whole && range.lowest < 0) {
      range.lowest = std::max(range.lowest, -32768.0);
      range.highest = std::min(range.highest, 32767.0);
    }
    return range;
  }

  std::vector<std::int64_t> stored_shape(std::int64_t i) const {
    const DicomHeader& header = first_header(i);
    const std::int64_t channels = options_.medical.channels != 0 ? options_.medical.channels : header.is_colour() ? 3 : 1;
    if (!options_.medical.series) return {channels, header.rows, header.columns};
    return {channels, static_cast<std::int64_t>(samples_[i].slices.size()), header.rows, header.columns};
  }

  std::vector<double> spacing(std::int64_t i) const {
    const std::array<double, 3>& told = first_frame(i).spacing;
    std::vector<double> spacing = {told[1], told[2]};
    if (options_.medical.series) spacing.insert(spacing.begin(), samples_[i].gap);
    const std::vector<std::int64_t> shape = stored_shape(i);
    return size_.fit_spacing(std::move(spacing), {shape.begin() + 1, shape.end()});
  }

  std::string sample_id(std::int64_t i) const {
    const DicomSlice& slice = samples_[i].slices.front();
    const DicomHeader& header = headers_[slice.image];
    const std::string path = path_below(options_.source, header.file);
    if (options_.medical.series && samples_[i].phase != 0) {
      return fmt::format("{}#{}", header.series.empty() ? path : header.series, samples_[i].phase);
    }
    if (options_.medical.series && !header.series.empty()) return header.series;
    return options_.medical.series || header.frames.size() == 1 ? path : fmt::format("{}#{}", path, slice.frame + 1);
  }

  at::Tensor with_channels(const at::Tensor& image) const {
    static const at::Tensor kBt601 = at::tensor({0.299F, 0.587F, 0.114F});
    const std::int64_t wanted = options_.medical.channels;
    if (wanted == 0 || wanted == image.size(0)) return image;
    if (wanted == 3) return image.expand({3, -1, -1}).contiguous();
    return at::tensordot(kBt601, image, {0}, {0}).round().unsqueeze(0);
  }

  ImportOptions options_;
  SampleSize size_;
  std::vector<DicomHeader> headers_;
  std::vector<DicomSample> samples_;
};

}  // namespace

bool is_dicom(const Discovery& found) {
  static constexpr std::size_t kMostLookedAt = 256;  // enough to recognise a folder of other files
  std::size_t looked_at = 0;
  return std::any_of(found.files().begin(), found.files().end(), [&](const std::string& file) {
    if (found.is_folder && has_name_of_its_own(file)) return false;
    return ++looked_at <= kMostLookedAt && is_dicom_file(file);
  });
}

Source open_dicom(const ImportOptions& options, const Discovery& found) {
  check_medical_options(options);
  Source source;
  const auto images = std::make_shared<DicomImages>(options, found, source);
  images->describe(source);
  source.read_sample = [images](std::int64_t i, SourceSample& into) { images->read(i, into); };
  source.item_name = [images](std::int64_t i) { return images->item_name(i); };
  return source;
}

}  // namespace galen::data
