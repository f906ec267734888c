#include "comm/single_communicator.h"

#include "comm/arguments.h"
#include "comm/memory_file.h"

#include <c10/util/Exception.h>

#include <cstring>

namespace galen::comm {

namespace {

void copy(const char* operation, const at::Tensor& from, at::Tensor& to) {
  TORCH_CHECK(from.scalar_type() == to.scalar_type(), operation, ": from ", from.scalar_type(), " to ", to.scalar_type());
  if (from.numel() > 0 && from.const_data_ptr() != to.const_data_ptr())
    std::memcpy(to.mutable_data_ptr(), from.const_data_ptr(), from.nbytes());
}

class SingleCommunicator final : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  int node() const override { return 0; }
  int node_rank() const override { return 0; }
  int node_size() const override { return 1; }

  void set_deadline(std::chrono::milliseconds) override {}
  void check_wait(const char*, std::chrono::steady_clock::time_point) override {}

  void barrier() override {}

  void all_reduce(at::Tensor& values, Reduction) override { check_tensor("all_reduce", values); }

  void broadcast(at::Tensor& values, int root) override {
    check_tensor("broadcast", values);
    check_root("broadcast", root, 1);
  }

  void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) override {
    check_tensor("all_gather", mine);
    check_tensor("all_gather", all);
    check_counts("all_gather", mine, counts, 1);
    check_counts("all_gather", all, counts, 1);
    copy("all_gather", mine, all);
  }

  void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                  std::span<const std::int64_t> receive_counts) override {
    check_tensor("all_to_all", outgoing);
    check_tensor("all_to_all", incoming);
    check_counts("all_to_all", outgoing, send_counts, 1);
    check_counts("all_to_all", incoming, receive_counts, 1);
    TORCH_CHECK(send_counts[0] == receive_counts[0], "all_to_all: sends ", send_counts[0], ", receives ", receive_counts[0]);
    copy("all_to_all", outgoing, incoming);
  }

  std::unique_ptr<Communicator> split(int colour, int) override {
    TORCH_CHECK(colour >= 0, "split: colour ", colour);
    return std::make_unique<SingleCommunicator>();
  }

  std::shared_ptr<std::byte> share_memory(std::int64_t bytes) override { return MemoryFile(bytes).map(); }
};

}  // namespace

std::unique_ptr<Communicator> make_single_communicator() { return std::make_unique<SingleCommunicator>(); }

}  // namespace galen::comm
