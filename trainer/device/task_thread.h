#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <queue>
#include <stop_token>
#include <thread>

namespace galen::trainer {

/// Runs tasks one after the other, on a thread of its own.
class TaskThread {
 public:
  /// Gets a token by which a task that waits can tell that nobody needs it any more.
  using Task = std::function<void(const std::stop_token&)>;

  TaskThread();

  /// Ends after the task under way.
  ~TaskThread() = default;

  void push(Task task);

  /// Until all tasks are done. Rethrows what the first of them threw; those after it were left out.
  void wait();

 private:
  void run(const std::stop_token& stop);
  void end_task(std::exception_ptr failure);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::queue<Task> tasks_;  // the first is under way
  std::exception_ptr failure_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace galen::trainer
