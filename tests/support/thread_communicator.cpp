#include "tests/support/thread_communicator.h"

#include "comm/arguments.h"
#include "comm/memory_file.h"

#include <ATen/Dispatch.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace galen::test {

namespace {

using comm::check_counts;
using comm::check_root;
using comm::check_tensor;
using comm::Reduction;

/// Thrown by a wait that ends because another rank failed.
struct Interrupted : std::exception {};

/// The state shared by the threads of one run_ranks(): a lock, and which ranks have ended.
struct Job {
  std::mutex mutex;
  std::condition_variable news;
  bool failed = false;
  std::exception_ptr failure;
  std::vector<bool> ended;  // by rank in the job
};

/// The arguments of a rank, visible to its group during a collective.
struct Offer {
  std::string call;  // must be the same on all ranks
  const std::byte* data = nullptr;
  std::span<const std::int64_t> counts = {};
  int colour = 0;
  int key = 0;
};

class Group {
 public:
  Group(Job& job, std::vector<int> members) : offers(members.size()), job_(job), members_(std::move(members)) {}

  const std::vector<int>& members() const { return members_; }
  Job& job() { return job_; }

  void barrier() {
    std::unique_lock lock(job_.mutex);
    const int generation = generation_;
    if (++arrived_ == static_cast<int>(members_.size())) {
      arrived_ = 0;
      ++generation_;
      job_.news.notify_all();
      return;
    }
    job_.news.wait(lock, [&] { return generation != generation_ || job_.failed || gone(); });
    if (generation == generation_) throw_for_missing();
  }

  /// Throws if a rank that others wait for has failed or returned.
  void check() {
    const std::lock_guard lock(job_.mutex);
    if (job_.failed || gone()) throw_for_missing();
  }

  std::vector<Offer> offers;
  std::map<int, std::shared_ptr<Group>> parts;              // of the split under way, by colour
  std::map<int, std::shared_ptr<std::byte>> shared_memory;  // of the call under way, by node

 private:
  bool gone() const {
    return std::any_of(members_.begin(), members_.end(), [&](int member) { return job_.ended[member]; });
  }

  void throw_for_missing() const {
    if (job_.failed) throw Interrupted();
    TORCH_CHECK(false, "a rank has returned while others wait for it");
  }

  Job& job_;
  const std::vector<int> members_;  // their ranks in the job
  int arrived_ = 0;
  int generation_ = 0;
};

template <typename Element>
Element reduce(Element a, Element b, Reduction reduction) {
  switch (reduction) {
    case Reduction::kSum:
      return static_cast<Element>(a + b);
    case Reduction::kMin:
      return std::min(a, b);
    case Reduction::kMax:
      return std::max(a, b);
  }
  TORCH_CHECK(false, "unknown reduction");
}

class ThreadCommunicator final : public comm::Communicator {
 public:
  ThreadCommunicator(std::shared_ptr<Group> group, int rank, int node_size) : group_(std::move(group)), rank_(rank), nodes_of_(node_size) {
    const auto node = [&](int r) { return group_->members()[r] / nodes_of_; };
    std::vector<int> nodes;  // in the order of their lowest ranks
    for (int r = 0; r < size(); ++r) {
      if (std::find(nodes.begin(), nodes.end(), node(r)) == nodes.end()) nodes.push_back(node(r));
      if (node(r) != node(rank_)) continue;
      ++node_size_;
      if (r < rank_) ++node_rank_;
    }
    node_ = static_cast<int>(std::find(nodes.begin(), nodes.end(), node(rank_)) - nodes.begin());
  }

  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(group_->members().size()); }
  int node() const override { return node_; }
  int node_rank() const override { return node_rank_; }
  int node_size() const override { return node_size_; }

  void set_deadline(std::chrono::milliseconds) override {}

  // Threads have no deadline, but a failed rank never arrives.
  void check_wait(const char*, std::chrono::steady_clock::time_point) override { group_->check(); }

  void barrier() override {
    together({.call = "barrier"}, [] {});
  }

  void all_reduce(at::Tensor& values, Reduction reduction) override {
    check_tensor("all_reduce", values);
    std::vector<std::byte> result(values.nbytes());
    together(offer(fmt::format("all_reduce {} of {}", static_cast<int>(reduction), values.numel()), values), [&] {
      AT_DISPATCH_ALL_TYPES(values.scalar_type(), "all_reduce", [&] {
        auto* sums = reinterpret_cast<scalar_t*>(result.data());
        for (int r = 0; r < size(); ++r) {
          const auto* theirs = reinterpret_cast<const scalar_t*>(group_->offers[r].data);
          for (std::int64_t i = 0; i < values.numel(); ++i) sums[i] = r == 0 ? theirs[i] : reduce(sums[i], theirs[i], reduction);
        }
      });
    });
    if (!result.empty()) std::memcpy(values.mutable_data_ptr(), result.data(), result.size());
  }

  void broadcast(at::Tensor& values, int root) override {
    check_tensor("broadcast", values);
    check_root("broadcast", root, size());
    together(offer(fmt::format("broadcast from {} of {}", root, values.numel()), values), [&] {
      if (rank_ != root && values.numel() > 0) std::memcpy(values.mutable_data_ptr(), group_->offers[root].data, values.nbytes());
    });
  }

  void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) override {
    check_tensor("all_gather", mine);
    check_tensor("all_gather", all);
    check_counts("all_gather", all, counts, size());
    TORCH_CHECK(mine.numel() == counts[rank_] && mine.scalar_type() == all.scalar_type(), "all_gather: announced otherwise");
    together(offer(fmt::format("all_gather of {}", fmt::join(counts, " ")), mine), [&] {
      auto* to = static_cast<std::byte*>(all.mutable_data_ptr());
      for (int r = 0; r < size(); ++r) to = append(to, group_->offers[r].data, counts[r] * all.element_size());
    });
  }

  void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                  std::span<const std::int64_t> receive_counts) override {
    check_tensor("all_to_all", outgoing);
    check_tensor("all_to_all", incoming);
    check_counts("all_to_all", outgoing, send_counts, size());
    check_counts("all_to_all", incoming, receive_counts, size());
    Offer mine = offer("all_to_all", outgoing);
    mine.counts = send_counts;
    together(std::move(mine), [&] {
      auto* to = static_cast<std::byte*>(incoming.mutable_data_ptr());
      for (int r = 0; r < size(); ++r) {
        const Offer& theirs = group_->offers[r];
        TORCH_CHECK(theirs.counts[rank_] == receive_counts[r], "all_to_all: rank ", r, " sends ", theirs.counts[rank_], " to rank ", rank_,
                    ", which expects ", receive_counts[r]);
        std::int64_t begin = 0;
        for (int before = 0; before < rank_; ++before) begin += theirs.counts[before];
        to = append(to, theirs.data + begin * incoming.element_size(), receive_counts[r] * incoming.element_size());
      }
    });
  }

  std::unique_ptr<Communicator> split(int colour, int key) override {
    TORCH_CHECK(colour >= 0, "split: colour ", colour);
    Offer mine{.call = "split", .colour = colour, .key = key};
    std::vector<int> ranks;  // of the part, as they are here
    std::shared_ptr<Group> part;
    together(std::move(mine), [&] {
      for (int r = 0; r < size(); ++r) {
        if (group_->offers[r].colour == colour) ranks.push_back(r);
      }
      std::stable_sort(ranks.begin(), ranks.end(), [&](int a, int b) { return group_->offers[a].key < group_->offers[b].key; });
      std::vector<int> members;
      for (const int r : ranks) members.push_back(group_->members()[r]);
      const std::lock_guard lock(group_->job().mutex);
      auto& shared = group_->parts[colour];
      if (shared == nullptr) shared = std::make_shared<Group>(group_->job(), members);
      part = shared;
    });
    if (rank_ == 0) group_->parts.clear();
    group_->barrier();
    const auto rank = static_cast<int>(std::find(ranks.begin(), ranks.end(), rank_) - ranks.begin());
    return std::make_unique<ThreadCommunicator>(std::move(part), rank, nodes_of_);
  }

  std::shared_ptr<std::byte> share_memory(std::int64_t bytes) override {
    std::shared_ptr<std::byte> memory;
    together({.call = "share_memory", .key = static_cast<int>(bytes)}, [&] {
      for (int r = rank_ - node_rank_; r < rank_ - node_rank_ + node_size_; ++r) {
        TORCH_CHECK(group_->offers[r].key == static_cast<int>(bytes), "share_memory: ranks of a node want different sizes");
      }
      const std::lock_guard lock(group_->job().mutex);
      auto& shared = group_->shared_memory[node_];  // at one address for all threads, where ThreadSanitizer sees which of them race
      if (shared == nullptr) shared = comm::MemoryFile(bytes).map();
      memory = shared;
    });
    if (rank_ == 0) group_->shared_memory.clear();
    group_->barrier();
    return memory;
  }

 private:
  static Offer offer(const std::string& call, const at::Tensor& values) {
    return {.call = fmt::format("{} {}", call, c10::toString(values.scalar_type())),
            .data = static_cast<const std::byte*>(values.const_data_ptr())};
  }

  static std::byte* append(std::byte* to, const std::byte* from, std::int64_t bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
    return to + bytes;
  }

  /// Shows `mine`, reads the others' offers in `read`, and holds all offers until everybody has read.
  template <typename Read>
  void together(Offer mine, Read read) {
    group_->offers[rank_] = std::move(mine);
    group_->barrier();
    for (const Offer& theirs : group_->offers) {
      TORCH_CHECK(theirs.call == group_->offers[rank_].call, "rank ", rank_, " calls ", group_->offers[rank_].call, ", another ",
                  theirs.call);
    }
    read();
    group_->barrier();
  }

  std::shared_ptr<Group> group_;
  int rank_;
  int nodes_of_;
  int node_ = 0;
  int node_rank_ = 0;
  int node_size_ = 0;
};

}  // namespace

void run_ranks(int size, const std::function<void(comm::Communicator&)>& work, int node_size) {
  Job job;
  job.ended.resize(size);
  std::vector<int> members(size);
  for (int r = 0; r < size; ++r) members[r] = r;
  const auto group = std::make_shared<Group>(job, members);

  const auto run = [&](int rank) {
    std::exception_ptr failure;
    try {
      ThreadCommunicator communicator(group, rank, node_size == 0 ? size : node_size);
      work(communicator);
    } catch (const Interrupted&) {  // the rank that failed has reported it
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(job.mutex);
    job.ended[rank] = true;
    if (failure && !job.failed) {
      job.failed = true;
      job.failure = failure;
    }
    job.news.notify_all();
  };

  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) threads.emplace_back(run, rank);
  for (std::thread& thread : threads) thread.join();
  if (job.failure) std::rethrow_exception(job.failure);
}

}  // namespace galen::test
