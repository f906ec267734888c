#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <queue>
#include <stop_token>
#include <thread>

namespace galen::trainer {

/// Runs tasks one after the other, on a separate thread.
class TaskThread {
 public:
  /// Receives a token that tells a waiting task that its result is not needed.
  using Task = std::function<void(const std::stop_token&)>;

  TaskThread();

  /// Ends after the current task.
  ~TaskThread() = default;

  void push(Task task);

  /// Waits until all tasks are done. Rethrows the first exception; the tasks after it were skipped.
  void wait();

 private:
  void run(const std::stop_token& stop);
  void end_task(std::exception_ptr failure);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::queue<Task> tasks_;  // the first is running
  std::exception_ptr failure_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace galen::trainer
