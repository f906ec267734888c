#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What a fuzz target is: NAME_fuzz.cpp defines both. It is built twice: with driver.cpp, which mutates the seeds itself, and, where clang
/// has it, with libFuzzer, which follows the branches that inputs take.

/// Hands the bytes to one of our parsers. An input is refused by galen::Error; anything else that is thrown is a finding, as is a crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace galen::test {

/// Sound inputs to start from.
std::vector<std::string> fuzz_seeds();

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) { return {reinterpret_cast<const char*>(data), size}; }

}  // namespace galen::test
