#pragma once

#include <cstdint>

/// Names in a data set file of the schema, version 1. All arrays are sample-first.
namespace galen::data::schema {

inline constexpr std::int64_t kVersion = 1;

inline constexpr char kImage[] = "/samples/image";         ///< [N, C, H, W] or [N, C, D, H, W]
inline constexpr char kSignal[] = "/samples/signal";       ///< [N, C, T]
inline constexpr char kMask[] = "/samples/mask";           ///< [N, H, W] or [N, D, H, W] u8: a class for each pixel of the image
inline constexpr char kTabular[] = "/samples/tabular";     ///< [N, F]; NaN: missing
inline constexpr char kLabel[] = "/samples/label";         ///< [N] classes, [N, K] labels of 0 and 1, or [N, K] values
inline constexpr char kSampleId[] = "/samples/sample_id";  ///< [N] text or integers
inline constexpr char kGroupId[] = "/samples/group_id";    ///< [N] text or integers: the patient
inline constexpr char kSplit[] = "/samples/split";         ///< [N] u8, the numbers of data::Subset

// Attributes of the file.
inline constexpr char kVersionAttribute[] = "schema_version";
inline constexpr char kContentDigestAttribute[] = "content_digest";  ///< XXH3-128, 32 hex digits

// Attributes of the target.
inline constexpr char kTaskAttribute[] = "task";               ///< binary, multiclass, multilabel or regression
inline constexpr char kClassNamesAttribute[] = "class_names";  ///< of classes or labels

// Attributes of the input.
inline constexpr char kMeanAttribute[] = "mean";           ///< of the training split, one for each channel or feature
inline constexpr char kDeviationAttribute[] = "std";       ///< likewise
inline constexpr char kFeatureNamesAttribute[] = "names";  ///< of a table's columns

}  // namespace galen::data::schema
