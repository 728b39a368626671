#include "manifests/partition.h"

#include <gtest/gtest.h>

#include "manifests/schema.h"

namespace byoc {
namespace {

// F31
TEST(Partition, RegionsBelongToOne) {
  EXPECT_EQ(partition_of_region("us-west-2"), "aws");
  EXPECT_EQ(partition_of_region("cn-northwest-1"), "aws-cn");
  EXPECT_EQ(partition_of_region("us-gov-east-1"), "aws-us-gov");
  EXPECT_EQ(partition_of_region("us-iso-east-1"), "aws-iso");
  EXPECT_EQ(partition_of_region("us-isob-east-1"), "aws-iso-b");
  EXPECT_EQ(partition_of_region("eu-isoe-west-1"), "aws-iso-e");
  EXPECT_EQ(partition_of_region("us-isof-south-1"), "aws-iso-f");
  EXPECT_EQ(partition_of_region("eusc-de-east-1"), "aws-eusc");
  EXPECT_EQ(partition_of_region("zz-north-1"), "");
  for (const auto& [region, letters] : schema_data("regions.json").at("zones").items()) {
    EXPECT_NE(partition_of_region(region), "") << region;
  }
}

TEST(Partition, ServicesAreNamedAsTheyTrustThem) {
  EXPECT_EQ(service_principal("ec2", "aws"), "ec2.amazonaws.com");
  EXPECT_EQ(service_principal("ec2", "aws-cn"), "ec2.amazonaws.com.cn");
  EXPECT_EQ(service_principal("ec2", "aws-iso"), "ec2.c2s.ic.gov");
  EXPECT_EQ(service_principal("eks", "aws-cn"), "eks.amazonaws.com");
  EXPECT_EQ(service_principal("ec2", "aws-of-tomorrow"), "ec2.amazonaws.com");
}

}  // namespace
}  // namespace byoc
