#include "reconcilers/cidr.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

// V26
TEST(SubnetOf, PartsOfANetwork) {
  EXPECT_EQ(subnet_of("10.0.0.0/16", 4, 0), "10.0.0.0/20");
  EXPECT_EQ(subnet_of("10.0.0.0/16", 4, 2), "10.0.32.0/20");
  EXPECT_EQ(subnet_of("10.0.0.0/16", 4, 15), "10.0.240.0/20");
  EXPECT_EQ(subnet_of("172.31.128.0/18", 4, 9), "172.31.164.0/22");
  EXPECT_EQ(subnet_of("192.168.0.0/24", 4, 15), "192.168.0.240/28");
  EXPECT_EQ(subnet_of("255.255.0.0/16", 4, 15), "255.255.240.0/20");
}

}  // namespace
}  // namespace byoc
