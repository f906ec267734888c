#pragma once

#include <cstdint>

/// Names in a data set file of the schema, version 1. All arrays are sample-first.
namespace galen::data::schema {

inline constexpr std::int64_t kVersion = 1;

inline constexpr char kImage[] = "/samples/image";           ///< [N, C, H, W] or [N, C, D, H, W]
inline constexpr char kSignal[] = "/samples/signal";         ///< [N, C, T]
inline constexpr char kMask[] = "/samples/mask";             ///< [N, H, W] or [N, D, H, W] u8: a class for each pixel of the image
inline constexpr char kTabular[] = "/samples/tabular";       ///< [N, F]; NaN: missing
inline constexpr char kText[] = "/samples/text";             ///< [N, L] token ids, u16 or i32; 0: padding, behind the last token
inline constexpr char kLabel[] = "/samples/label";           ///< [N] classes, [N, K] labels of 0 and 1 (NaN: not known), or [N, K] values
inline constexpr char kSampleId[] = "/samples/sample_id";    ///< [N] text or integers
inline constexpr char kGroupId[] = "/samples/group_id";      ///< [N] text or integers: the patient
inline constexpr char kSpacing[] = "/samples/spacing";       ///< [N, 3] or [N, 2] f32, mm between voxels along D, H, W; NaN: not known
inline constexpr char kStudyDate[] = "/samples/study_date";  ///< [N] text, YYYY-MM-DD; moved by some days, the same for all of a patient
inline constexpr char kSplit[] = "/samples/split";           ///< [N] u8, the numbers of data::Subset

inline constexpr char kTextLength[] = "/samples/text_length";  ///< [N] i64: tokens of each text, 1 … L
inline constexpr char kVocabulary[] = "/vocabulary";           ///< [V] UTF-8: the token of each id

/// Before the name of another array: the digests of its blocks, see BlockDigests. "/digests/samples/image".
inline constexpr char kDigests[] = "/digests";

// Attributes of the file.
inline constexpr char kVersionAttribute[] = "schema_version";
inline constexpr char kContentDigestAttribute[] = "content_digest";  ///< XXH3-128, 32 hex digits

/// What became of the ids of patients and samples in the import: kept, numbered (each import numbers by itself: p000001 of two files are
/// two people, or one), or keyed, with a fingerprint of the key. Absent: as the file's maker had them.
inline constexpr char kIdentifiersAttribute[] = "identifiers";
inline constexpr char kNumberedIdentifiers[] = "numbered";

// Attributes of the target.
inline constexpr char kTaskAttribute[] = "task";               ///< binary, multiclass, multilabel or regression
inline constexpr char kClassNamesAttribute[] = "class_names";  ///< of classes, labels or values; of masks: of 0, 1 …

// Attributes of the input.
inline constexpr char kLayoutAttribute[] = "layout";       ///< as DatasetOptions::layout; absent: channels first
inline constexpr char kMeanAttribute[] = "mean";           ///< of the training split, one for each channel or feature
inline constexpr char kDeviationAttribute[] = "std";       ///< likewise
inline constexpr char kFeatureNamesAttribute[] = "names";  ///< of a table's features
inline constexpr char kColumnsAttribute[] = "columns";     ///< of a table: for each column of its source, as JSON, how it became features
inline constexpr char kChannelNamesAttribute[] = "channel_names";  ///< of a signal's channels, such as ECG leads
inline constexpr char kSamplingRateAttribute[] = "sampling_rate";  ///< of a signal, in Hz
inline constexpr char kUnitsAttribute[] = "units";                 ///< of each channel, such as mV

// Attributes of the vocabulary.
inline constexpr char kTokenizerAttribute[] = "tokenizer";   ///< words or wordpiece
inline constexpr char kLowerCaseAttribute[] = "lower_case";  ///< 1: texts are put in lower case first
inline constexpr char kMaxLengthAttribute[] = "max_length";  ///< tokens that are kept of a longer text

// Attribute of an array of digests.
inline constexpr char kSamplesABlockAttribute[] = "samples_a_block";

}  // namespace galen::data::schema
