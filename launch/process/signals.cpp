#include "launch/process/signals.h"

#include "launch/process/exit_code.h"
#include "trainer/logs/rank_record.h"

#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <initializer_list>
#include <string_view>

namespace galen::launch {

namespace {

// A global, as a handler gets only the signal's number.
std::atomic<trainer::StopRequest*> request_of_process = nullptr;
std::atomic<bool> is_speaker = false;

void say(std::string_view text) {
  if (is_speaker && write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(kFailed);
}

extern "C" void handle(int signal) {
  const int saved_errno = errno;
  trainer::StopRequest* request = request_of_process.load();
  if (request == nullptr) return;
  if (signal != SIGINT && request->preempted()) return;  // a scheduler sends a warning, then SIGTERM: the first one has taken effect
  trainer::note_signal(signal);
  const int exit_code = signal == SIGINT ? kInterrupted : kPreempted;
  const bool second_interrupt = signal == SIGINT && request->interrupted();
  if (signal == SIGINT) {
    request->interrupt();
  } else {
    request->preempt();
  }
  if (!request->watched()) {
    say("\ngalen: ended at once, because no training was in progress. Checkpoints are unchanged.\n");
    _exit(exit_code);
  }
  if (second_interrupt) {
    say("\ngalen: ended at once by the second Ctrl-C. The newest checkpoint is an earlier one.\n");
    _exit(exit_code);
  }
  errno = saved_errno;
}

void handle_with(void (*handler)(int), std::initializer_list<int> signals) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : signals) sigaction(signal, &action, nullptr);
}

// nohup ignores the signal, and this must not change.
bool hangup_is_ignored() {
  struct sigaction before = {};
  return sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
}

}  // namespace

SignalWatch::SignalWatch(bool speaks) {
  is_speaker = speaks;
  request_of_process = &request_;
  handle_with(handle, {SIGINT, SIGTERM, SIGUSR1});
  if (!hangup_is_ignored()) handle_with(handle, {SIGHUP});
}

SignalWatch::~SignalWatch() {
  handle_with(SIG_IGN, {SIGTERM, SIGUSR1, SIGHUP});
  handle_with(SIG_DFL, {SIGINT});
  request_of_process = nullptr;
}

}  // namespace galen::launch
