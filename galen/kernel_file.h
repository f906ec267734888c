#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// Numbers in the kernel's text files, such as those in /proc and in /sys/fs/cgroup.

/// The first word of a file. Nothing where the file is absent, or the word is no number, such as "max".
std::optional<std::int64_t> number_in(const std::string& file);

/// Of a file with lines such as "MemTotal:  1024 kB", "anon 1": the number after `name`. Nothing where no line has it.
std::optional<std::int64_t> number_after(const std::string& file, const std::string& name);

}  // namespace galen
