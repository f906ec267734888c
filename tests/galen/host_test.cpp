#include "galen/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

namespace galen {
namespace {

TEST(Host, HasTheNameThatTheKernelKnows) {
  utsname names = {};
  ASSERT_EQ(::uname(&names), 0);
  EXPECT_EQ(host_name(), names.nodename);
}

TEST(BootId, IsTheKernelsUuid) {
  EXPECT_THAT(boot_id(), testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"));
  EXPECT_EQ(boot_id(), boot_id());
}

}  // namespace
}  // namespace galen
