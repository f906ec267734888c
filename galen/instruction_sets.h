#pragma once

#include <vector>

// Loops that are written once and run in the widest instructions that a processor has: a loop is a GALEN_INLINE function, and inlined into
// a function of each of the targets below it takes that target's instructions.
#define GALEN_INLINE [[gnu::always_inline]] inline

#if defined(__x86_64__)
#define GALEN_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,prefer-vector-width=512")]]
#define GALEN_AVX2 [[gnu::target("avx2")]]
#else  // no other instructions than everywhere
#define GALEN_AVX512
#define GALEN_AVX2
#endif
#define GALEN_PORTABLE

namespace galen {

/// Those of three variants of the same that this processor can run, the widest first; the last is `portable`.
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
