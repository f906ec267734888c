#pragma once

#include "data/formats/import_workers.h"

#include <barrier>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace galen::test {

/// Runs `work` on so many ranks of an import, each a thread of this process. What a rank throws must be caught in `work`, as the others
/// would wait for it.
inline void run_as_workers(int size, const std::function<void(const data::ImportWorkers& workers)>& work) {
  std::barrier barrier(size);
  std::vector<std::string> texts(static_cast<std::size_t>(size));
  const auto all_gather = [&](int rank, const std::string& text) {
    texts[static_cast<std::size_t>(rank)] = text;
    barrier.arrive_and_wait();
    std::vector<std::string> all = texts;
    barrier.arrive_and_wait();
    return all;
  };
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back([&, rank] {
      data::ImportWorkers workers;
      workers.rank = rank;
      workers.size = size;
      workers.barrier = [&] { barrier.arrive_and_wait(); };
      workers.all_gather = [&, rank](const std::string& text) { return all_gather(rank, text); };
      workers.broadcast = [&, rank](const std::string& text) { return all_gather(rank, text).front(); };
      work(workers);
    });
  }
}

}  // namespace galen::test
