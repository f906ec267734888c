#include "data/files/reading_file.h"

#include "data/hdf5/in_library.h"
#include "data/reading/mapped_file.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace galen::data {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

const std::string kFile = "/data/chest.h5";

// A crash as the processor reports it.
void follow_wild_pointer() {
  volatile int* volatile wild = reinterpret_cast<int*>(16);
  *wild = 1;
}

// Whatever a sanitizer or an earlier test has set apart.
void expect_crashes_to_kill() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT}) std::signal(signal, SIG_DFL);
  explain_crashes();
  explain_crashes();
}

TEST(ReadingFileDeathTest, ACrashOfTheLibraryIsASentenceThatNamesTheFile) {
  const auto crash = [](void (*how)()) {
    expect_crashes_to_kill();
    const ReadingFile reading(kFile);
    const hdf5::InLibrary in_library;
    how();
  };
  EXPECT_EXIT(crash(follow_wild_pointer), ExitedWithCode(1), "galen: /data/chest.h5: the file is damaged");
  EXPECT_EXIT(crash(std::abort), ExitedWithCode(1), "galen: /data/chest.h5: the file is damaged");
}

TEST(ReadingFileDeathTest, ACrashOfOurOwnCodeIsNotBlamedOnTheFile) {
  const auto crash = [] {
    expect_crashes_to_kill();
    const ReadingFile reading(kFile);
    { const hdf5::InLibrary over; }
    follow_wild_pointer();
  };
  EXPECT_EXIT(crash(), KilledBySignal(SIGSEGV), "");
}

TEST(ReadingFileDeathTest, WhatSomebodySendsIsNoCrash) {
  const auto sent = [](int signal) {
    expect_crashes_to_kill();
    const ReadingFile reading(kFile);
    const hdf5::InLibrary in_library;
    ::kill(::getpid(), signal);
  };
  EXPECT_EXIT(sent(SIGSEGV), KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(sent(SIGBUS), KilledBySignal(SIGBUS), "");
}

TEST(ReadingFileDeathTest, AFileThatIsCutShortIsNamedWhoeverReadsIt) {
  const test::TemporaryFolder folder;
  const std::string cut = folder.write("cut.h5", std::string(3 * 65536, 'x'));
  const auto read_its_end = [&] {
    expect_crashes_to_kill();
    const MappedFile file(cut);
    std::filesystem::resize_file(cut, 65536);
    const ReadingFile other(kFile);  // is read meanwhile
    std::thread reader([&] { EXPECT_EQ(file.bytes().back(), std::byte{'x'}); });
    reader.join();
  };
  EXPECT_EXIT(read_its_end(), ExitedWithCode(1), "cut.h5: the file was cut short");
}

TEST(ReadingFile, EachThreadThatReadsHasAStackForHandlers) {
  std::thread reader([] {
    const ReadingFile reading(kFile);
    stack_t stack = {};
    ASSERT_EQ(::sigaltstack(nullptr, &stack), 0);
    EXPECT_EQ(stack.ss_flags & SS_DISABLE, 0);
    EXPECT_GE(stack.ss_size, std::size_t{1} << 15);
  });
  reader.join();
}

TEST(ReadingFileDeathTest, TheInnermostFileIsNamed) {
  const auto crash = [] {
    expect_crashes_to_kill();
    const std::string other = "/data/other.h5";
    const ReadingFile outer(other);
    { const ReadingFile inner(other); }
    const ReadingFile reading(kFile);
    const hdf5::InLibrary in_library;
    follow_wild_pointer();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(1), "galen: /data/chest.h5:");
}

TEST(ReadingFileDeathTest, ACrashElsewhereGoesToWhoeverHandledItBefore) {
  const auto crash = [] {
    expect_crashes_to_kill();
    { const ReadingFile reading(kFile); }
    const hdf5::InLibrary in_library;
    follow_wild_pointer();
  };
  EXPECT_EXIT(crash(), KilledBySignal(SIGSEGV), "");
}

}  // namespace
}  // namespace galen::data
