#include "data/reading/chunk_cache.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <thread>
#include <utility>

namespace galen::data {

namespace {

constexpr std::size_t kCacheLine = 64;
constexpr auto kPatience = std::chrono::seconds(1);

std::size_t padded(std::size_t bytes) { return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine; }

// Waits for another thread or process; false where it does not come within kPatience.
template <typename Condition>
bool wait_until(Condition condition) {
  for (int spin = 0; spin < 1000; ++spin) {
    if (condition()) return true;
  }
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
  return true;
}

}  // namespace

// All zero is an empty cache.
struct ChunkCache::Header {
  std::atomic<std::uint32_t> locked;
  std::uint32_t hand;  // of the clock
};

struct ChunkCache::Slot {
  std::uint32_t chunk;  // its number + 1; 0: the slot is free
  bool asked_for;       // since the hand passed
  std::atomic<bool> is_ready;
  std::atomic<std::uint32_t> users;
};

std::int64_t ChunkCache::memory_size(const Geometry& geometry, std::int64_t chunks_held) {
  const auto held = static_cast<std::size_t>(chunks_held);
  return static_cast<std::int64_t>(padded(sizeof(Header)) + padded(static_cast<std::size_t>(geometry.chunks) * sizeof(std::uint32_t)) +
                                   padded(held * sizeof(Slot)) + held * padded(static_cast<std::size_t>(geometry.chunk_bytes)));
}

ChunkCache::ChunkCache(std::shared_ptr<std::byte> memory, const Geometry& geometry, std::int64_t chunks_held)
    : memory_(std::move(memory)), chunk_bytes_(static_cast<std::size_t>(geometry.chunk_bytes)), slots_(chunks_held) {
  TORCH_CHECK(chunks_held > 0 && geometry.chunks > 0, "a cache of nothing");
  static_assert(std::atomic<std::uint32_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);
  std::byte* next = memory_.get();
  header_ = reinterpret_cast<Header*>(next);
  next += padded(sizeof(Header));
  slot_of_chunk_ = reinterpret_cast<std::uint32_t*>(next);
  next += padded(static_cast<std::size_t>(geometry.chunks) * sizeof(std::uint32_t));
  slot_ = reinterpret_cast<Slot*>(next);
  chunk_ = next + padded(static_cast<std::size_t>(slots_) * sizeof(Slot));
}

ChunkCache::~ChunkCache() = default;

void ChunkCache::Pin::release() {
  if (users_ != nullptr) users_->fetch_sub(1, std::memory_order_release);
  users_ = nullptr;
  memory_.reset();
}

const std::byte* ChunkCache::get(std::int64_t chunk, Pin& pin, const std::function<void(std::span<std::byte>)>& decode) {
  bool is_new = false;
  Slot* slot = claim(chunk, pin, is_new);
  if (slot == nullptr) return nullptr;
  if (is_new) {
    fill(*slot, pin, decode);
  } else if (!wait_until([slot] { return slot->is_ready.load(std::memory_order_acquire); })) {
    pin.release();
    return nullptr;
  }
  return bytes_of(*slot);
}

void ChunkCache::fetch(std::int64_t chunk, const std::function<void(std::span<std::byte>)>& decode) {
  Pin pin;
  bool is_new = false;
  Slot* slot = claim(chunk, pin, is_new);
  if (slot != nullptr && is_new) fill(*slot, pin, decode);
}

ChunkCache::Slot* ChunkCache::claim(std::int64_t chunk, Pin& pin, bool& is_new) {
  pin.release();
  if (!lock()) return nullptr;
  Slot* slot = find_or_take(chunk, is_new);
  if (slot != nullptr) {
    slot->asked_for = true;
    slot->users.fetch_add(1, std::memory_order_relaxed);
    pin.memory_ = memory_;
    pin.users_ = &slot->users;
  }
  unlock();
  return slot;
}

void ChunkCache::fill(Slot& slot, Pin& pin, const std::function<void(std::span<std::byte>)>& decode) {
  try {
    decode({bytes_of(slot), chunk_bytes_});
  } catch (...) {
    if (lock()) {
      slot_of_chunk_[slot.chunk - 1] = 0;
      slot.chunk = 0;  // a process that waits for it no longer does
      unlock();
    }
    pin.release();
    throw;
  }
  slot.is_ready.store(true, std::memory_order_release);
}

std::byte* ChunkCache::bytes_of(const Slot& slot) const { return chunk_ + static_cast<std::size_t>(&slot - slot_) * padded(chunk_bytes_); }

// The lock is held.
ChunkCache::Slot* ChunkCache::find_or_take(std::int64_t chunk, bool& is_new) {
  std::uint32_t& number = slot_of_chunk_[chunk];
  if (number != 0) return &slot_[number - 1];
  Slot* slot = free_slot();
  if (slot == nullptr) return nullptr;
  if (slot->chunk != 0) slot_of_chunk_[slot->chunk - 1] = 0;
  slot->chunk = static_cast<std::uint32_t>(chunk + 1);
  slot->is_ready.store(false, std::memory_order_relaxed);
  number = static_cast<std::uint32_t>(slot - slot_ + 1);
  is_new = true;
  return slot;
}

// Two turns of the hand find a slot unless all are in use.
ChunkCache::Slot* ChunkCache::free_slot() {
  for (std::int64_t i = 0; i < 2 * slots_; ++i) {
    Slot& slot = slot_[header_->hand];
    header_->hand = (header_->hand + 1) % static_cast<std::uint32_t>(slots_);
    if (slot.users.load(std::memory_order_acquire) == 0 && !std::exchange(slot.asked_for, false)) return &slot;
  }
  return nullptr;
}

bool ChunkCache::lock() {
  return wait_until([this] {
    std::uint32_t open = 0;
    return header_->locked.compare_exchange_weak(open, 1, std::memory_order_acquire, std::memory_order_relaxed);
  });
}

void ChunkCache::unlock() { header_->locked.store(0, std::memory_order_release); }

}  // namespace galen::data
