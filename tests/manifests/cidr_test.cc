#include "manifests/cidr.h"

#include <gtest/gtest.h>

namespace byoc {
namespace {

TEST(Cidr, ReadsAndPrints) {
  for (const char* text : {"10.0.0.0/16", "0.0.0.0/0", "255.255.255.255/32", "10.0.0.6/16"}) {
    ASSERT_TRUE(parse_cidr(text)) << text;
    EXPECT_EQ(to_string(*parse_cidr(text)), text);
  }
  for (const char* text :
       {"", "10.0.0.0", "10.0.0/16", "10.0.0.0/33", "256.0.0.0/8", "10.0.0.0/", "010.0.0.0/8",
        "10.0.0.0/016", "10.0.0.0/16 ", "a.b.c.d/8", "10.0.0.0.0/8", "-1.0.0.0/8", "10..0.0/8"}) {
    EXPECT_FALSE(parse_cidr(text)) << text;
  }
}

TEST(Cidr, KnowsHostBitsAndContainment) {
  EXPECT_FALSE(parse_cidr("10.0.0.6/16")->canonical());
  EXPECT_EQ(to_string(parse_cidr("10.0.77.6/16")->network()), "10.0.0.0/16");
  EXPECT_TRUE(parse_cidr("0.0.0.0/0")->contains(*parse_cidr("8.8.8.8/32")));
  EXPECT_FALSE(parse_cidr("10.0.0.0/16")->contains(*parse_cidr("10.0.0.0/8")));
  EXPECT_TRUE(is_private(*parse_cidr("172.31.0.0/16")));
  EXPECT_FALSE(is_private(*parse_cidr("172.32.0.0/16")));
  EXPECT_FALSE(is_private(*parse_cidr("10.0.0.0/7")));
}

}  // namespace
}  // namespace byoc
