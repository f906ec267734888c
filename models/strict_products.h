#pragma once

#include <string>

namespace galen::models {

/// The mode of MKL, which computes LibTorch's matrix products on x86.
struct ProductMode {
  std::string name;    ///< as MKL_CBWR has it: "AVX512,STRICT"; empty where LibTorch has no MKL
  bool strict = true;  ///< products do not depend on where their operands lie in memory
};

/// Lets matrix products give the same bits wherever their operands lie in memory: by default MKL chooses its loops by alignment, so that a
/// step's bits would depend on what was allocated before it. Sets MKL_CBWR in the environment where it is not set. MKL reads it up to its
/// first use, so a program that is linked with this does it before main(), and one that loads it later in make_model() and wrap(). Returns
/// the mode that MKL is in. To be called while no other thread reads or writes the environment.
ProductMode make_products_strict();

}  // namespace galen::models
