#pragma once

#include <vector>

// Compiles a loop for several instruction sets: a loop is a GALEN_INLINE function; inlined into a function with one of the targets below,
// it uses that target's instructions.
#define GALEN_INLINE [[gnu::always_inline]] inline

#if defined(__x86_64__)
#define GALEN_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")]]
#define GALEN_AVX2 [[gnu::target("avx2")]]
#else  // only the portable variant
#define GALEN_AVX512
#define GALEN_AVX2
#endif
#define GALEN_PORTABLE

namespace galen {

/// The variants that this processor can run, the widest first; the last is `portable`.
template <typename Variant>
std::vector<Variant> runnable([[maybe_unused]] const Variant& avx512, [[maybe_unused]] const Variant& avx2, const Variant& portable) {
  std::vector<Variant> variants;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq")) {
    variants.push_back(avx512);
  }
  if (__builtin_cpu_supports("avx2")) variants.push_back(avx2);
#endif
  variants.push_back(portable);
  return variants;
}

}  // namespace galen
