#include "data/import/nifti_volume.h"

#include "galen/error.h"

#include "data/import/captured_stderr.h"

#include <ATen/ops/empty.h>
#include <itkNiftiImageIO.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string_view>

namespace galen::data {
namespace {

/// ITK's words without its file names and line numbers.
std::string reason(const itk::ExceptionObject& error) {
  std::string text = error.GetDescription();
  const std::size_t head = text.find("): ");
  if (head != std::string::npos) text.erase(0, head + 3);
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

/// niftilib, which ITK reads with, looks for the voxels of NAME.nii.gz in NAME.nii first.
void expect_no_twin(const std::string& file) {
  const std::string twin = file.substr(0, file.size() - std::string_view(".gz").size());
  if (file.ends_with(".gz") && std::filesystem::exists(twin)) {
    throw Error("{}: beside it lies {}, which ITK would read in its place. Move one of the two elsewhere.", file, twin);
  }
}

itk::NiftiImageIO::Pointer open(const std::string& file) {
  expect_no_twin(file);
  itk::Object::GlobalWarningDisplayOff();
  auto reader = itk::NiftiImageIO::New();
  reader->SetFileName(file);
  const CapturedStderr silence;  // linear algebra on damaged directions
  try {
    reader->ReadImageInformation();
  } catch (const itk::ExceptionObject& error) {
    throw Error("{}: ITK cannot read its header: {}.", file, reason(error));
  }
  return reader;
}

template <typename Number>
void convert(const std::vector<char>& bytes, at::Tensor& into) {
  const auto* numbers = reinterpret_cast<const Number*>(bytes.data());
  std::transform(numbers, numbers + into.numel(), into.mutable_data_ptr<float>(), [](Number number) { return static_cast<float>(number); });
}

void convert(const std::vector<char>& bytes, itk::IOComponentEnum type, const std::string& file, at::Tensor& into) {
  using Type = itk::IOComponentEnum;
  switch (type) {
    case Type::UCHAR:
      return convert<unsigned char>(bytes, into);
    case Type::CHAR:
      return convert<signed char>(bytes, into);
    case Type::USHORT:
      return convert<unsigned short>(bytes, into);
    case Type::SHORT:
      return convert<short>(bytes, into);
    case Type::UINT:
      return convert<unsigned>(bytes, into);
    case Type::INT:
      return convert<int>(bytes, into);
    case Type::ULONG:
    case Type::ULONGLONG:
      return convert<std::uint64_t>(bytes, into);
    case Type::LONG:
    case Type::LONGLONG:
      return convert<std::int64_t>(bytes, into);
    case Type::FLOAT:
      return convert<float>(bytes, into);
    case Type::DOUBLE:
      return convert<double>(bytes, into);
    default:
      throw Error("{}: ITK reads numbers of a type that is not known here.", file);
  }
}

}  // namespace

NiftiVolume::NiftiVolume(const std::string& file) : file_(file), header_(read_nifti_header(file)) {
  const auto reader = open(file);
  std::array<bool, 3> taken = {};
  for (int i = 0; i < 3; ++i) {
    if (reader->GetDimensions(i) != static_cast<std::size_t>(header_.size[i]))
      throw Error("{}: ITK reads another size out of it than its header has.", file);
    origin_[i] = reader->GetOrigin(i);
  }
  // The pair of stored axis and patient axis that agree most is settled first, then the next.
  for (int round = 0; round < 3; ++round) {
    double best = 0;
    int stored = -1;
    int patient = -1;
    for (int i = 0; i < 3; ++i) {
      const std::vector<double> direction = reader->GetDirection(i);
      for (int k = 0; k < 3; ++k) {
        if (taken[i] || axes_[k].spacing != 0 || !(std::abs(direction[k]) > best)) continue;
        best = std::abs(direction[k]);
        stored = i;
        patient = k;
      }
    }
    if (stored < 0) throw Error("{}: the directions of its axes make no sense; its header is damaged.", file);
    const std::vector<double> direction = reader->GetDirection(stored);
    const double spacing = reader->GetSpacing(stored);
    if (!(spacing > 0) || !std::isfinite(spacing)) throw Error("{}: its voxels are {} mm apart; its header is damaged.", file, spacing);
    taken[stored] = true;
    axes_[patient] = {stored, direction[patient] < 0, spacing, {direction[0], direction[1], direction[2]}};
  }
}

std::vector<std::int64_t> NiftiVolume::shape() const {
  return {header_.channels, header_.size[axes_[2].stored], header_.size[axes_[1].stored], header_.size[axes_[0].stored]};
}

std::vector<double> NiftiVolume::spacing() const { return {axes_[2].spacing, axes_[1].spacing, axes_[0].spacing}; }

std::string NiftiVolume::difference_to(const NiftiVolume& other) const {
  static constexpr double kTolerance = 1e-2;  // of a voxel, and of direction cosines
  if (header_.size != other.header_.size) {
    return fmt::format("it is {}, not {}", fmt::join(other.header_.size, " x "), fmt::join(header_.size, " x "));
  }
  const double voxel = std::min({axes_[0].spacing, axes_[1].spacing, axes_[2].spacing});
  for (int i = 0; i < 3; ++i) {
    if (std::abs(axes_[i].spacing - other.axes_[i].spacing) > kTolerance * axes_[i].spacing) return "its voxels are of another size";
    if (axes_[i].stored != other.axes_[i].stored || axes_[i].reversed != other.axes_[i].reversed) return "it lies in another direction";
    for (int k = 0; k < 3; ++k) {
      if (std::abs(axes_[i].direction[k] - other.axes_[i].direction[k]) > kTolerance) return "it lies in another direction";
    }
    if (std::abs(origin_[i] - other.origin_[i]) > kTolerance * voxel) return "it begins at another place";
  }
  return "";
}

at::Tensor NiftiVolume::read() const {
  const auto reader = open(file_);
  const unsigned dimensions = reader->GetNumberOfDimensions();
  itk::ImageIORegion region(dimensions);
  for (unsigned i = 0; i < dimensions; ++i) region.SetSize(i, reader->GetDimensions(i));
  reader->SetIORegion(region);

  // As stored, the file's first dimension last.
  at::Tensor stored = at::empty({header_.channels, header_.size[2], header_.size[1], header_.size[0]}, at::kFloat);
  if (static_cast<std::int64_t>(reader->GetImageSizeInComponents()) != stored.numel()) {
    throw Error("{}: ITK reads {} numbers out of it, its header says {}.", file_, reader->GetImageSizeInComponents(), stored.numel());
  }
  std::vector<char> bytes(reader->GetImageSizeInBytes());
  const CapturedStderr silence;
  try {
    reader->Read(bytes.data());
  } catch (const itk::ExceptionObject& error) {
    throw Error("{}: its voxels cannot be read, it is cut off or damaged: {}.", file_, reason(error));
  }
  convert(bytes, reader->GetComponentType(), file_, stored);

  const auto dimension_of = [](const Axis& axis) { return std::int64_t{3 - axis.stored}; };
  at::Tensor volume = stored.permute({0, dimension_of(axes_[2]), dimension_of(axes_[1]), dimension_of(axes_[0])});
  std::vector<std::int64_t> reversed;
  for (int i = 0; i < 3; ++i) {
    if (axes_[i].reversed) reversed.push_back(3 - i);
  }
  return volume.flip(reversed).contiguous();
}

}  // namespace galen::data
