#include "tests/comm/pretended_nccl.h"

#include <nccl.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace {

using Bytes = std::vector<char>;

std::mutex mutex;  // of all that follows
galen::test::PretendedNccl seen;
bool is_broken = false;
int ids = 0;

/// What the ranks of a communicator have given and not yet taken.
struct Group {
  std::map<std::size_t, std::map<int, Bytes>> collectives;    // by number, then rank
  std::map<std::pair<int, int>, std::deque<Bytes>> messages;  // by sender and receiver
};
std::map<std::string, std::shared_ptr<Group>> groups;

thread_local int depth = 0;
thread_local std::vector<std::pair<ncclComm_t, std::function<void()>>> postponed;

std::size_t size_of(ncclDataType_t type) { return type == ncclUint8 ? 1 : type == ncclFloat32 ? 4 : 8; }

Bytes copy_of(const void* data, std::size_t bytes) {
  const auto* begin = static_cast<const char*>(data);
  return {begin, begin + bytes};
}

template <typename Element>
void reduce(Bytes& left, const Bytes& right, ncclRedOp_t operation) {
  auto* out = reinterpret_cast<Element*>(left.data());
  const auto* in = reinterpret_cast<const Element*>(right.data());
  for (std::size_t i = 0; i < left.size() / sizeof(Element); ++i) {
    out[i] = operation == ncclSum   ? static_cast<Element>(out[i] + in[i])
             : operation == ncclMin ? std::min(out[i], in[i])
                                    : std::max(out[i], in[i]);
  }
}

void reduce(Bytes& left, const Bytes& right, ncclDataType_t type, ncclRedOp_t operation) {
  if (type == ncclFloat32) reduce<float>(left, right, operation);
  if (type == ncclFloat64) reduce<double>(left, right, operation);
  if (type == ncclInt64) reduce<std::int64_t>(left, right, operation);
  if (type == ncclUint8) reduce<std::uint8_t>(left, right, operation);
}

}  // namespace

struct ncclComm {
  std::shared_ptr<Group> group;
  int rank = 0;
  int size = 0;
  std::size_t collectives = 0;
  std::deque<std::function<bool()>> pending;  // each until it returns true

  /// Gives `mine`; when all ranks have given, `take` gets what they gave, by rank.
  void meet(Bytes mine, std::function<void(std::map<int, Bytes>&)> take) {
    std::map<int, Bytes>& given = group->collectives[collectives++];
    given[rank] = std::move(mine);
    pending.emplace_back([this, &given, take = std::move(take)] {
      if (static_cast<int>(given.size()) < size) return false;
      take(given);
      return true;
    });
  }
};

namespace {

/// Carries `call` out now, or at the group's end.
ncclResult_t post(ncclComm_t comm, std::function<void()> call) {
  const std::lock_guard lock(mutex);
  if (!comm->pending.empty()) return ncclInvalidArgument;  // as NCCL: the last one has not been waited for
  if (depth > 0) {
    postponed.emplace_back(comm, std::move(call));
    return ncclSuccess;
  }
  call();
  return ncclInProgress;
}

}  // namespace

namespace galen::test {

PretendedNccl look_at_pretended_nccl() {
  const std::lock_guard lock(mutex);
  return seen;
}

void break_pretended_nccl(bool broken) {
  const std::lock_guard lock(mutex);
  is_broken = broken;
}

}  // namespace galen::test

extern "C" {

ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  const std::lock_guard lock(mutex);
  std::strcpy(id->internal, std::to_string(++ids).c_str());
  return ncclSuccess;
}

ncclResult_t ncclCommInitRankConfig(ncclComm_t* comm, int size, ncclUniqueId id, int rank, ncclConfig_t* config) {
  if (config->blocking != 0) return ncclInvalidArgument;
  const std::lock_guard lock(mutex);
  auto& group = groups[id.internal];
  if (group == nullptr) group = std::make_shared<Group>();
  *comm = new ncclComm{.group = group, .rank = rank, .size = size, .pending = {}};
  (*comm)->meet({}, [](auto&) {});
  ++seen.living;
  return ncclInProgress;
}

ncclResult_t ncclCommGetAsyncError(ncclComm_t comm, ncclResult_t* error) {
  const std::lock_guard lock(mutex);
  *error = is_broken ? ncclRemoteError : comm->pending.empty() ? ncclSuccess : ncclInProgress;
  if (!comm->pending.empty() && comm->pending.front()()) comm->pending.pop_front();
  return ncclSuccess;
}

ncclResult_t ncclCommFinalize(ncclComm_t comm) {
  return post(comm, [comm] { comm->meet({}, [](auto&) {}); });
}

ncclResult_t ncclCommDestroy(ncclComm_t comm) {
  const std::lock_guard lock(mutex);
  --seen.living;
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclCommAbort(ncclComm_t comm) {
  ncclCommDestroy(comm);
  const std::lock_guard lock(mutex);
  ++seen.aborted;
  return ncclSuccess;
}

ncclResult_t ncclCommRegister(ncclComm_t, void* begin, std::size_t, void** handle) {
  const std::lock_guard lock(mutex);
  ++seen.registered;
  *handle = begin;
  return ncclSuccess;
}

ncclResult_t ncclCommDeregister(ncclComm_t, void*) {
  const std::lock_guard lock(mutex);
  --seen.registered;
  return ncclSuccess;
}

const char* ncclGetErrorString(ncclResult_t result) { return result == ncclRemoteError ? "remote error" : "another error"; }
const char* ncclGetLastError(ncclComm_t) { return "the wire is cut"; }

ncclResult_t ncclGroupStart() {
  ++depth;
  return ncclSuccess;
}

ncclResult_t ncclGroupEnd() {
  if (--depth > 0 || postponed.empty()) return ncclSuccess;
  const std::lock_guard lock(mutex);
  for (const auto& [comm, call] : std::exchange(postponed, {})) call();
  return ncclInProgress;
}

ncclResult_t ncclAllReduce(const void* from, void* to, std::size_t count, ncclDataType_t type, ncclRedOp_t operation, ncclComm_t comm,
                           cudaStream_t) {
  return post(comm, [=] {
    comm->meet(copy_of(from, count * size_of(type)), [=](std::map<int, Bytes>& given) {
      Bytes result = given[0];
      for (int r = 1; r < comm->size; ++r) reduce(result, given[r], type, operation);
      std::memcpy(to, result.data(), result.size());
    });
  });
}

ncclResult_t ncclBroadcast(const void* from, void* to, std::size_t count, ncclDataType_t type, int root, ncclComm_t comm, cudaStream_t) {
  return post(comm, [=] {
    comm->meet(comm->rank == root ? copy_of(from, count * size_of(type)) : Bytes{},
               [=](std::map<int, Bytes>& given) { std::memcpy(to, given[root].data(), given[root].size()); });
  });
}

ncclResult_t ncclAllGather(const void* from, void* to, std::size_t count, ncclDataType_t type, ncclComm_t comm, cudaStream_t) {
  return post(comm, [=] {
    comm->meet(copy_of(from, count * size_of(type)), [=](std::map<int, Bytes>& given) {
      for (int r = 0; r < comm->size; ++r) std::memcpy(static_cast<char*>(to) + r * given[r].size(), given[r].data(), given[r].size());
    });
  });
}

ncclResult_t ncclSend(const void* from, std::size_t count, ncclDataType_t type, int peer, ncclComm_t comm, cudaStream_t) {
  return post(comm, [=] { comm->group->messages[{comm->rank, peer}].push_back(copy_of(from, count * size_of(type))); });
}

ncclResult_t ncclRecv(void* to, std::size_t count, ncclDataType_t type, int peer, ncclComm_t comm, cudaStream_t) {
  return post(comm, [=] {
    comm->pending.emplace_back([=] {
      auto& messages = comm->group->messages[{peer, comm->rank}];
      if (messages.empty() || messages.front().size() != count * size_of(type)) return false;
      std::memcpy(to, messages.front().data(), messages.front().size());
      messages.pop_front();
      return true;
    });
  });
}

}  // extern "C"
