#include "data/loader.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace galen::data {

namespace {

std::vector<std::int64_t> rows_of(std::int64_t rows, at::IntArrayRef row) {
  std::vector<std::int64_t> shape = {rows};
  shape.insert(shape.end(), row.begin(), row.end());
  return shape;
}

Samples rows(const Samples& samples, Range range) {
  const auto cut = [&](const at::Tensor& values) { return values.defined() ? values.narrow(0, range.begin, range.size()) : values; };
  return {cut(samples.input), cut(samples.target), cut(samples.index)};
}

}  // namespace

std::int64_t Samples::size() const { return index.size(0); }

Samples Batch::lane(std::int64_t lane) const {
  TORCH_CHECK(lane >= my_lanes.begin && lane < my_lanes.end, "lane ", lane, " is not one of this worker");
  return rows(samples, lane_rows[static_cast<std::size_t>(lane - my_lanes.begin)]);
}

// A ring of batches between one reader thread and the caller. `made_` and `released_` count batches of the epoch; the slots between
// them are ready or in use, and the reader waits for a free one.
struct Loader::Pipeline {
  Pipeline(std::shared_ptr<const Dataset> source, std::vector<std::int64_t> chosen, Scaling how, LoaderOptions wanted)
      : dataset(std::move(source)), members(std::move(chosen)), scaling(std::move(how)), options(wanted) {
    TORCH_CHECK(!members.empty(), "a loader without samples");
    TORCH_CHECK(options.batch > 0 && options.read_ahead > 0, "batch ", options.batch, ", read ahead ", options.read_ahead);
    TORCH_CHECK(0 <= options.my_lanes.begin && options.my_lanes.begin < options.my_lanes.end && options.my_lanes.end <= options.lanes,
                "lanes [", options.my_lanes.begin, ", ", options.my_lanes.end, ") of ", options.lanes);
    // Only the ragged step differs from the others, so that these two tell the largest part of a step.
    const std::int64_t most = std::max(my_positions(step(0)).size(), my_positions(step(steps() - 1)).size());
    const std::vector<std::int64_t> shape = rows_of(most, dataset->input_shape());
    if (dataset->input_type() == at::kByte) bytes = at::empty(shape, at::kByte);
    for (int i = 0; i <= options.read_ahead; ++i) {
      buffers.push_back({at::empty(shape, at::kFloat), {}, at::empty({most}, at::kLong)});
      if (const at::Tensor& targets = dataset->targets(); targets.defined()) {
        buffers.back().target = at::empty(rows_of(most, targets.sizes().slice(1)), targets.scalar_type());
      }
    }
    ring.resize(buffers.size());
  }

  ~Pipeline() { stop(); }

  std::int64_t size() const { return static_cast<std::int64_t>(members.size()); }
  std::int64_t steps() const { return (size() + options.batch - 1) / options.batch; }
  Range step(std::int64_t number) const { return {number * options.batch, std::min((number + 1) * options.batch, size())}; }
  Range lane_positions(Range positions, std::int64_t lane) const { return lane_range(positions, static_cast<int>(lane), options.lanes); }
  Range my_positions(Range positions) const {
    return {lane_positions(positions, options.my_lanes.begin).begin, lane_positions(positions, options.my_lanes.end - 1).end};
  }

  void start(std::int64_t epoch, std::int64_t samples_consumed) {
    TORCH_CHECK(samples_consumed == size() || (samples_consumed >= 0 && samples_consumed < size() && samples_consumed % options.batch == 0),
                samples_consumed, " samples consumed, of ", size(), " in steps of ", options.batch);
    stop();
    made = released = 0;
    in_use = done = stopping = false;
    failure = nullptr;
    const std::int64_t first_step = (samples_consumed + options.batch - 1) / options.batch;
    reader = std::thread([this, epoch, first_step] { read_epoch(epoch, first_step); });
  }

  void stop() {
    if (!reader.joinable()) return;
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    reader.join();
  }

  // The next batch, or none at the end; gives the one in use back to the reader.
  const Batch* next() {
    std::unique_lock lock(mutex);
    released += std::exchange(in_use, false);
    changed.notify_all();
    changed.wait(lock, [this] { return made > released || done; });
    if (made > released) {
      in_use = true;
      return &ring[released % ring.size()];
    }
    if (failure) std::rethrow_exception(failure);
    return nullptr;
  }

  void read_epoch(std::int64_t epoch, std::int64_t first_step) {
    try {
      const Order order = options.shuffle ? Order(size(), options.seed, epoch) : Order(size());
      for (std::int64_t number = first_step; number < steps(); ++number) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return made - released < ring.size() || stopping; });
        if (stopping) return;
        const std::size_t slot = made % ring.size();
        lock.unlock();
        fill(ring[slot], buffers[slot], order, step(number));
        lock.lock();
        ++made;
        changed.notify_all();
      }
      finish(nullptr);
    } catch (...) {
      finish(std::current_exception());
    }
  }

  void finish(std::exception_ptr what) {
    const std::lock_guard lock(mutex);
    failure = std::move(what);
    done = true;
    changed.notify_all();
  }

  void fill(Batch& batch, const Samples& buffer, const Order& order, Range positions) {
    const Range mine = my_positions(positions);
    batch.positions = positions;
    batch.my_lanes = options.my_lanes;
    batch.samples = rows(buffer, {0, mine.size()});
    batch.lane_rows.clear();
    for (std::int64_t lane = options.my_lanes.begin; lane < options.my_lanes.end; ++lane) {
      const Range part = lane_positions(positions, lane);
      batch.lane_rows.push_back({part.begin - mine.begin, part.end - mine.begin});
    }
    auto* index = batch.samples.index.mutable_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < mine.size(); ++i) index[i] = members[static_cast<std::size_t>(order.sample_at(mine.begin + i))];
    const std::span<const std::int64_t> samples(index, static_cast<std::size_t>(mine.size()));
    read_inputs(samples, batch.samples.input);
    if (batch.samples.target.defined()) copy_targets(samples, batch.samples.target);
  }

  void read_inputs(std::span<const std::int64_t> samples, at::Tensor& input) {
    at::Tensor stored = bytes.defined() ? bytes.narrow(0, 0, input.size(0)) : input;
    dataset->read(samples, stored);
    scale(scaling, stored, input);
  }

  void copy_targets(std::span<const std::int64_t> samples, const at::Tensor& target) const {
    const at::Tensor& all = dataset->targets();
    const std::size_t row = all.nbytes() / static_cast<std::size_t>(all.size(0));
    const auto* from = static_cast<const std::byte*>(all.const_data_ptr());
    auto* to = static_cast<std::byte*>(target.mutable_data_ptr());
    for (std::size_t i = 0; i < samples.size(); ++i) std::memcpy(to + i * row, from + static_cast<std::size_t>(samples[i]) * row, row);
  }

  const std::shared_ptr<const Dataset> dataset;
  const std::vector<std::int64_t> members;
  const Scaling scaling;
  const LoaderOptions options;

  at::Tensor bytes;              // of one batch as stored, before scaling; the reader's
  std::vector<Samples> buffers;  // one for each slot of the ring
  std::vector<Batch> ring;

  std::mutex mutex;
  std::condition_variable changed;
  std::size_t made = 0;
  std::size_t released = 0;
  bool in_use = false;
  bool done = false;
  bool stopping = false;
  std::exception_ptr failure;
  std::thread reader;
};

Loader::Loader(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, Scaling scaling, LoaderOptions options)
    : pipeline_(std::make_unique<Pipeline>(std::move(dataset), std::move(members), std::move(scaling), options)) {}

Loader::~Loader() = default;

std::int64_t Loader::size() const { return pipeline_->size(); }
std::int64_t Loader::steps() const { return pipeline_->steps(); }

Loader::Epoch Loader::epoch(std::int64_t epoch, std::int64_t samples_consumed) {
  pipeline_->start(epoch, samples_consumed);
  return Epoch(*pipeline_);
}

Loader::Epoch::Iterator::Iterator(Pipeline& pipeline) : pipeline_(&pipeline) { ++*this; }

Loader::Epoch::Iterator& Loader::Epoch::Iterator::operator++() {
  batch_ = pipeline_->next();
  return *this;
}

}  // namespace galen::data
