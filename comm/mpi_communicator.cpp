#include "comm/mpi_communicator.h"

#include "comm/arguments.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <numeric>
#include <vector>

namespace galen::comm {

namespace {

constexpr int kTag = 1;

/// Throws unless `code`, of the MPI call behind `operation`, is success.
void check_mpi(int code, const char* operation) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw Error("{} failed in MPI: {}. Most often another worker has ended: look for its message.", operation, text);
}

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

/// MPI counts with int. Calls `message(address, count)` for pieces of at most `largest` elements that together cover `count` of them.
template <typename Message>
void in_pieces(void* begin, std::int64_t count, std::int64_t element_size, int largest, Message message) {
  auto* address = static_cast<std::byte*>(begin);
  while (count > 0) {
    const int piece = static_cast<int>(std::min<std::int64_t>(count, largest));
    message(address, piece);
    address += piece * element_size;
    count -= piece;
  }
}

class MpiCommunicator final : public Communicator {
 public:
  /// Takes `group` over, and frees it.
  MpiCommunicator(MPI_Comm group, int largest_message) : group_(group), largest_message_(largest_message) {
    check_mpi(MPI_Comm_set_errhandler(group_, MPI_ERRORS_RETURN), "set-up of a group");
    check_mpi(MPI_Comm_rank(group_, &rank_), "set-up of a group");
    check_mpi(MPI_Comm_size(group_, &size_), "set-up of a group");
    MPI_Comm node = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split_type(group_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node), "search for the ranks of a node");
    MPI_Comm_rank(node, &node_rank_);
    MPI_Comm_size(node, &node_size_);
    MPI_Comm_free(&node);
  }

  ~MpiCommunicator() override {
    // Freeing is collective, so not while an exception ends this rank alone; nor when MPI itself has ended before us.
    int finished = 0;
    MPI_Finalized(&finished);
    if (!finished && std::uncaught_exceptions() == 0) MPI_Comm_free(&group_);
  }

  MpiCommunicator(const MpiCommunicator&) = delete;
  MpiCommunicator& operator=(const MpiCommunicator&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int node_rank() const override { return node_rank_; }
  int node_size() const override { return node_size_; }

  void barrier() override { check_mpi(MPI_Barrier(group_), "barrier"); }

  void all_reduce(at::Tensor& values, Reduction reduction) override {
    check_tensor("all_reduce", values);
    in_pieces(values.mutable_data_ptr(), values.numel(), values.element_size(), largest_message_, [&](void* piece, int count) {
      check_mpi(MPI_Allreduce(MPI_IN_PLACE, piece, count, mpi_type(values), mpi_operation(reduction), group_), "all_reduce");
    });
  }

  void broadcast(at::Tensor& values, int root) override {
    check_tensor("broadcast", values);
    check_root("broadcast", root, size_);
    broadcast("broadcast", values.mutable_data_ptr(), values.numel(), values, root);
  }

  void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) override {
    check_tensor("all_gather", mine);
    check_tensor("all_gather", all);
    check_counts("all_gather", all, counts, size_);
    TORCH_CHECK(mine.numel() == counts[rank_] && mine.scalar_type() == all.scalar_type(), "all_gather: rank ", rank_, " gives ",
                mine.numel(), " of ", mine.scalar_type(), ", and announced ", counts[rank_], " of ", all.scalar_type());

    if (all.numel() > largest_message_) return all_gather_large(mine, all, counts);
    const std::vector<int> lengths(counts.begin(), counts.end());
    std::vector<int> begins(size_);
    std::exclusive_scan(lengths.begin(), lengths.end(), begins.begin(), 0);
    check_mpi(MPI_Allgatherv(mine.const_data_ptr(), lengths[rank_], mpi_type(mine), all.mutable_data_ptr(), lengths.data(), begins.data(),
                             mpi_type(all), group_),
              "all_gather");
  }

  void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                  std::span<const std::int64_t> receive_counts) override {
    check_tensor("all_to_all", outgoing);
    check_tensor("all_to_all", incoming);
    check_counts("all_to_all", outgoing, send_counts, size_);
    check_counts("all_to_all", incoming, receive_counts, size_);
    TORCH_CHECK(outgoing.scalar_type() == incoming.scalar_type(), "all_to_all: from ", outgoing.scalar_type(), " to ",
                incoming.scalar_type());

    // Messages of one pair of ranks arrive in the order in which they were sent, and both ends cut a run into the same pieces.
    std::vector<MPI_Request> requests;
    const std::int64_t element_size = incoming.element_size();
    auto* to = static_cast<std::byte*>(incoming.mutable_data_ptr());
    for (int other = 0; other < size_; to += receive_counts[other++] * element_size) {
      in_pieces(to, receive_counts[other], element_size, largest_message_, [&](void* piece, int count) {
        check_mpi(MPI_Irecv(piece, count, mpi_type(incoming), other, kTag, group_, &requests.emplace_back()), "all_to_all");
      });
    }
    auto* from = static_cast<std::byte*>(const_cast<void*>(outgoing.const_data_ptr()));
    for (int other = 0; other < size_; from += send_counts[other++] * element_size) {
      in_pieces(from, send_counts[other], element_size, largest_message_, [&](const void* piece, int count) {
        check_mpi(MPI_Isend(piece, count, mpi_type(outgoing), other, kTag, group_, &requests.emplace_back()), "all_to_all");
      });
    }
    check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE), "all_to_all");
  }

  std::unique_ptr<Communicator> split(int colour) override {
    TORCH_CHECK(colour >= 0, "split: colour ", colour);
    MPI_Comm part = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split(group_, colour, rank_, &part), "split");
    return std::make_unique<MpiCommunicator>(part, largest_message_);
  }

 private:
  void broadcast(const char* operation, void* begin, std::int64_t count, const at::Tensor& like, int root) {
    in_pieces(begin, count, like.element_size(), largest_message_,
              [&](void* piece, int piece_count) { check_mpi(MPI_Bcast(piece, piece_count, mpi_type(like), root, group_), operation); });
  }

  /// Where positions in `all` do not fit an int: every rank broadcasts its part, which it has copied in place.
  void all_gather_large(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) {
    auto* part = static_cast<std::byte*>(all.mutable_data_ptr());
    for (int root = 0; root < size_; ++root) {
      if (root == rank_ && part != mine.const_data_ptr())
        std::copy_n(static_cast<const std::byte*>(mine.const_data_ptr()), mine.nbytes(), part);
      broadcast("all_gather", part, counts[root], all, root);
      part += counts[root] * all.element_size();
    }
  }

  MPI_Comm group_;
  const int largest_message_;
  int rank_ = 0;
  int size_ = 1;
  int node_rank_ = 0;
  int node_size_ = 1;
};

}  // namespace

std::unique_ptr<Communicator> make_mpi_communicator(MPI_Comm group, int largest_message) {
  MPI_Comm own = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(group, &own), "duplication of a group");
  return std::make_unique<MpiCommunicator>(own, largest_message);
}

}  // namespace galen::comm
