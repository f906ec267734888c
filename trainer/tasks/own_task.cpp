#include "trainer/tasks/own_task.h"

#include "galen/error.h"
#include "trainer/tasks/task_options.h"

namespace galen::trainer {

TaskOptions with_own_task(TaskOptions saved, const OwnTask& own, const std::string& where) {
  if (saved.own.name == own.name) {
    saved.own = own;
    return saved;
  }
  if (own.name.empty()) {
    throw UsageError("{}: its task, '{}', is a program's own, which galen's commands cannot make. Apply it in a program that passes it.",
                     where, saved.own.name);
  }
  throw UsageError(
      "{}: its task is {}, and the one that is passed is '{}'. Pass the task that the model was trained for.", where,
      saved.own.name.empty() ? fmt::format("{}, one of galen's", galen::name_of(saved.kind)) : fmt::format("'{}'", saved.own.name),
      own.name);
}

}  // namespace galen::trainer
