#include "galen/digest.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace galen {

struct Digest::State {
  XXH3_state_t* hash = XXH3_createState();
  ~State() { XXH3_freeState(hash); }
};

Digest::Digest() : state_(std::make_unique<State>()) { XXH3_128bits_reset(state_->hash); }

Digest::~Digest() = default;

void Digest::add_bytes(const void* bytes, std::size_t size) { XXH3_128bits_update(state_->hash, bytes, size); }

void Digest::add(const std::string& text) {
  const std::uint64_t size = text.size();
  add_bytes(&size, sizeof size);
  add_bytes(text.data(), text.size());
}

void Digest::add(std::span<const std::int64_t> numbers) {
  const std::uint64_t size = numbers.size();
  add_bytes(&size, sizeof size);
  add_bytes(numbers.data(), numbers.size_bytes());
}

void Digest::add(const at::Tensor& values) {
  const std::uint64_t size = values.nbytes();
  add_bytes(&size, sizeof size);
  add_bytes(values.const_data_ptr(), values.nbytes());
}

std::string Digest::hex() const {
  const XXH128_hash_t digest = XXH3_128bits_digest(state_->hash);
  return fmt::format("{:016x}{:016x}", digest.high64, digest.low64);
}

}  // namespace galen
