#include "data/reading/chunk_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace galen::data {
namespace {

constexpr ChunkCache::Geometry kGeometry = {.chunks = 40, .chunk_bytes = 1000};

// As the kernel gives it to several processes: all zero.
std::shared_ptr<std::byte> shared_memory(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return {static_cast<std::byte*>(memory), [size](std::byte* begin) { ::munmap(begin, size); }};
}

ChunkCache cache_of(std::int64_t chunks) { return {shared_memory(ChunkCache::memory_size(kGeometry, chunks)), kGeometry, chunks}; }

// What chunk number `chunk` holds.
void fill(std::int64_t chunk, std::span<std::byte> bytes) { std::memset(bytes.data(), static_cast<int>(chunk + 1), bytes.size()); }

bool holds(const std::byte* bytes, std::int64_t chunk) {
  return bytes != nullptr && std::all_of(bytes, bytes + kGeometry.chunk_bytes, [&](std::byte b) { return b == std::byte(chunk + 1); });
}

TEST(ChunkCache, DecodesWhatItHoldsOnce) {
  ChunkCache cache = cache_of(40);
  std::vector<int> decoded(40);
  for (int round = 0; round < 3; ++round) {
    for (std::int64_t chunk = 0; chunk < 40; ++chunk) {
      ChunkCache::Pin pin;
      EXPECT_TRUE(holds(cache.get(chunk, pin,
                                  [&](std::span<std::byte> bytes) {
                                    ++decoded[static_cast<std::size_t>(chunk)];
                                    fill(chunk, bytes);
                                  }),
                        chunk));
    }
  }
  EXPECT_THAT(decoded, testing::Each(1));
}

TEST(ChunkCache, ForgetsWhatNobodyAskedForLongest) {
  ChunkCache cache = cache_of(3);
  std::vector<std::int64_t> decoded;
  const auto ask = [&](std::int64_t chunk) {
    ChunkCache::Pin pin;
    EXPECT_TRUE(holds(cache.get(chunk, pin,
                                [&](std::span<std::byte> bytes) {
                                  decoded.push_back(chunk);
                                  fill(chunk, bytes);
                                }),
                      chunk));
  };
  for (const std::int64_t chunk : {0, 1, 2, 3, 1, 2, 3}) ask(chunk);
  EXPECT_THAT(decoded, testing::ElementsAre(0, 1, 2, 3));
}

TEST(ChunkCache, KeepsWhatIsInUseAndSaysWhenThereIsNoRoom) {
  ChunkCache cache = cache_of(2);
  ChunkCache::Pin first, second, third;
  const std::byte* zero = cache.get(0, first, [](std::span<std::byte> bytes) { fill(0, bytes); });
  cache.get(1, second, [](std::span<std::byte> bytes) { fill(1, bytes); });
  EXPECT_EQ(cache.get(2, third, [](std::span<std::byte>) { ADD_FAILURE() << "there is no room"; }), nullptr);
  second.release();
  EXPECT_TRUE(holds(cache.get(2, third, [](std::span<std::byte> bytes) { fill(2, bytes); }), 2));
  EXPECT_TRUE(holds(zero, 0));
}

TEST(ChunkCache, IsAsBeforeAfterADecoderFailed) {
  ChunkCache cache = cache_of(1);
  ChunkCache::Pin pin;
  EXPECT_THROW(cache.get(5, pin, [](std::span<std::byte>) { throw std::runtime_error("damaged"); }), std::runtime_error);
  EXPECT_TRUE(holds(cache.get(5, pin, [](std::span<std::byte> bytes) { fill(5, bytes); }), 5));
}

TEST(ChunkCache, GivesManyThreadsTheRightChunks) {
  ChunkCache cache = cache_of(10);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      unsigned state = t + 1;
      ChunkCache::Pin pin;
      for (int i = 0; i < 3000; ++i) {
        state = state * 1664525 + 1013904223;
        const std::int64_t chunk = (state >> 16) % 40;
        const std::byte* bytes = cache.get(chunk, pin, [&](std::span<std::byte> into) { fill(chunk, into); });
        wrong += bytes != nullptr && !holds(bytes, chunk);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(ChunkCache, IsOneForAllProcessesOfANode) {
  const std::int64_t held = 40;
  const auto memory = shared_memory(ChunkCache::memory_size(kGeometry, held));
  const auto decoded = shared_memory(sizeof(std::atomic<int>));
  auto& count = *reinterpret_cast<std::atomic<int>*>(decoded.get());
  std::vector<pid_t> children;
  for (int process = 0; process < 3; ++process) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    ChunkCache cache(memory, kGeometry, held);
    bool good = true;
    for (std::int64_t i = 0; i < 200; ++i) {
      const std::int64_t chunk = (i * 7 + process) % 40;
      ChunkCache::Pin pin;
      good = good && holds(cache.get(chunk, pin,
                                     [&](std::span<std::byte> bytes) {
                                       ++count;
                                       fill(chunk, bytes);
                                     }),
                           chunk);
    }
    std::_Exit(good ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(count, 40);
}

}  // namespace
}  // namespace galen::data
