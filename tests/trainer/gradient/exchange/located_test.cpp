#include "trainer/gradient/exchange/located.h"

#include <ATen/ops/mm.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include <string>

namespace galen::trainer {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

template <typename Call>
std::string failure_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

const auto kPlace = [] { return "bucket 2 of 3"; };

TEST(Located, ErrorsOfLibTorchNameThePlaceAndHaveNoStack) {
  const std::string message = failure_of([] { located(kPlace, [] { at::mm(at::zeros({2, 3}), at::zeros({2, 3})); }); });
  EXPECT_THAT(message, AllOf(StartsWith("bucket 2 of 3: LibTorch reports: mat1 and mat2"), Not(HasSubstr("frame #"))));
}

TEST(Located, ErrorsOfGalenNameThePlace) {
  EXPECT_EQ(failure_of([] { located(kPlace, [] { throw Error("rank 1 is gone."); }); }), "bucket 2 of 3: rank 1 is gone.");
}

TEST(Located, ResultsAreReturned) {
  EXPECT_EQ(located(kPlace, [] { return 7; }), 7);
}

}  // namespace
}  // namespace galen::trainer
