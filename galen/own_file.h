#pragma once

#include <sys/types.h>

#include <string>

namespace galen {

/// Files that the program names itself, in the folder of a run: another user with write access could have put a link or a FIFO in their
/// place.

/// open() for regular files only; does not follow a link at `path` and does not block. For anything else: -1 with errno ELOOP.
int open_own(const std::string& path, int flags, mode_t mode = 0644) noexcept;

/// Whether an open file still has that name: it may have been removed or renamed.
bool is_at(int descriptor, const std::string& path) noexcept;

/// The reason of a failure, as a phrase.
std::string reason_of(int error);

/// Throws galen::Error if `path` is not a regular file.
void expect_own_file(const std::string& path);

}  // namespace galen
