#include "trainer/device/task_thread.h"

#include <utility>

namespace galen::trainer {

TaskThread::TaskThread() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

void TaskThread::push(Task task) {
  const std::lock_guard lock(mutex_);
  if (failure_) return;
  tasks_.push(std::move(task));
  changed_.notify_all();
}

void TaskThread::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return tasks_.empty(); });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void TaskThread::run(const std::stop_token& stop) {
  for (;;) {
    const Task* task = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !tasks_.empty(); });
      if (stop.stop_requested()) return;
      task = &tasks_.front();  // its address is stable while others are pushed
    }
    std::exception_ptr failure;
    try {
      (*task)(stop);
    } catch (...) {
      failure = std::current_exception();
    }
    end_task(failure);
  }
}

void TaskThread::end_task(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  tasks_.pop();
  if (failure) {
    failure_ = std::move(failure);
    tasks_ = {};
  }
  changed_.notify_all();
}

}  // namespace galen::trainer
