#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

namespace galen::data {

/// Decompressed chunks, kept for the next reader: any thread of any process that was given the same memory, so that a node holds each chunk
/// once.
///
/// A chunk that is in use stays; of the others the one goes that nobody has asked for longest (the clock algorithm, F. J. Corbató 1968).
/// Safe for threads and processes. A process that dies within a call costs the others a second and then the cache, nothing else.
class ChunkCache {
  struct Slot;
  struct Header;

 public:
  /// What is cached: `chunks` chunks of at most `chunk_bytes` each.
  struct Geometry {
    std::int64_t chunks = 0;
    std::int64_t chunk_bytes = 0;
    std::int64_t bytes() const { return chunks * chunk_bytes; }  ///< of all of them
  };

  /// Bytes of memory for a cache that holds at most `chunks_held` chunks.
  static std::int64_t memory_size(const Geometry& geometry, std::int64_t chunks_held);

  /// `memory`: memory_size(geometry, chunks_held) bytes, all zero at first or in use by a cache of another process with the same arguments.
  ChunkCache(std::shared_ptr<std::byte> memory, const Geometry& geometry, std::int64_t chunks_held);
  ~ChunkCache();

  /// A claim on a chunk, which stays where it is until the claim ends.
  class Pin {
   public:
    Pin() = default;
    ~Pin() { release(); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    void release();

   private:
    friend class ChunkCache;
    std::shared_ptr<std::byte> memory_;
    std::atomic<std::uint32_t>* users_ = nullptr;
  };

  /// Chunk number `chunk`, valid while `pin` holds it; what `pin` held before is released. Where it is not there `decode` fills its memory,
  /// and what that throws passes on. Null where there is no room, or a process died at a bad moment: then the caller decodes by itself.
  const std::byte* get(std::int64_t chunk, Pin& pin, const std::function<void(std::span<std::byte>)>& decode);

  /// Has the chunk decoded unless it is there, or somebody is at it; waits for nobody. Threads that are about to need the same chunks share
  /// out the work so.
  void fetch(std::int64_t chunk, const std::function<void(std::span<std::byte>)>& decode);

  std::int64_t chunks_held() const { return slots_; }

 private:
  Slot* claim(std::int64_t chunk, Pin& pin, bool& is_new);
  Slot* find_or_take(std::int64_t chunk, bool& is_new);
  void fill(Slot& slot, Pin& pin, const std::function<void(std::span<std::byte>)>& decode);
  std::byte* bytes_of(const Slot& slot) const;
  Slot* free_slot();
  bool lock();
  void unlock();

  std::shared_ptr<std::byte> memory_;
  std::size_t chunk_bytes_;
  std::int64_t slots_;
  Header* header_;
  std::uint32_t* slot_of_chunk_;  ///< its number + 1; 0: the chunk is not there
  Slot* slot_;
  std::byte* chunk_;  ///< of the first slot
};

}  // namespace galen::data
