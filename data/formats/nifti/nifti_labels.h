#pragma once

#include "data/formats/import_workers.h"
#include "data/formats/nifti/nifti_volume.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// What the label maps of an import become: masks of u8.
class NiftiLabels {
 public:
  /// `structures`: names, where each label map is of one of them (NiftiCases::structures); else label maps hold several labels.
  explicit NiftiLabels(std::vector<std::string> structures);

  /// Learns which labels the maps hold: reads those whose type allows other numbers than 0 … 255, and all where there are such numbers.
  /// Before the first read(). More than 256 labels together throw galen::Error. Each map is read by one rank. Collective.
  void learn(const std::vector<const NiftiVolume*>& maps, const ImportWorkers& workers);

  /// The mask of a case, [D, H, W] u8. Numbers that are no labels throw galen::Error; what the user should know goes to `notes`.
  at::Tensor read(const std::vector<NiftiVolume>& maps, std::int64_t volume, std::vector<std::string>& notes) const;

  /// The label that each number of a mask stands for; empty where a mask has the numbers of its label map.
  std::vector<std::string> names() const;

  /// Reports new numbers; empty where there are none.
  std::string note() const;

 private:
  void learn_of(const std::vector<const NiftiVolume*>& maps, const ImportWorkers& workers);
  at::Tensor read_numbers(const NiftiVolume& map, std::int64_t volume) const;
  at::Tensor read_structures(const std::vector<NiftiVolume>& maps, std::int64_t volume, std::vector<std::string>& notes) const;

  std::vector<std::string> structures_;
  std::vector<float> labels_ = {0};  ///< sorted; those of maps that were learnt
  bool is_renumbered_ = false;       ///< a mask holds numbers of labels_
};

}  // namespace galen::data
