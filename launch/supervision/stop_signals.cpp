#include "launch/supervision/stop_signals.h"

#include "galen/error.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace galen::launch {

StopSignals::StopSignals() {
  sigset_t watched;
  sigemptyset(&watched);
  for (const int number : {SIGINT, SIGTERM, SIGUSR1, SIGHUP, SIGCHLD}) sigaddset(&watched, number);
  // nohup ignores the signal; blocking it would make it visible.
  struct sigaction before = {};
  if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) sigdelset(&watched, SIGHUP);
  sigprocmask(SIG_BLOCK, &watched, nullptr);
  file_ = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
  if (file_ < 0) throw Error("Signals cannot be watched: {}.", std::strerror(errno));
}

StopSignals::~StopSignals() { close(file_); }

bool StopSignals::read() {
  bool any = false;
  signalfd_siginfo info{};
  while (::read(file_, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGCHLD) continue;
    if (!first_) first_ = number;
    if (number == SIGINT) ++interrupts_;
    any = true;
  }
  return any;
}

}  // namespace galen::launch
