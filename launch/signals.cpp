#include "launch/signals.h"

#include "launch/exit_code.h"
#include "trainer/logs/rank_record.h"

#include <unistd.h>
#include <csignal>

namespace galen::launch {

namespace {

// A handler is handed nothing but the signal's number.
std::atomic<trainer::StopRequest*> watched = nullptr;

extern "C" void handle(int signal) {
  trainer::StopRequest* request = watched.load();
  if (request == nullptr) return;
  trainer::note_signal(signal);
  if (signal != SIGINT) {
    request->preempt();
  } else if (request->interrupted()) {
    _exit(kInterrupted);
  } else {
    request->interrupt();
  }
}

void handle_with(void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
}

}  // namespace

SignalWatch::SignalWatch() {
  watched = &request_;
  handle_with(handle);
}

SignalWatch::~SignalWatch() {
  handle_with(SIG_DFL);
  watched = nullptr;
}

}  // namespace galen::launch
