#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace galen {

/// XXH3-128 over what is added, in order. Each call adds its length too, so that neighbours cannot run into each other.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(const std::string& text);
  void add(std::span<const std::int64_t> numbers);
  void add(const at::Tensor& values);                   ///< contiguous, on the CPU; the elements alone
  void add_bytes(const void* bytes, std::size_t size);  ///< without its length: the parts of one long run

  std::string hex() const;  ///< 32 digits

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace galen
