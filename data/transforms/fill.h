#pragma once

namespace galen::data {

/// What stands outside of a sample where a transform shows such places. Of masks it is 0, the background, but for kEdge, which goes on with
/// the labels of the edge as it does with the image.
struct Fill {
  enum Kind {
    kNumber,   ///< `number`, in the values that samples have at this place of a list
    kMinimum,  ///< the smallest value of the sample's channel
    kEdge      ///< the value of the nearest cell
  };

  Kind kind = kNumber;
  float number = 0;

  bool operator==(const Fill&) const = default;
};

/// The smallest of `size` values that is neither NaN nor infinite; 0 where there is none.
float smallest_finite(const float* values, long size);

}  // namespace galen::data
