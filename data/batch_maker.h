#pragma once

#include "data/batch.h"
#include "data/files/dataset.h"
#include "data/input_maker.h"
#include "data/loader.h"
#include "data/mask_converter.h"
#include "data/preparation/preparation.h"
#include "data/sampling/epoch_order.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace galen::data {

/// Fills batches with the samples of a step, all inputs of them. Const: any number of threads, each with a workplace of its own.
class BatchMaker {
 public:
  BatchMaker(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, const std::vector<Preparation>& preparations,
             const LoaderOptions& options);

  std::int64_t size() const { return static_cast<std::int64_t>(members_.size()); }
  std::int64_t steps() const { return (size() + options_.batch - 1) / options_.batch; }
  EpochOrder order(std::int64_t epoch) const;

  /// Samples of the largest step.
  std::int64_t most_rows() const;

  /// Room for the largest step.
  Samples buffer() const;

  struct Workplace {
    ReadScratch scratch;
    Converter::Room room;
    MaskConverter::Room mask_room;
    std::vector<std::int64_t> soon;  ///< samples of a later step
    std::int64_t page_faults = 0;    ///< of this thread that went to the disk
    bool is_cold = false;            ///< the disk has been waited for
    std::int64_t announced = 0;      ///< steps before this one need not be announced any more
  };

  /// Samples of step number `step` of the epoch into `buffer`, of which `batch` shows the part in use.
  void make(const EpochOrder& order, std::int64_t epoch, std::int64_t step, const Samples& buffer, Batch& batch,
            Workplace& workplace) const;

 private:
  Range step_positions(std::int64_t step) const;
  Range my_positions(Range positions) const;
  void choose(const EpochOrder& order, Range mine, std::int64_t* samples) const;
  void read_masks(std::span<const std::int64_t> samples, std::int64_t epoch, const at::Tensor& target, Workplace& workplace) const;
  void copy_targets(std::span<const std::int64_t> samples, const at::Tensor& target) const;
  void announce_later_steps(const EpochOrder& order, std::int64_t step, Workplace& workplace) const;

  const std::shared_ptr<const Dataset> dataset_;
  const std::vector<std::int64_t> members_;
  std::vector<InputMaker> inputs_;
  const InputMaker* texts_ = nullptr;  ///< of them, the one whose samples are texts
  std::optional<const MaskConverter> masks_;
  const LoaderOptions options_;
};

}  // namespace galen::data
