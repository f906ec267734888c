#include "data/loader.h"

#include "data/batch_maker.h"
#include "data/batch_room.h"

#include <c10/util/Exception.h>

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace galen::data {

namespace {

// This thread does not push the trainer off its core when it is woken: there is time while the ranks wait for each other.
void work_in_the_background() {
  const sched_param parameters = {};
  ::pthread_setschedparam(::pthread_self(), SCHED_BATCH, &parameters);
}

}  // namespace

// A ring of batches between the threads that make them and the caller. Each thread takes the next step that no other has taken, waits for
// its slot to be free, and fills it; the caller gets them in order. Steps are counted from the first one of this pass.
struct Loader::Pipeline {
  Pipeline(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, const std::vector<Preparation>& preparations,
           const LoaderOptions& wanted)
      : options(wanted), maker(dataset, std::move(members), preparations, wanted) {
    TORCH_CHECK(options.read_ahead > 0 && options.threads > 0, "read ahead ", options.read_ahead, ", threads ", options.threads);
    const int slots = options.read_ahead + options.threads;
    expect_room_for_batches(*dataset, preparations, {.rows = maker.most_rows(), .slots = slots});
    for (int i = 0; i < slots; ++i) buffers.push_back(maker.buffer());
    ring.resize(buffers.size());
    ready.resize(buffers.size());
  }

  ~Pipeline() { stop(); }

  void start(std::int64_t epoch, std::int64_t samples_consumed) {
    const std::int64_t size = maker.size();
    TORCH_CHECK(samples_consumed == size || (samples_consumed >= 0 && samples_consumed < size && samples_consumed % options.batch == 0),
                samples_consumed, " samples consumed, of ", size, " in steps of ", options.batch);
    stop();
    taken = released = 0;
    in_use = stopping = false;
    failure = nullptr;
    std::fill(ready.begin(), ready.end(), false);
    first_step = (samples_consumed + options.batch - 1) / options.batch;
    count = maker.steps() - first_step;
    const auto order = std::make_shared<const EpochOrder>(maker.order(epoch));
    for (int i = 0; i < options.threads; ++i) threads.emplace_back([this, order, epoch] { make_batches(*order, epoch); });
  }

  void stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }

  // The next batch, or none at the end; gives the one in use back to the makers.
  const Batch* next() {
    std::unique_lock lock(mutex);
    if (in_use) {
      ready[slot(released)] = false;
      ++released;
      in_use = false;
      changed.notify_all();
    }
    if (released == count) return nullptr;
    changed.wait(lock, [this] { return ready[slot(released)] || (failure && released == failed); });
    if (!ready[slot(released)]) std::rethrow_exception(failure);
    in_use = true;
    return &ring[slot(released)];
  }

  void make_batches(const EpochOrder& order, std::int64_t epoch) {
    work_in_the_background();
    BatchMaker::Workplace workplace;
    for (;;) {
      std::unique_lock lock(mutex);
      const std::int64_t step = taken++;
      // A step before the failed one is still made: the caller waits for it first.
      const auto is_over = [&] { return stopping || step >= count || (failure && step > failed); };
      changed.wait(lock, [&] { return is_over() || step - released < static_cast<std::int64_t>(ring.size()); });
      if (is_over()) return;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        maker.make(order, epoch, first_step + step, buffers[slot(step)], ring[slot(step)], workplace);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      if (!thrown) {
        ready[slot(step)] = true;
      } else if (!failure || step < failed) {
        failure = thrown;
        failed = step;
      }
      changed.notify_all();
    }
  }

  std::size_t slot(std::int64_t step) const { return static_cast<std::size_t>(step) % ring.size(); }

  const LoaderOptions options;
  const BatchMaker maker;

  std::vector<Samples> buffers;  // one for each slot of the ring
  std::vector<Batch> ring;

  std::mutex mutex;
  std::condition_variable changed;
  std::int64_t first_step = 0;  // of the epoch
  std::int64_t count = 0;
  std::int64_t taken = 0;
  std::int64_t released = 0;
  std::vector<bool> ready;
  bool in_use = false;
  bool stopping = false;
  std::exception_ptr failure;
  std::int64_t failed = 0;
  std::vector<std::thread> threads;
};

Loader::Loader(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, const std::vector<Preparation>& preparations,
               LoaderOptions options)
    : pipeline_(std::make_unique<Pipeline>(std::move(dataset), std::move(members), preparations, options)) {}

Loader::Loader(std::shared_ptr<const Dataset> dataset, std::vector<std::int64_t> members, const Preparation& preparation,
               LoaderOptions options)
    : Loader(std::move(dataset), std::move(members), std::vector<Preparation>{preparation}, options) {}

Loader::~Loader() = default;

std::int64_t Loader::size() const { return pipeline_->maker.size(); }
std::int64_t Loader::steps() const { return pipeline_->maker.steps(); }

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
