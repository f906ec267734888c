#include "data/import/write_source.h"

#include "data/files/dataset_writer.h"
#include "data/files/schema.h"
#include "data/import/duplicates.h"
#include "data/import/import_split.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace galen::data {
namespace {

constexpr std::int64_t kBlockBytes = 8 << 20;  // of samples that are in memory at a time

void append_stream(const Source& source, DatasetWriter& writer, Duplicates& duplicates, const ImportWorkers& workers) {
  std::int64_t sample_bytes = static_cast<std::int64_t>(c10::elementSize(source.description.type));
  for (const std::int64_t extent : source.description.sample_shape) sample_bytes *= extent;
  const std::int64_t block = std::max<std::int64_t>(1, kBlockBytes / sample_bytes);
  const std::int64_t size = source.description.size;
  for (std::int64_t done = 0; done < size; done += block) {
    const at::Tensor inputs = source.read(std::min(block, size - done));
    duplicates.add(inputs);
    writer.append(inputs);
    workers.progress("written", std::min(done + block, size), size);
  }
}

void append_parts(const DecodedParts& parts, std::int64_t size, DatasetWriter& writer, Duplicates& duplicates, const ImportWorkers& workers,
                  std::optional<MaskSummary>& summary) {
  at::Tensor inputs;
  at::Tensor masks;
  std::int64_t done = 0;
  for (std::int64_t part = 0; part < parts.count(); ++part) {
    parts.read(part, inputs, masks);
    duplicates.add(inputs);
    if (inputs.size(0) > 0) writer.append(inputs, masks);
    for (std::int64_t i = 0; summary && i < inputs.size(0); ++i) {
      const at::Tensor mask = masks[i];
      summary->add({mask.const_data_ptr<std::uint8_t>(), static_cast<std::size_t>(mask.numel())});
    }
    done += inputs.size(0);
    workers.progress("written", done, size);
  }
}

}  // namespace

ImportReport write_source(Source& source, const DecodedParts* parts, const std::string& format, const Pseudonyms& pseudonyms,
                          const ImportOptions& options, const ImportWorkers& workers) {
  ImportReport report;
  DatasetDescription& description = source.description;
  const std::vector<Subset> split = import_split(source, options.split, report.split);
  if (source.fit) source.fit(source, split);
  pseudonyms.apply(source);  // after the split, which is drawn over the true ids
  description.provenance.insert(
      {{"format", format}, {"split_origin", report.split}, {schema::kIdentifiersAttribute, pseudonyms.description()}});
  if (pseudonyms.keeps_identifiers()) {  // names of files are often those of patients
    description.provenance.insert({"source", std::filesystem::path(options.source).lexically_normal().filename()});
  }
  description.compression = options.compression;

  Duplicates duplicates;
  DatasetWriter writer(options.file, description, options.overwrite);
  if (source.targets.defined()) writer.set_targets(source.targets);
  if (!source.group_ids.empty()) writer.set_groups(source.group_ids);
  if (!source.sample_ids.empty()) writer.set_sample_ids(source.sample_ids);
  if (source.spacing.defined()) writer.set_spacing(source.spacing);
  if (!source.study_dates.empty()) writer.set_study_dates(source.study_dates);
  writer.set_split(split);
  if (parts == nullptr) {
    append_stream(source, writer, duplicates, workers);
  } else {
    if (description.has_mask) report.masks.emplace(description.mask_class_names);
    append_parts(*parts, description.size, writer, duplicates, workers, report.masks);
  }
  writer.finish();

  if (description.input == "image" || description.input == "signal") {  // rows of tables are often alike
    for (std::string& note : duplicates.notes(split, source.targets)) source.warnings.push_back(std::move(note));
  }
  report.format = format;
  report.file = options.file;
  report.samples = description.size;
  report.sample_shape = description.sample_shape;
  report.task = description.task;
  report.types = source.types;
  report.subsets = count_subsets(split);
  if (!description.class_names.empty() && description.task != "regression")
    report.classes = count_classes(source.targets, description.class_names, split);
  if (description.task == "multilabel") report.unknown = count_unknown(source.targets, description.class_names, split);
  return report;
}

}  // namespace galen::data
