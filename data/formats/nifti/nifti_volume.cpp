#include "data/formats/nifti/nifti_volume.h"

#include "galen/error.h"

#include "data/formats/nifti/nifti_voxels.h"

namespace galen::data {

NiftiVolume::NiftiVolume(const std::string& file) : NiftiVolume(file, read_nifti_header(file)) {}

NiftiVolume::NiftiVolume(const std::string& file, const NiftiHeader& header) : file_(file), header_(header), axes_(header_.affine, file) {}

std::vector<std::int64_t> NiftiVolume::size() const {
  return {header_.size[axes_.stored(2)], header_.size[axes_.stored(1)], header_.size[axes_.stored(0)]};
}

std::vector<double> NiftiVolume::spacing() const { return {axes_.spacing(2), axes_.spacing(1), axes_.spacing(0)}; }

std::string NiftiVolume::difference_to(const NiftiVolume& other) const {
  if (header_.size != other.header_.size) {
    return fmt::format("it is {}, not {}", fmt::join(other.header_.size, " x "), fmt::join(header_.size, " x "));
  }
  return axes_.difference_to(other.axes_);
}

at::Tensor NiftiVolume::read(std::int64_t first, std::int64_t count, NumberFaults& faults) const {
  const at::Tensor stored = read_nifti_voxels(header_, first, count, faults);  // the file's first dimension last
  const auto dimension_of = [&](int axis) { return std::int64_t{3 - axes_.stored(axis)}; };
  const at::Tensor volume = stored.permute({0, dimension_of(2), dimension_of(1), dimension_of(0)});
  std::vector<std::int64_t> reversed;
  for (int axis = 0; axis < 3; ++axis) {
    if (axes_.reversed(axis)) reversed.push_back(3 - axis);
  }
  return volume.flip(reversed).contiguous();
}

}  // namespace galen::data
