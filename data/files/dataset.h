#pragma once

#include "data/files/layout.h"
#include "data/files/subset.h"
#include "data/files/task_kind.h"
#include "data/hdf5/hdf5.h"
#include "data/reading/row_reader.h"
#include "data/text/vocabulary.h"
#include "galen/enum_names.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::data {

/// Whether blocks of samples are compared with the digests that were stored with them. kAuto: in files that hold digests and whose samples
/// take up to 256 MiB.
enum class Verify { kAuto, kOn, kOff };
constexpr auto enum_names(Verify) {
  return std::to_array<EnumName<Verify>>({{Verify::kAuto, "auto"}, {Verify::kOn, "true"}, {Verify::kOff, "false"}});
}

struct DatasetOptions {
  std::string file = {};  ///< The HDF5 file; several, with commas between them or as a pattern (part-*.h5), are one data set.

  /// Dataset of the samples, sample first. Empty: /samples/image, else signal, tabular or text. Several kinds of data of the same samples,
  /// with commas between: /samples/image, /samples/tabular. An array of the same name and _length or _present says how many values of each
  /// sample count along the last dimension, and which samples have a value (1) or lack it (0).
  std::string input = {};

  /// Dataset of what is to be learnt, [N], [N, 1] or [N, K], or /samples/mask: a label for each pixel, of the first input's size and in the
  /// same order of dimensions, without a channel or with one. A file without it can be predicted on, but not trained or evaluated.
  std::string target = "/samples/label";

  /// One letter for each dimension of the input dataset, in the file's order: n sample, c channel, d depth, h height, w width, t time,
  /// f feature; "nhwc" for most files of Keras users, "nhw" for grey images. "auto": as the input's attribute `layout` says, else as the
  /// schema has it (nchw, ncdhw, nct, nf). Of files without the schema, dimensions are taken where only one reading makes sense, with a
  /// note; others must be stated. Of several inputs one for each, with commas between, or auto.
  std::string layout = "auto";

  /// When a block of samples is first read.
  Verify verify = Verify::kAuto;

  /// Datasets of each sample's patient, split and name, [N]: text or whole numbers; a split is 0, 1, 2 or train, validation, test. Empty:
  /// the schema's, where the file has them.
  std::string patient = {};
  std::string split = {};
  std::string sample_id = {};

  /// Whether elements may lie in files outside the file's own folder.
  hdf5::External external = hdf5::External::kRefuse;

  TaskKind task = TaskKind::kAuto;  ///< What the targets are taken as.
};

std::vector<Option> describe(DatasetOptions& options);

/// What the targets are.
enum class TargetKind {
  kNone,        ///< the file holds none
  kClass,       ///< [N] i64, 0 … classes - 1
  kMultiLabel,  ///< [N, K] f32 of 0 and 1; NaN: not known, which is neither; at least one label of a sample is known
  kValue,       ///< [N, K] f32
  kMask,        ///< [N, H, W] or [N, D, H, W] u8: a label for each pixel of an image; read with it, and not held in memory
};

struct ClassMapping;
struct FileIdentity;
struct StoredInput;
struct StoredMasks;

/// An open data set: shapes and metadata in memory, samples read on request.
///
/// Opening checks all that can be checked without reading every sample: that the file is HDF5 and whole, that the datasets exist with a
/// numeric type and equal lengths, that there is at least one sample, that class labels are 0 … classes - 1. Each failure throws
/// galen::Error naming file and dataset. Const and safe to share between threads.
///
/// A data set may have several inputs. All that is said of samples' values here is said of the first; input(i) is the same data set
/// with input number i alone, and the same targets, patients, split, names and digest.
///
/// Samples are read out of the mapped file, outside the HDF5 library and its lock; what only the library can read (see slow_reading()) is
/// slower, and no different.
class Dataset {
 public:
  explicit Dataset(const DatasetOptions& options);
  ~Dataset();
  Dataset(const Dataset&) = delete;
  Dataset& operator=(const Dataset&) = delete;

  std::size_t inputs() const;                      ///< number of them, at least 1
  const Dataset& input(std::size_t number) const;  ///< lives as long as this

  const DatasetOptions& options() const;  ///< that it was opened with
  const std::string& file() const;        ///< as DatasetOptions::file names it
  const std::string& input_name() const;  ///< full name of the input dataset in the file
  std::int64_t size() const;              ///< N > 0
  const std::vector<std::int64_t>& input_shape()
      const;                          ///< of one sample, channels first: [C, H, W], [C, D, H, W], [C, T] or [F]; a text's room, [L]
  at::ScalarType input_type() const;  ///< kByte, kShort, kInt, kLong, kFloat, kDouble: the first that holds what is stored; u16: kInt
  double input_minimum() const;       ///< the smallest value that the stored type can hold: 0, -32768 …; 0 for floating point
  double input_maximum() const;       ///< the largest: 255, 65535 …; 1 for floating point

  const std::string& target_name() const;  ///< as DatasetOptions::target names it
  TargetKind target_kind() const;
  const at::Tensor& targets() const;                      ///< see TargetKind; undefined for kNone and kMask
  const at::Tensor& exact_targets() const;                ///< kValue: [N, K] f64, as stored, which targets() rounds; else undefined
  const std::vector<std::string>& class_names() const;    ///< one for each class or label; "0", "1" … where the file names none; of masks
                                                          ///< those that the file names
  const std::vector<std::string>& feature_names() const;  ///< of a table's columns; else empty

  /// Where the samples are texts, [N, L] token ids: what they were made with; else none. Such samples are not for read().
  const std::optional<Vocabulary>& vocabulary() const;

  /// Values of each sample that count along the last dimension, 1 … its extent: of texts, their tokens; empty: all of them.
  const std::vector<std::int64_t>& lengths() const;
  /// Whether each sample has this input, 1 or 0; what is stored of one that lacks it means nothing. Empty: all have.
  const std::vector<std::uint8_t>& present() const;
  bool has(std::int64_t sample) const { return present().empty() || present()[static_cast<std::size_t>(sample)] != 0; }

  /// Patient of each sample, numbered from 0 in order of first appearance; every sample its own where patients are unknown.
  const std::vector<std::int64_t>& groups() const;
  bool knows_patients() const;                         ///< the file tells which sample is of which patient
  std::string group_name(std::int64_t sample) const;   ///< the patient's id in the file, as text; the sample's name where it is unknown
  std::string sample_name(std::int64_t sample) const;  ///< the file's own sample_id, as text; the sample's number where it has none

  /// The split that the file stores, one entry a sample; empty where it stores none.
  const std::vector<Subset>& stored_split() const;

  /// XXH3-128 over shapes, types, ids and targets, as 32 hex digits: tells data sets apart at start and on resume. Costs no pass over
  /// the inputs; their own digest is the schema's `content_digest`, which is included where the file has it. Stored splits are not: the
  /// same data may be split in several ways, which are compared by their members.
  const std::string& digest() const;

  /// Reads samples, in the order asked for, into `values`, [n, input_shape()…], contiguous, u8 (only where stored so), f32 (converted,
  /// not scaled) or f64 (as stored).
  void read(std::span<const std::int64_t> samples, at::Tensor& values) const;

  /// Calls visit(i, samples[i] as it is stored) once for each i, in any order: elements of stored_type() in the order of layout().
  /// `stored` is valid during the call, and maybe not aligned.
  void visit(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const;
  std::size_t stored_bytes(std::int64_t sample) const;  ///< that visit() hands over
  std::size_t mask_bytes(std::int64_t sample) const;    ///< that visit_masks() does
  hdf5::Native stored_type() const;
  const Layout& layout() const;

  /// The same of their masks, for kMask: whole numbers 0 … 255 of any type, which visit_masks() does not check.
  void visit_masks(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const;
  const StoredMasks& masks() const;

  /// These samples, all inputs of them and their masks, will be read soon: asks the system to bring them from the disk meanwhile.
  void will_need(std::span<const std::int64_t> samples) const;

  /// Compressed chunks of all files, inputs and masks; none where nothing is compressed.
  ChunkCache::Geometry compressed_chunks() const;
  /// Number of the compressed chunk that a sample lies in, in the first array that is compressed; ascending with the samples.
  std::int64_t chunk_of(std::int64_t sample) const;
  /// Keeps decompressed chunks in `cache` from now on. Not while others read.
  void keep_chunks_in(const std::shared_ptr<ChunkCache>& cache);

  /// Numbers the classes (orders the labels, or values) as `mapping` has them: targets() and class_names() change, digest() does not. A
  /// class that some sample is of, and each label or value of the mapping, must have its place in it. Not while others read.
  void renumber_targets(const ClassMapping& mapping);

  /// Of its files, and of others that these take elements from, as they were when they were opened.
  std::vector<FileIdentity> identities() const;
  /// Whether each of its files holds digests of all its samples, which data.verify compares.
  bool has_digests() const;

  /// What was taken for granted, as the file does not say it, a sentence each: dimensions, classes, patients.
  const std::vector<std::string>& notes() const;
  /// What makes reading slow, a sentence a file: the library has to do it, because …
  std::vector<std::string> slow_reading() const;

 private:
  struct Contents;
  Dataset(std::shared_ptr<Contents> contents, std::size_t number);
  const StoredInput& in_first_file() const;
  const StoredInput& in_file_of(std::int64_t sample) const;

  std::shared_ptr<Contents> contents_;
  std::size_t number_ = 0;                       ///< of the input
  std::vector<std::unique_ptr<Dataset>> alone_;  ///< with each input alone, where there are several
};

/// Tokens of a data set of texts; 0 where the samples are numbers.
inline std::int64_t vocabulary_size(const Dataset& dataset) {
  return dataset.vocabulary() ? static_cast<std::int64_t>(dataset.vocabulary()->tokens.size()) : 0;
}

}  // namespace galen::data
