// The effect of signals on a program that watches them; each test runs in a separate process, whose end is checked.

#include "launch/process/signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace galen::launch {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

constexpr int kSurvived = 42;

TEST(SignalWatchDeathTest, EndsTheProgramIfRequestsAreNotWatched) {
  for (const auto& [signal, code] : {std::pair(SIGTERM, 75), std::pair(SIGUSR1, 75), std::pair(SIGHUP, 75), std::pair(SIGINT, 130)}) {
    const auto ended = [signal = signal] {
      const SignalWatch signals(/*speaks=*/true);
      raise(signal);
      _exit(kSurvived);
    };
    EXPECT_EXIT(ended(), ExitedWithCode(code), "no training was in progress");
  }
}

TEST(SignalWatchDeathTest, LeavesAHangUpIgnoredThatNohupIgnores) {
  const auto hung_up = [] {
    std::signal(SIGHUP, SIG_IGN);
    const SignalWatch signals(/*speaks=*/true);
    raise(SIGHUP);
    _exit(kSurvived);
  };
  EXPECT_EXIT(hung_up(), ExitedWithCode(kSurvived), "^$");
}

TEST(SignalWatchDeathTest, AWatchedRequestIsMadeOnce) {
  const auto warned_and_then_terminated = [] {
    SignalWatch signals(/*speaks=*/true);
    {
      const trainer::StopRequest::Watch watch(signals.request());
      raise(SIGUSR1);
    }
    raise(SIGTERM);
    raise(SIGUSR1);
    _exit(signals.request().preempted() ? kSurvived : 0);
  };
  EXPECT_EXIT(warned_and_then_terminated(), ExitedWithCode(kSurvived), "^$");
}

TEST(SignalWatchDeathTest, WhatASchedulerSendsWhileTheProgramEndsIsIgnored) {
  const auto terminated_late = [] {
    { const SignalWatch signals(/*speaks=*/true); }
    raise(SIGTERM);
    raise(SIGUSR1);
    _exit(kSurvived);
  };
  EXPECT_EXIT(terminated_late(), ExitedWithCode(kSurvived), "^$");
}

TEST(SignalWatchDeathTest, CtrlCEndsTheProgramThen) {
  const auto interrupted_late = [] {
    { const SignalWatch signals(/*speaks=*/true); }
    raise(SIGINT);
  };
  EXPECT_EXIT(interrupted_late(), KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace galen::launch
