#include "data/files/reading_file.h"

#include <gtest/gtest.h>

#include <csignal>

namespace galen::data {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

const std::string kFile = "/data/chest.h5";

TEST(ReadingFileDeathTest, ACrashIsASentenceThatNamesTheFile) {
  const auto crash = [](int signal) {
    explain_crashes();
    const ReadingFile reading(kFile);
    std::raise(signal);
  };
  EXPECT_EXIT(crash(SIGSEGV), ExitedWithCode(1), "galen: /data/chest.h5: the file is damaged");
  EXPECT_EXIT(crash(SIGABRT), ExitedWithCode(1), "galen: /data/chest.h5: the file is damaged");
  EXPECT_EXIT(crash(SIGBUS), ExitedWithCode(1), "galen: /data/chest.h5: the file was cut short");
}

TEST(ReadingFileDeathTest, TheInnermostFileIsNamed) {
  const auto crash = [] {
    explain_crashes();
    const std::string other = "/data/other.h5";
    const ReadingFile outer(other);
    { const ReadingFile inner(other); }
    const ReadingFile reading(kFile);
    std::raise(SIGSEGV);
  };
  EXPECT_EXIT(crash(), ExitedWithCode(1), "galen: /data/chest.h5:");
}

TEST(ReadingFileDeathTest, ACrashElsewhereGoesToWhoeverHandledItBefore) {
  const auto crash = [] {
    std::signal(SIGSEGV, SIG_DFL);  // a sanitizer's own handler apart
    explain_crashes();
    explain_crashes();
    { const ReadingFile reading(kFile); }
    std::raise(SIGSEGV);
    std::raise(SIGSEGV);
  };
  EXPECT_EXIT(crash(), KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace galen::data
