#pragma once

#include <sys/types.h>

#include <string>

namespace galen {

/// Files that the program names itself, in the folder of a run: somebody who may write there could have put a link or a FIFO in their
/// place.

/// open(), which follows no link at `path` and opens nothing but a file: where there is something else, -1 with errno ELOOP. Does not wait.
int open_own(const std::string& path, int flags, mode_t mode = 0644) noexcept;

/// Whether an open file still is the one that has the name: it may have been removed, or moved away.
bool is_at(int descriptor, const std::string& path) noexcept;

/// Why it failed, as a phrase.
std::string reason_of(int error);

/// Throws galen::Error where something else than a file stands at `path`.
void expect_own_file(const std::string& path);

}  // namespace galen
