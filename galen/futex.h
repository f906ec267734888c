#pragma once

#include <atomic>
#include <cstdint>

namespace galen {

/// Waits for a word of memory to change, including memory that processes share: std::atomic's wait() works only within one process.
///

/// Sleeps until wake_all(word), at most 100 ms. Returns at once where `word` differs from `seen`.
void sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t seen);
void wake_all(const std::atomic<std::uint32_t>& word);

}  // namespace galen
