#pragma once

#include "data/files/dataset.h"
#include "data/files/subset.h"
#include "data/text/vocabulary.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// What a file of the schema (version 1) says beside its samples.
struct DatasetDescription {
  std::string input = "image";                  ///< array under /samples: image, signal, tabular or text
  std::vector<std::int64_t> sample_shape = {};  ///< [C, H, W], [C, D, H, W], [C, T], [F] or [L]
  at::ScalarType type = at::kByte;              ///< kByte, kShort, kInt (written as u16), kFloat, kDouble or kLong (text: written as i32)
  std::int64_t size = 0;                        ///< N
  bool has_mask = false;                        ///< /samples/mask [N, spatial…] u8 goes with the input
  std::vector<std::string> mask_class_names = {};      ///< of the masks' values 0, 1 …; empty: not known
  std::string task = {};                               ///< binary, multiclass, multilabel, regression; empty: unlabelled
  std::vector<std::string> class_names = {};           ///< of classes or labels
  std::vector<std::string> feature_names = {};         ///< of a table
  std::vector<std::string> columns = {};               ///< of a table's source: see schema::kColumnsAttribute
  std::vector<std::string> channel_names = {};         ///< of a signal; empty: not known
  double sampling_rate = 0;                            ///< of a signal, in Hz; 0: not known
  std::vector<std::string> channel_units = {};         ///< of a signal, such as mV
  std::optional<Vocabulary> vocabulary = {};           ///< of a text's token ids; a text ends where the ids are 0
  std::map<std::string, std::string> provenance = {};  ///< source, command, licence …: written as attributes of the file

  /// 0: contiguous. 1 … 9: gzip of that level, chunks of one sample (small images: about 256 KB).
  int compression = 0;
};

/// Bytes of all samples and masks in the file, without compression.
std::int64_t stored_bytes(const DatasetDescription& description);

/// Writes one data set file: under a temporary name first, renamed to its name by finish(), so that an interrupted writer leaves no file
/// that looks whole. Refuses (galen::UsageError) to replace an existing file unless `overwrite`.
class DatasetWriter {
 public:
  DatasetWriter(const std::string& file, const DatasetDescription& description, bool overwrite = false);
  ~DatasetWriter();  ///< removes the temporary file where finish() was not reached
  DatasetWriter(const DatasetWriter&) = delete;
  DatasetWriter& operator=(const DatasetWriter&) = delete;

  /// The next samples: `input` [n, sample shape…] of the described type, contiguous.
  /// `mask` [n, sample shape without channels…] u8 where has_mask, else undefined.
  void append(const at::Tensor& input, const at::Tensor& mask = {});

  /// Targets of all N samples: [N] i64 classes, or [N, K] f32, of regression maybe f64.
  void set_targets(const at::Tensor& targets);
  void set_groups(const std::vector<std::string>& group_ids);       ///< patients; optional
  void set_sample_ids(const std::vector<std::string>& sample_ids);  ///< optional
  void set_split(const std::vector<Subset>& split);                 ///< optional; before the first samples
  void set_spacing(const at::Tensor& spacing);                      ///< [N, spatial dimensions] f32, mm; optional
  void set_study_dates(const std::vector<std::string>& dates);      ///< optional

  /// Per-channel mean and std of the training split (of all samples where there is none), digests, rename. All N samples must have been
  /// appended.
  void finish();

 private:
  struct Output;
  std::unique_ptr<Output> output_;
};

}  // namespace galen::data
