#include "models/strict_products.h"

#include "galen/instruction_sets.h"

#include <cstdlib>

// Of LibTorch's MKL, which does not export the public mkl_cbwr_get(); absent where LibTorch is built without MKL.
extern "C" [[gnu::weak]] int mkl_serv_cbwr_get(int which);

namespace galen::models {
namespace {

constexpr char kVariable[] = "MKL_CBWR";
constexpr int kAll = -1;          // MKL_CBWR_ALL
constexpr int kOff = 1;           // MKL_CBWR_OFF
constexpr int kStrict = 0x10000;  // MKL_CBWR_STRICT

bool is_set() {
  const char* value = std::getenv(kVariable);
  return value != nullptr && *value != '\0';
}

void choose_mode() {
  if (!is_set()) setenv(kVariable, runnable<const char*>("AVX512,STRICT", "AVX2,STRICT", "AUTO,STRICT").front(), /*overwrite=*/1);
}

// MKL reads the variable at its first use, which may be any sine of a program that makes a model later.
[[gnu::constructor]] void choose_mode_before_main() { choose_mode(); }

}  // namespace

// MKL takes an empty value for OFF, a name that it does not know for AUTO, and for a branch that it does not have for this maker's
// processors the widest that it has.
ProductMode make_products_strict() {
  if (mkl_serv_cbwr_get == nullptr) return {};
  choose_mode();
  const int mode = mkl_serv_cbwr_get(kAll);
  return {mode == kOff ? "OFF" : std::getenv(kVariable), (mode & kStrict) != 0};
}

}  // namespace galen::models
