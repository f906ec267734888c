#include "comm/mpi_communicator.h"

#include "comm/arguments.h"
#include "comm/memory_file.h"
#include "comm/mpi_group.h"
#include "comm/roll_call.h"
#include "comm/wait.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <initializer_list>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace galen::comm {

namespace {

constexpr int kTag = 1;

MPI_Datatype mpi_type(const at::Tensor& values) {
  switch (values.scalar_type()) {
    case at::kFloat:
      return MPI_FLOAT;
    case at::kDouble:
      return MPI_DOUBLE;
    case at::kLong:
      return MPI_INT64_T;
    default:
      return MPI_UINT8_T;
  }
}

MPI_Op mpi_operation(Reduction reduction) {
  switch (reduction) {
    case Reduction::kSum:
      return MPI_SUM;
    case Reduction::kMin:
      return MPI_MIN;
    case Reduction::kMax:
      return MPI_MAX;
  }
  TORCH_CHECK(false, "unknown reduction");
}

/// MPI counts with int. Calls `message(address, count)` for pieces of at most `largest` elements that together cover `count` elements.
template <typename Address, typename Message>
void in_pieces(Address address, std::int64_t count, std::int64_t element_size, int largest, Message message) {
  while (count > 0) {
    const int piece = static_cast<int>(std::min<std::int64_t>(count, largest));
    message(address, piece);
    address += piece * element_size;
    count -= piece;
  }
}

std::byte* bytes_of(at::Tensor& tensor) { return static_cast<std::byte*>(tensor.mutable_data_ptr()); }
const std::byte* bytes_of(const at::Tensor& tensor) { return static_cast<const std::byte*>(tensor.const_data_ptr()); }

/// Tensors that MPI reads or writes. If an exception ends the call, requests may be in flight: the tensors are then kept for the
/// rest of the process. Callers that pass tensors which do not own their memory must keep that memory after the exception.
class InFlight {
 public:
  InFlight(std::initializer_list<at::Tensor> tensors) : tensors_(tensors) {}
  ~InFlight() {
    static auto& abandoned = *new std::vector<at::Tensor>;
    if (std::uncaught_exceptions() > before_) abandoned.insert(abandoned.end(), tensors_.begin(), tensors_.end());
  }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  std::vector<at::Tensor> tensors_;
  const int before_ = std::uncaught_exceptions();
};

class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator(MpiGroup group, std::shared_ptr<RollCall> roll_call, int roll_rank, int largest_message)
      : group_(std::move(group)), roll_call_(std::move(roll_call)), largest_message_(largest_message) {
    check_mpi(MPI_Comm_rank(group_.get(), &rank_), "set-up of a group");
    check_mpi(MPI_Comm_size(group_.get(), &size_), "set-up of a group");
    members_.resize(size_);
    check_mpi(MPI_Allgather(&roll_rank, 1, MPI_INT, members_.data(), 1, MPI_INT, group_.get()), "set-up of a group");
    find_node();
  }

  MpiCommunicator(const MpiCommunicator&) = delete;
  MpiCommunicator& operator=(const MpiCommunicator&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int node() const override { return node_; }
  int node_rank() const override { return node_rank_; }
  int node_size() const override { return node_size_; }

  void set_deadline(std::chrono::milliseconds deadline) override { roll_call_->set_deadline(deadline); }
  void check_wait(const char* operation, std::chrono::steady_clock::time_point begin) override {
    roll_call_->check(operation, begin, members_);
  }

  void barrier() override { meet("barrier"); }

  void all_reduce(at::Tensor& values, Reduction reduction) override {
    check_tensor("all_reduce", values);
    meet("all_reduce");
    const InFlight in_flight{values};
    in_pieces(bytes_of(values), values.numel(), values.element_size(), largest_message_, [&](std::byte* piece, int count) {
      MPI_Request request = MPI_REQUEST_NULL;
      check_mpi(MPI_Iallreduce(MPI_IN_PLACE, piece, count, mpi_type(values), mpi_operation(reduction), group_.get(), &request),
                "all_reduce");
      finish({&request, 1}, "all_reduce");
    });
  }

  void broadcast(at::Tensor& values, int root) override {
    check_tensor("broadcast", values);
    check_root("broadcast", root, size_);
    meet("broadcast");
    const InFlight in_flight{values};
    in_pieces(bytes_of(values), values.numel(), values.element_size(), largest_message_, [&](std::byte* piece, int count) {
      MPI_Request request = MPI_REQUEST_NULL;
      check_mpi(MPI_Ibcast(piece, count, mpi_type(values), root, group_.get(), &request), "broadcast");
      finish({&request, 1}, "broadcast");
    });
  }

  void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) override {
    check_tensor("all_gather", mine);
    check_tensor("all_gather", all);
    check_counts("all_gather", all, counts, size_);
    TORCH_CHECK(mine.numel() == counts[rank_] && mine.scalar_type() == all.scalar_type(), "all_gather: rank ", rank_, " gives ",
                mine.numel(), " of ", mine.scalar_type(), ", and announced ", counts[rank_], " of ", all.scalar_type());

    const InFlight in_flight{mine, all};
    const std::int64_t element_size = all.element_size();
    std::vector<MPI_Request> requests;
    auto* to = bytes_of(all);
    for (int other = 0; other < size_; to += counts[other++] * element_size) {
      if (other == rank_) {
        if (mine.const_data_ptr() != to) std::copy_n(bytes_of(mine), mine.nbytes(), to);
      } else {
        receive("all_gather", to, counts[other], all, other, requests);
      }
    }
    for (int turn = 1; turn < size_; ++turn) {
      send("all_gather", bytes_of(mine), mine.numel(), mine, (rank_ + turn) % size_, requests);
    }
    finish(requests, "all_gather");
  }

  void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                  std::span<const std::int64_t> receive_counts) override {
    check_tensor("all_to_all", outgoing);
    check_tensor("all_to_all", incoming);
    check_counts("all_to_all", outgoing, send_counts, size_);
    check_counts("all_to_all", incoming, receive_counts, size_);
    TORCH_CHECK(outgoing.scalar_type() == incoming.scalar_type(), "all_to_all: from ", outgoing.scalar_type(), " to ",
                incoming.scalar_type());

    const InFlight in_flight{outgoing, incoming};
    std::vector<MPI_Request> requests;
    const std::int64_t element_size = incoming.element_size();
    auto* to = bytes_of(incoming);
    for (int other = 0; other < size_; to += receive_counts[other++] * element_size) {
      receive("all_to_all", to, receive_counts[other], incoming, other, requests);
    }
    const auto* from = bytes_of(outgoing);
    for (int other = 0; other < size_; from += send_counts[other++] * element_size) {
      send("all_to_all", from, send_counts[other], outgoing, other, requests);
    }
    finish(requests, "all_to_all");
  }

  std::unique_ptr<Communicator> split(int colour, int key) override {
    TORCH_CHECK(colour >= 0, "split: colour ", colour);
    const Watchdog::Waiting waiting(roll_call_->watchdog(), "set-up of a group");
    MPI_Comm part = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split(group_.get(), colour, key, &part), "split");
    return std::make_unique<MpiCommunicator>(MpiGroup(part), roll_call_, members_[rank_], largest_message_);
  }

  // The first rank of each node allocates the memory and keeps the file open until the others have mapped it.
  std::shared_ptr<std::byte> share_memory(std::int64_t bytes) override {
    const Watchdog::Waiting waiting(roll_call_->watchdog(), "set-up of shared memory");
    const MpiGroup node = node_group();
    std::optional<MemoryFile> file;
    MemoryFileName name;
    if (node_rank_ == 0) {
      file.emplace(bytes);
      name = file->name();
    }
    check_mpi(MPI_Bcast(&name, sizeof name, MPI_BYTE, 0, node.get()), "set-up of shared memory");
    auto memory = file ? file->map() : MemoryFile::open(name, bytes);
    int everywhere = memory != nullptr ? 1 : 0;
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, &everywhere, 1, MPI_INT, MPI_MIN, group_.get()), "set-up of shared memory");
    return everywhere != 0 ? memory : nullptr;
  }

 private:
  MpiGroup node_group() const {
    MPI_Comm node = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split_type(group_.get(), MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node), "search for the ranks of a node");
    return MpiGroup(node);
  }

  void find_node() {
    const MpiGroup node = node_group();
    MPI_Comm_rank(node.get(), &node_rank_);
    MPI_Comm_size(node.get(), &node_size_);
    int lowest = rank_;
    check_mpi(MPI_Bcast(&lowest, 1, MPI_INT, 0, node.get()), "search for the ranks of a node");
    std::vector<int> lowest_ranks(size_);
    check_mpi(MPI_Allgather(&lowest, 1, MPI_INT, lowest_ranks.data(), 1, MPI_INT, group_.get()), "search for the ranks of a node");
    node_ = static_cast<int>(std::set<int>(lowest_ranks.begin(), std::find(lowest_ranks.begin(), lowest_ranks.end(), lowest)).size());
  }

  /// Waits until all ranks have arrived. The operation that follows has a deadline too: a host may fail in between.
  void meet(const char* operation) {
    if (size_ == 1) return;
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Ibarrier(group_.get(), &request), operation);
    finish({&request, 1}, operation);
  }

  /// Waits for all of `requests`, with a deadline.
  void finish(std::span<MPI_Request> requests, const char* operation) {
    Wait wait(is_crowded(node_size_));
    for (;;) {
      int finished = 0;
      check_mpi(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &finished, MPI_STATUSES_IGNORE), operation);
      if (finished != 0) return;
      wait.poll();
      if (wait.check_is_due()) check_wait(operation, wait.begin());
    }
  }

  // Messages between a pair of ranks arrive in the order in which they were sent, and both ranks split a part into the same pieces.
  void receive(const char* operation, std::byte* to, std::int64_t count, const at::Tensor& like, int from,
               std::vector<MPI_Request>& requests) {
    in_pieces(to, count, like.element_size(), largest_message_, [&](std::byte* piece, int piece_count) {
      check_mpi(MPI_Irecv(piece, piece_count, mpi_type(like), from, kTag, group_.get(), &requests.emplace_back()), operation);
    });
  }

  void send(const char* operation, const std::byte* from, std::int64_t count, const at::Tensor& like, int to,
            std::vector<MPI_Request>& requests) {
    in_pieces(from, count, like.element_size(), largest_message_, [&](const std::byte* piece, int piece_count) {
      check_mpi(MPI_Isend(piece, piece_count, mpi_type(like), to, kTag, group_.get(), &requests.emplace_back()), operation);
    });
  }

  const MpiGroup group_;
  const std::shared_ptr<RollCall> roll_call_;
  std::vector<int> members_;  // the members' ranks in the roll call
  const int largest_message_;
  int rank_ = 0;
  int size_ = 1;
  int node_ = 0;
  int node_rank_ = 0;
  int node_size_ = 1;
};

}  // namespace

std::unique_ptr<Communicator> make_mpi_communicator(MPI_Comm group, int largest_message, const Waits& waits) {
  const Watchdog::Waiting waiting(waits.watchdog, "set-up of a group");
  int rank = 0;
  check_mpi(MPI_Comm_rank(group, &rank), "set-up of a group");
  auto roll_call = std::make_shared<RollCall>(group, waits.watchdog, waits.patient);
  return std::make_unique<MpiCommunicator>(MpiGroup::duplicate(group), std::move(roll_call), rank, largest_message);
}

}  // namespace galen::comm
