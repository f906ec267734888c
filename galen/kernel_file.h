#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// Numbers in the kernel's text files, such as those in /proc and in /sys/fs/cgroup.

/// The first word of a file. Empty if the file is missing, or the word is not a number, such as "max".
std::optional<std::int64_t> number_in(const std::string& file);

/// The number after `name` in a file with lines such as "MemTotal:  1024 kB", "anon 1". Empty if no line has it.
std::optional<std::int64_t> number_after(const std::string& file, const std::string& name);

}  // namespace galen
