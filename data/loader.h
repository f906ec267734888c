#pragma once

#include "data/batch.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "data/sampling/order.h"

#include <cstdint>
#include <iterator>
#include <memory>
#include <vector>

namespace galen::data {

struct LoaderOptions {
  std::int64_t batch = 32;                     ///< Samples a step, over all lanes of all workers.
  int lanes = 1;                               ///< Lanes that a step is cut into.
  Range my_lanes = {0, 1};                     ///< Those that this worker runs.
  bool shuffle = true;                         ///< A new order each epoch; otherwise the order given.
  bool augment = false;                        ///< Make the random transforms of data.augment too: in training.
  std::uint64_t seed = 0;                      ///< Of the order and of random transforms.
  std::shared_ptr<const Chunks> windows = {};  ///< Shuffle in windows over these chunks of the members; none: exactly.
  std::int64_t length_window = 64;             ///< Shuffled texts: steps that LengthOrder sorts by length together.
  int threads = 1;                             ///< That make batches, each a whole one.
  int read_ahead = 2;                          ///< Batches that are made ready ahead of the one in use, beside one a thread.
};

/// Yields this worker's batches of an epoch, made ready by threads of its own while the previous ones are in use.
///
/// Step s holds the positions [s·batch, (s + 1)·batch) of the epoch's order; the last step is ragged: every sample comes exactly once an
/// epoch, none is dropped or repeated. Texts of one step are padded to one length, all lanes of it alike. Buffers are reused: a batch is
/// valid until the next one is asked for. A failed read throws galen::Error from the call that asks for the batch.
class Loader {
 public:
  /// `members`: the samples to go through (one split of `dataset`), not empty. `preparations`: one an input.
  Loader(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, const std::vector<Preparation>& preparations,
         LoaderOptions options);
  /// Of a data set with one input.
  Loader(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, const Preparation& preparation, LoaderOptions options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  std::int64_t size() const;   ///< samples an epoch
  std::int64_t steps() const;  ///< steps an epoch, the ragged one included

  /// for (const Batch& batch : loader.epoch(e)) … One epoch at a time; leaving the loop early is fine.
  class Epoch;
  /// Starts after the first `samples_consumed` positions, which is a multiple of the batch (or size(): nothing is left).
  Epoch epoch(std::int64_t epoch, std::int64_t samples_consumed = 0);

 private:
  struct Pipeline;
  std::unique_ptr<Pipeline> pipeline_;
};

class Loader::Epoch {
 public:
  class Iterator {
   public:
    const Batch& operator*() const { return *batch_; }
    Iterator& operator++();
    bool operator==(std::default_sentinel_t) const { return batch_ == nullptr; }

   private:
    friend class Epoch;
    explicit Iterator(Pipeline& pipeline);
    Pipeline* pipeline_;
    const Batch* batch_ = nullptr;
  };

  Iterator begin() { return Iterator(*pipeline_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  friend class Loader;
  explicit Epoch(Pipeline& pipeline) : pipeline_(&pipeline) {}
  Pipeline* pipeline_;
};

}  // namespace galen::data
