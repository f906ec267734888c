#pragma once

#include "data/transforms/catalogue.h"
#include "data/transforms/transform.h"
#include "data/transforms/view.h"
#include "data/transforms/workspace.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

struct TransformOptions {
  /// What is made of every sample, in training and ever after, such as "window(-160, 240); resize(150, 150)". Part of a model.
  std::string prepare = {};

  /// What is made of samples in training, at random, after that, such as "flip(horizontal); rotate(15); random_crop(28, 28, padding=4)".
  std::string augment = {};
};

/// All that random transforms of a sample depend on.
struct SampleKey {
  std::uint64_t seed = 0;
  std::int64_t epoch = 0;
  std::int64_t sample = 0;  ///< its number in the data set
};

/// The transforms of a data set: data.prepare, then in training data.augment. What grammar.h describes is read; catalogue.cpp has the
/// names.
///
/// Samples are stored values as f32 (0 … 255, HU …), contiguous, channels first; scaling (data/preparation/scaling.h) comes after. What
/// lies outside of a sample is 0, or what argument fill says (fill.h), in the values that a sample has at that place of the list. All
/// results are pure functions of sample, key and `training`. Const, and safe in any number of threads, each with a Workspace of its own;
/// nothing is allocated once that has grown.
///
/// Where a sample's transforms only choose values (crop, pad, flip, shift, random_crop), view() says which, and gather() (gather.h) makes
/// of what is stored what apply() and scale() make of it, bit for bit.
class Transforms {
 public:
  /// `shape`: of a stored sample, [C, T], [C, H, W] or [C, D, H, W]; [F] where both lists are empty. `range`: of the stored type
  /// (Dataset::input_minimum, input_maximum); only output_range() depends on it. A list that is wrong, or not for such samples, throws
  /// galen::UsageError.
  Transforms(const TransformOptions& options, const std::vector<std::int64_t>& shape, ValueRange range = {0, 1});

  bool empty() const { return steps_.empty(); }

  /// Of a transformed sample, channels first; the same in training and outside.
  const std::vector<std::int64_t>& output_shape() const { return output_shape_; }

  /// What data.scaling = unit maps to 0 and 1: the stored type's range, or what a window or standardize leaves of it.
  ValueRange output_range() const { return output_range_; }

  /// The transforms that show places outside of samples as 0 for want of a fill, where values are as stored: "data.augment: rotate(15)".
  const std::vector<std::string>& zero_fills() const { return zero_fills_; }

  const Grid& grid() const { return grid_; }  ///< of a stored sample; of [F]: F channels

  /// The fast path for this sample, where there is one: always where empty().
  std::optional<View> view(const SampleKey& key, bool training) const;

  /// `sample` [shape] to `out` [output_shape()], which does not overlap it.
  void apply(const float* sample, float* out, const SampleKey& key, bool training, Workspace& workspace) const;

  /// The same for the sample's mask, labels of the shape without channels: moved with the sample, by nearest cells, never blended.
  void apply_to_mask(const std::uint8_t* mask, std::uint8_t* out, const SampleKey& key, bool training, Workspace& workspace) const;

 private:
  struct Step {
    Transform transform;
    double probability;
    bool random;  ///< of data.augment
  };

  void append(TransformList list, const std::vector<Call>& calls, SampleForm& form);
  template <typename VisitView, typename VisitStep>
  void for_each_active(const SampleKey& key, bool training, VisitView visit_view, VisitStep visit_step) const;
  template <typename Value>
  void run(const Value* sample, Value* out, const SampleKey& key, bool training, Workspace& workspace) const;

  std::vector<Step> steps_;
  Grid grid_;
  std::vector<std::int64_t> output_shape_;
  ValueRange output_range_;
  std::vector<std::string> zero_fills_;
};

}  // namespace galen::data
