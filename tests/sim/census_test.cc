#include "tests/sim/census.h"

#include <gmock/gmock.h>

#include "tests/sim/drift.h"
#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::SizeIs;

Json tagged(const std::string& type, const std::string& owner, const std::string& key) {
  return {{{"ResourceType", type},
           {"Tags",
            {{{"Key", "byoc.dev/owner-uid"}, {"Value", owner}},
             {{"Key", "byoc.dev/key"}, {"Value", key}}}}}};
}

TEST_F(Ec2Test, TheCensusCountsByOwnerAndKey) {
  vpc("10.7.0.0/16");
  for (int i = 0; i < 2; ++i) {
    ec2("CreateInternetGateway", {{"TagSpecifications", tagged("internet-gateway", "u1", "igw")}});
  }
  ec2("AllocateAddress", {{"TagSpecifications", tagged("elastic-ip", "u2", "eip/a")}});
  const auto found = owned(cloud.world());
  EXPECT_THAT(found, ElementsAre(Key("u1/igw"), Key("u2/eip/a")));
  EXPECT_THAT(found.at("u1/igw"), SizeIs(2)) << "a duplicate shows";
}

TEST_F(Ec2Test, TheTaggingApiSeesWhatIsTagged) {
  ec2("AllocateAddress", {{"TagSpecifications", tagged("elastic-ip", "u2", "eip")}});
  ec2("CreateInternetGateway", {{"TagSpecifications", tagged("internet-gateway", "u1", "igw")}});
  const auto count = [&](const Json& params) {
    return must(cloud, "resourcegroupstaggingapi", "GetResources", params)["ResourceTagMappingList"]
        .size();
  };
  EXPECT_EQ(count(Json::object()), 2U);
  EXPECT_EQ(count({{"TagFilters", {{{"Key", "byoc.dev/owner-uid"}, {"Values", {"u1"}}}}}}), 1U);
  EXPECT_EQ(count({{"ResourceTypeFilters", {"ec2:elastic-ip"}}}), 1U);
  EXPECT_EQ(count({{"ResourceTypeFilters", {"ec2"}}}), 2U);
  EXPECT_EQ(count({{"ResourceTypeFilters", {"s3"}}}), 0U);
}

TEST_F(Ec2Test, HarmNamesWhatHappenedToAForeigner) {
  const std::string theirs = vpc("10.7.0.0/16");
  const Json before = cloud.world().dump();
  vpc("10.8.0.0/16");
  EXPECT_THAT(harm(before, cloud.world().dump()), IsEmpty());
  ec2("CreateTags", {{"Resources", {theirs}}, {"Tags", {{{"Key", "a"}, {"Value", "b"}}}}});
  EXPECT_THAT(harm(before, cloud.world().dump()), SizeIs(1));
  ec2("DeleteTags", {{"Resources", {theirs}}});
  EXPECT_THAT(harm(before, cloud.world().dump()), IsEmpty());
  ec2("DeleteVpc", {{"VpcId", theirs}});
  EXPECT_THAT(harm(before, cloud.world().dump()), Not(IsEmpty()));
}

TEST_F(Ec2Test, DriftChangesOnlyWhatIsOwned) {
  const std::string net = vpc();
  subnet(net);
  const Json before = cloud.world().dump();
  OpContext context = cloud.context("us-west-2");
  for (int i = 0; i < 50; ++i) drift(context);
  EXPECT_EQ(cloud.world().dump(), before);
  ec2("CreateSubnet", {{"VpcId", net},
                       {"CidrBlock", "10.0.9.0/24"},
                       {"TagSpecifications", tagged("subnet", "u", "subnet/a")}});
  for (int i = 0; i < 50; ++i) drift(context);
  EXPECT_NE(cloud.world().dump(), before);
}

}  // namespace
}  // namespace byoc::sim
