#include "galen/cuda_driver.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace galen {
namespace {

// A library that is loaded already is found by its name.
TEST(CudaDriver, IsAskedThroughItsLibrary) {
  ASSERT_NE(dlopen(GALEN_FAKE_DRIVER, RTLD_LAZY), nullptr) << dlerror();
  const std::optional<CudaDriver> driver = CudaDriver::load();
  ASSERT_TRUE(driver.has_value());
  EXPECT_EQ(driver->version(), 13000);
  ASSERT_EQ(driver->count_gpus(), 1);
  EXPECT_EQ(driver->describe(0).name, "Pretended GPU");
  EXPECT_EQ(driver->describe(0).bytes, std::int64_t{24} << 30);
}

}  // namespace
}  // namespace galen
