#include "comm/cuda/nccl_communicator.h"

#include "comm/arguments.h"
#include "comm/stream_wait.h"
#include "comm/wait.h"
#include "galen/error.h"

#include <ATen/ops/from_blob.h>
#include <c10/core/DeviceGuard.h>
#include <c10/util/Exception.h>
#include <nccl.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#include <utility>

namespace galen::comm {

namespace {

using namespace std::chrono_literals;

constexpr char kSetUp[] = "set-up of NCCL";
constexpr char kEnd[] = "end of NCCL";
constexpr auto kAbortTakes = 5s;

ncclDataType_t nccl_type(const at::Tensor& values) {
  switch (values.scalar_type()) {
    case at::kFloat:
      return ncclFloat32;
    case at::kDouble:
      return ncclFloat64;
    case at::kLong:
      return ncclInt64;
    default:
      return ncclUint8;
  }
}

ncclRedOp_t nccl_operation(Reduction reduction) {
  switch (reduction) {
    case Reduction::kSum:
      return ncclSum;
    case Reduction::kMin:
      return ncclMin;
    case Reduction::kMax:
      return ncclMax;
  }
  TORCH_CHECK(false, "unknown reduction");
}

void copy(const at::Tensor& from, at::Tensor& to) {
  if (from.const_data_ptr() != to.const_data_ptr()) to.view({to.numel()}).copy_(from.view({from.numel()}), /*non_blocking=*/true);
}

/// NCCL's communicator is non-blocking: a call may return before it is done, and finish() waits for it with a deadline. A group of one
/// rank does not use NCCL.
class NcclCommunicator final : public Communicator {
 public:
  NcclCommunicator(Communicator& host, at::Device device, std::vector<at::Tensor> registered)
      : host_(host), device_(device), registered_(std::move(registered)) {
    start();
  }

  NcclCommunicator(std::unique_ptr<Communicator> host, at::Device device) : own_host_(std::move(host)), host_(*own_host_), device_(device) {
    start();
  }

  NcclCommunicator(const NcclCommunicator&) = delete;
  NcclCommunicator& operator=(const NcclCommunicator&) = delete;

  // During an exception on this rank alone the ranks do not end together; the next wait reports a failure of this call.
  ~NcclCommunicator() override {
    try {
      if (std::uncaught_exceptions() == 0) end();
    } catch (const std::exception&) {
    }
    abort();
  }

  int rank() const override { return host_.rank(); }
  int size() const override { return host_.size(); }
  int node() const override { return host_.node(); }
  int node_rank() const override { return host_.node_rank(); }
  int node_size() const override { return host_.node_size(); }

  void set_deadline(std::chrono::milliseconds deadline) override { host_.set_deadline(deadline); }

  void check_wait(const char* operation, std::chrono::steady_clock::time_point begin) override {
    if (const ncclResult_t result = state(); result != ncclSuccess && result != ncclInProgress) fail(result, operation);
    try {
      host_.check_wait(operation, begin);
    } catch (...) {
      abort();
      throw;
    }
  }

  void barrier() override { host_.barrier(); }

  void all_reduce(at::Tensor& values, Reduction reduction) override {
    check_tensor("all_reduce", values, device_);
    if (size() == 1 || values.numel() == 0) return;
    void* address = values.mutable_data_ptr();
    queue("all_reduce", [&](cudaStream_t stream) {
      return ncclAllReduce(address, address, values.numel(), nccl_type(values), nccl_operation(reduction), nccl_, stream);
    });
  }

  void broadcast(at::Tensor& values, int root) override {
    check_tensor("broadcast", values, device_);
    check_root("broadcast", root, size());
    if (size() == 1 || values.numel() == 0) return;
    void* address = values.mutable_data_ptr();
    queue("broadcast",
          [&](cudaStream_t stream) { return ncclBroadcast(address, address, values.numel(), nccl_type(values), root, nccl_, stream); });
  }

  void all_gather(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts) override {
    check_tensor("all_gather", mine, device_);
    check_tensor("all_gather", all, device_);
    check_counts("all_gather", all, counts, size());
    TORCH_CHECK(mine.numel() == counts[rank()] && mine.scalar_type() == all.scalar_type(), "all_gather: rank ", rank(), " gives ",
                mine.numel(), " of ", mine.scalar_type(), ", and announced ", counts[rank()], " of ", all.scalar_type());
    if (size() == 1) return copy(mine, all);
    if (all.numel() == 0) return;
    queue("all_gather", [&](cudaStream_t stream) {
      const bool equal = std::adjacent_find(counts.begin(), counts.end(), std::not_equal_to()) == counts.end();
      if (!equal) return all_gather_unequal(mine, all, counts, stream);
      return ncclAllGather(mine.const_data_ptr(), all.mutable_data_ptr(), mine.numel(), nccl_type(mine), nccl_, stream);
    });
  }

  void all_to_all(const at::Tensor& outgoing, std::span<const std::int64_t> send_counts, at::Tensor& incoming,
                  std::span<const std::int64_t> receive_counts) override {
    check_tensor("all_to_all", outgoing, device_);
    check_tensor("all_to_all", incoming, device_);
    check_counts("all_to_all", outgoing, send_counts, size());
    check_counts("all_to_all", incoming, receive_counts, size());
    TORCH_CHECK(outgoing.scalar_type() == incoming.scalar_type(), "all_to_all: from ", outgoing.scalar_type(), " to ",
                incoming.scalar_type());
    TORCH_CHECK(send_counts[rank()] == receive_counts[rank()], "all_to_all: sends ", send_counts[rank()], " to itself, receives ",
                receive_counts[rank()]);
    if (size() == 1) return copy(outgoing, incoming);
    queue("all_to_all", [&](cudaStream_t stream) {
      const ncclDataType_t type = nccl_type(outgoing);
      const auto* from = static_cast<const std::byte*>(outgoing.const_data_ptr());
      auto* to = static_cast<std::byte*>(incoming.mutable_data_ptr());
      ncclGroupStart();
      for (int other = 0; other < size(); ++other) {
        if (send_counts[other] > 0) ncclSend(from, send_counts[other], type, other, nccl_, stream);
        if (receive_counts[other] > 0) ncclRecv(to, receive_counts[other], type, other, nccl_, stream);
        from += send_counts[other] * outgoing.element_size();
        to += receive_counts[other] * incoming.element_size();
      }
      return ncclGroupEnd();  // also reports failures of the calls before
    });
  }

  std::unique_ptr<Communicator> split(int colour, int key) override {
    return std::make_unique<NcclCommunicator>(host_.split(colour, key), device_);
  }

  std::shared_ptr<std::byte> share_memory(std::int64_t bytes) override { return host_.share_memory(bytes); }

 private:
  void start() {
    if (size() == 1) return;
    const c10::DeviceGuard guard(device_);
    ncclUniqueId id{};
    if (rank() == 0) finish(ncclGetUniqueId(&id), kSetUp);
    at::Tensor bytes = at::from_blob(&id, {sizeof id}, at::kByte);
    host_.broadcast(bytes, 0);

    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    finish(ncclCommInitRankConfig(&nccl_, size(), id, rank(), &config), kSetUp);
    for (const at::Tensor& memory : registered_) {
      finish(ncclCommRegister(nccl_, memory.data_ptr(), memory.nbytes(), &handles_.emplace_back()), kSetUp);
    }
  }

  // Memory must not be in use when it is freed.
  void end() {
    if (nccl_ == nullptr) return;
    const c10::DeviceGuard guard(device_);
    if (stream_) wait_for_stream(*this, *stream_, kEnd);
    for (void* handle : handles_) finish(ncclCommDeregister(nccl_, handle), kEnd);
    finish(ncclCommFinalize(nccl_), kEnd);
    ncclCommDestroy(std::exchange(nccl_, nullptr));
  }

  // NCCL frees its memory, and CUDA then waits for every kernel on the GPU, also for those of another communicator that wait for a failed
  // rank. This rank is about to end: it waits no longer than an abort normally takes.
  void abort() {
    if (nccl_ == nullptr) return;
    std::packaged_task<ncclResult_t()> task([nccl = nccl_] { return ncclCommAbort(nccl); });
    const std::future<ncclResult_t> done = task.get_future();
    std::thread(std::move(task)).detach();
    done.wait_for(kAbortTakes);
    nccl_ = nullptr;
  }

  ncclResult_t state() const {
    ncclResult_t result = ncclSuccess;
    if (nccl_ == nullptr) return result;
    const ncclResult_t asked = ncclCommGetAsyncError(nccl_, &result);
    return asked == ncclSuccess ? result : asked;
  }

  /// Waits until the call that returned `result` is done; an operation is done when it is on its stream.
  void finish(ncclResult_t result, const char* operation) {
    if (result == ncclInProgress) {
      Wait wait(is_crowded(node_size()));
      while ((result = state()) == ncclInProgress) {
        wait.poll();
        if (wait.check_is_due()) check_wait(operation, wait.begin());
      }
    }
    if (result != ncclSuccess) fail(result, operation);
  }

  [[noreturn]] void fail(ncclResult_t result, const char* operation) {
    const std::string details = ncclGetLastError(nccl_);
    abort();
    throw Error("{} failed on rank {}: NCCL says {}{}. Most often another worker has ended: look for its message.", operation, rank(),
                ncclGetErrorString(result), details.empty() ? "" : ": " + details);
  }

  /// `call` puts an operation on the given stream.
  template <typename Call>
  void queue(const char* operation, Call call) {
    TORCH_CHECK(nccl_ != nullptr, operation, ": NCCL has been aborted");
    const c10::DeviceGuard guard(device_);
    stream_ = current_stream(device_);
    finish(call(static_cast<cudaStream_t>(stream_->native_handle())), operation);
  }

  ncclResult_t all_gather_unequal(const at::Tensor& mine, at::Tensor& all, std::span<const std::int64_t> counts, cudaStream_t stream) {
    auto* part = static_cast<std::byte*>(all.mutable_data_ptr());
    ncclGroupStart();
    for (int root = 0; root < size(); ++root) {
      const void* source = root == rank() ? mine.const_data_ptr() : part;
      if (counts[root] > 0) ncclBroadcast(source, part, counts[root], nccl_type(all), root, nccl_, stream);
      part += counts[root] * all.element_size();
    }
    return ncclGroupEnd();
  }

  const std::unique_ptr<Communicator> own_host_;
  Communicator& host_;
  const at::Device device_;
  const std::vector<at::Tensor> registered_;
  std::vector<void*> handles_;  // of the registered memory
  ncclComm_t nccl_ = nullptr;
  std::optional<c10::Stream> stream_;  // of the last operation; NCCL runs a communicator's operations in order, whatever their streams
};

}  // namespace

std::unique_ptr<Communicator> make_nccl_communicator(Communicator& host, at::Device device, std::vector<at::Tensor> registered) {
  return std::make_unique<NcclCommunicator>(host, device, std::move(registered));
}

}  // namespace galen::comm
