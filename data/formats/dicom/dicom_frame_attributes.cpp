#include "data/formats/dicom/dicom_frame_attributes.h"

#include "galen/error.h"

#include <algorithm>
#include <cstdint>

namespace galen::data {
namespace {

using Tag = std::uint32_t;

class FrameAttributes {
 public:
  explicit FrameAttributes(const DicomAttributes& set) : set_(set), of_all_(set.item(0x52009229, 0)) {}

  std::vector<double> numbers(std::size_t frame, Tag group, Tag tag) const {
    const auto item = item_with(frame, group, tag);
    return item ? item->numbers(tag) : set_.numbers(tag);
  }

  /// The item of the group that has the attribute, the frame's own before that of all.
  std::optional<DicomAttributes> item_with(std::size_t frame, Tag group, Tag tag) const {
    for (const auto& groups : {set_.item(0x52009230, frame), of_all_}) {
      const auto item = groups ? groups->item(group, 0) : std::nullopt;
      if (item && item->has(tag)) return item;
    }
    return std::nullopt;
  }

  bool has_own(std::size_t frame, Tag group) const {
    const auto groups = set_.item(0x52009230, frame);
    return groups && groups->item(group, 0).has_value();
  }

  const DicomAttributes& set() const { return set_; }

 private:
  const DicomAttributes& set_;
  std::optional<DicomAttributes> of_all_;
};

template <std::size_t kSize>
std::optional<std::array<double, kSize>> exactly(const std::vector<double>& numbers) {
  if (numbers.size() != kSize) return std::nullopt;
  std::array<double, kSize> array;
  std::copy(numbers.begin(), numbers.end(), array.begin());
  return array;
}

enum class FrameForm { kText, kDouble, kUnsignedLong, kUnsignedShort };

double first_number(const DicomAttributes& set, Tag tag, FrameForm form) {
  const auto first = [](const auto& numbers) { return numbers.empty() ? DicomFrame::kUnknown : static_cast<double>(numbers[0]); };
  switch (form) {
    case FrameForm::kText:
      return first(set.numbers(tag));
    case FrameForm::kDouble:
      return first(set.doubles(tag));
    case FrameForm::kUnsignedLong:
      return first(set.unsigned_longs(tag));
    case FrameForm::kUnsignedShort:
      return first(set.unsigned_shorts(tag));
  }
  return DicomFrame::kUnknown;
}

/// Where DicomFrame::kPhaseNames stand: in a group of an enhanced file, and in a classic one.
struct PhaseAttribute {
  Tag group;
  Tag in_group;
  FrameForm form_in_group;
  Tag in_set;
  FrameForm form_in_set;
};
constexpr PhaseAttribute kPhaseAttributes[DicomFrame::kPhases] = {
    {0x00209111, 0x00209128, FrameForm::kUnsignedLong, 0x00200100, FrameForm::kText},
    {0x00189118, 0x00209153, FrameForm::kDouble, 0x00181060, FrameForm::kText},
    {0x00189114, 0x00189082, FrameForm::kDouble, 0x00180081, FrameForm::kText},
    {0, 0, FrameForm::kText, 0x00180086, FrameForm::kText},
    {0x00189117, 0x00189087, FrameForm::kDouble, 0x00189087, FrameForm::kDouble},
    {0, 0, FrameForm::kText, 0x00180082, FrameForm::kText},
    {0, 0, FrameForm::kText, 0x00181314, FrameForm::kText},
    {0x00209111, 0x00209156, FrameForm::kUnsignedShort, 0x00200012, FrameForm::kText},
    {0x00209111, 0x00189074, FrameForm::kText, 0x00080032, FrameForm::kText},
};

DicomFrame read_frame(const FrameAttributes& attributes, std::size_t i, const std::string& file) {
  static constexpr Tag kTransformation = 0x00289145;
  static constexpr Tag kMeasures = 0x00289110;
  static constexpr Tag kPlanePosition = 0x00209113;
  DicomFrame frame;
  if (const auto slope = attributes.numbers(i, kTransformation, 0x00281053); !slope.empty()) frame.slope = slope[0];
  if (const auto intercept = attributes.numbers(i, kTransformation, 0x00281052); !intercept.empty()) frame.intercept = intercept[0];
  if (frame.slope == 0) throw Error("{}: its rescale slope is 0.", file);
  frame.position = exactly<3>(attributes.numbers(i, kPlanePosition, 0x00200032));
  frame.shares_position = !attributes.has_own(i, kPlanePosition);
  frame.orientation = exactly<6>(attributes.numbers(i, 0x00209116, 0x00200037));

  std::vector<double> pixel = attributes.numbers(i, kMeasures, 0x00280030);
  if (pixel.empty()) pixel = attributes.numbers(i, kMeasures, 0x00181164);  // of the detector
  if (pixel.size() == 2 && pixel[0] > 0 && pixel[1] > 0) std::copy(pixel.begin(), pixel.end(), frame.spacing.begin() + 1);
  std::vector<double> slices = attributes.numbers(i, kMeasures, 0x00180088);
  if (slices.empty()) slices = attributes.numbers(i, kMeasures, 0x00180050);
  if (!slices.empty() && slices[0] > 0) frame.spacing[0] = slices[0];

  for (std::size_t k = 0; k < DicomFrame::kPhases; ++k) {
    const PhaseAttribute& phase = kPhaseAttributes[k];
    const auto item = attributes.item_with(i, phase.group, phase.in_group);
    frame.phase[k] =
        item ? first_number(*item, phase.in_group, phase.form_in_group) : first_number(attributes.set(), phase.in_set, phase.form_in_set);
  }
  return frame;
}

/// The planes of a radiation dose lie at offsets from the first, along the normal on them (PS3.3, C.8.8.3.2).
void place_planes_of_dose(const DicomAttributes& set, std::vector<DicomFrame>& frames) {
  const std::vector<double> offsets = set.numbers(0x3004000C);
  if (offsets.size() != frames.size() || !frames.front().position || !frames.front().orientation) return;
  const std::array<double, 6>& o = *frames.front().orientation;
  const std::array<double, 3> normal = {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    for (std::size_t axis = 0; axis < 3; ++axis) (*frames[i].position)[axis] += (offsets[i] - offsets[0]) * normal[axis];
    frames[i].shares_position = false;
  }
}

}  // namespace

std::vector<DicomFrame> read_dicom_frames(const DicomAttributes& set, std::size_t frames, const std::string& file) {
  const FrameAttributes attributes(set);
  std::vector<DicomFrame> list;
  for (std::size_t i = 0; i < frames; ++i) list.push_back(read_frame(attributes, i, file));
  if (frames == 1) list.front().shares_position = false;
  place_planes_of_dose(set, list);
  return list;
}

}  // namespace galen::data
