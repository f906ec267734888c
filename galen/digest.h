#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace galen {

/// XXH3-128 over the added values, in order. Each call also adds its length, so that adjacent values cannot be confused.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(const std::string& text);
  void add(std::span<const std::int64_t> numbers);
  void add(const at::Tensor& values);                   ///< contiguous, on the CPU; the elements alone
  void add_bytes(const void* bytes, std::size_t size);  ///< without its length: for the parts of one long value

  std::string hex() const;  ///< 32 digits

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace galen
