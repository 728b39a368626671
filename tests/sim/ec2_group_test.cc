#include <gmock/gmock.h>

#include "tests/sim/ec2.h"
#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Json port(int from, int to, const std::string& cidr) {
  return {{"IpProtocol", "tcp"},
          {"FromPort", from},
          {"ToPort", to},
          {"IpRanges", {{{"CidrIp", cidr}}}}};
}

Json peer(const std::string& group) {
  return {{"IpProtocol", "-1"}, {"UserIdGroupPairs", {{{"GroupId", group}}}}};
}

TEST_F(Ec2Test, GroupNamesAreUniqueInTheirVpc) {  // E6
  const std::string net = vpc();
  group(net, "a");
  const auto create = [&](const std::string& name) {
    return code("CreateSecurityGroup", {{"GroupName", name}, {"Description", "d"}, {"VpcId", net}});
  };
  EXPECT_EQ(create("a"), "InvalidGroup.Duplicate");
  EXPECT_EQ(create("sg-a"), "InvalidParameterValue");
  EXPECT_EQ(create("default"), "InvalidGroup.Reserved");
  EXPECT_EQ(create("b"), "ok");
  group(vpc("10.1.0.0/16"), "a");
}

TEST_F(Ec2Test, RulesExistOnce) {  // E7
  const std::string id = group(vpc());
  const Json one = {{"GroupId", id}, {"IpPermissions", {port(443, 443, "0.0.0.0/0")}}};
  const Json made = ec2("AuthorizeSecurityGroupIngress", one);
  ASSERT_THAT(made["SecurityGroupRules"], SizeIs(1));
  EXPECT_EQ(code("AuthorizeSecurityGroupIngress", one), "InvalidPermission.Duplicate");
  ec2("RevokeSecurityGroupIngress", one);
  EXPECT_EQ(code("RevokeSecurityGroupIngress", one), "InvalidPermission.NotFound");
  const Json by_id = {
      {"GroupId", id},
      {"SecurityGroupRuleIds", {made["SecurityGroupRules"][0]["SecurityGroupRuleId"]}}};
  EXPECT_EQ(code("RevokeSecurityGroupIngress", by_id), "InvalidSecurityGroupRuleId.NotFound");
}

TEST_F(Ec2Test, ANewGroupLetsEverythingOut) {
  const std::string id = group(vpc());
  const Json all = {
      {"GroupId", id},
      {"IpPermissions", {{{"IpProtocol", "-1"}, {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}}}}};
  EXPECT_EQ(code("AuthorizeSecurityGroupEgress", all), "InvalidPermission.Duplicate");
  ec2("RevokeSecurityGroupEgress", all);
  const Json seen = ec2("DescribeSecurityGroups", {{"GroupIds", {id}}})["SecurityGroups"][0];
  EXPECT_THAT(seen["IpPermissionsEgress"], IsEmpty());
}

TEST_F(Ec2Test, RulesAreChecked) {
  const std::string net = vpc();
  const std::string id = group(net);
  const std::string elsewhere = group(vpc("10.1.0.0/16"));
  const struct {
    Json permission;
    const char* code;
  } cases[] = {
      {port(443, 80, "0.0.0.0/0"), "InvalidParameterValue"},
      {port(443, 443, "everywhere"), "InvalidParameterValue"},
      {{{"IpProtocol", "tcp"}, {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}}, "InvalidParameterValue"},
      {{{"IpProtocol", "tcp"}, {"FromPort", 1}, {"ToPort", 1}}, "InvalidParameterValue"},
      {{{"IpProtocol", "warp"}, {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}},
       "InvalidParameterValue"},
      {{{"IpProtocol", "-1"}, {"Ports", 1}}, "UnknownParameter"},
      {peer("sg-0"), "InvalidGroup.NotFound"},
      {peer(elsewhere), "InvalidGroup.NotFound"},
      {peer(id), "ok"},
  };
  for (const auto& one : cases) {
    const Json params = {{"GroupId", id}, {"IpPermissions", {one.permission}}};
    EXPECT_EQ(code("AuthorizeSecurityGroupIngress", params), one.code) << one.permission;
  }
}

TEST_F(Ec2Test, RulesShowAsPermissionsAndOneByOne) {
  const std::string id = group(vpc());
  ec2("AuthorizeSecurityGroupIngress",
      {{"GroupId", id},
       {"IpPermissions",
        {port(443, 443, "10.0.0.0/8"), port(443, 443, "192.168.0.0/16"),
         port(22, 22, "10.0.0.1/32"), peer(id)}}});
  const Json seen = ec2("DescribeSecurityGroups", {{"GroupIds", {id}}})["SecurityGroups"][0];
  EXPECT_THAT(seen["IpPermissions"], SizeIs(3)) << seen["IpPermissions"];
  const Json rules =
      ec2("DescribeSecurityGroupRules", {{"Filters", {{{"Name", "group-id"}, {"Values", {id}}}}}});
  EXPECT_THAT(rules["SecurityGroupRules"], SizeIs(5)) << "four, and the one to let all out";
}

TEST_F(Ec2Test, RulesChangeInPlace) {
  const std::string id = group(vpc());
  const Json made = ec2("AuthorizeSecurityGroupIngress",
                        {{"GroupId", id}, {"IpPermissions", {port(443, 443, "10.0.0.0/8")}}});
  const Json rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"];
  const Json wanted = {
      {"IpProtocol", "tcp"}, {"FromPort", 8443}, {"ToPort", 8443}, {"CidrIpv4", "10.0.0.0/8"}};
  ec2("ModifySecurityGroupRules",
      {{"GroupId", id},
       {"SecurityGroupRules", {{{"SecurityGroupRuleId", rule}, {"SecurityGroupRule", wanted}}}}});
  const Json seen = ec2("DescribeSecurityGroupRules", {{"SecurityGroupRuleIds", {rule}}});
  EXPECT_EQ(seen["SecurityGroupRules"][0]["FromPort"], 8443);
}

TEST_F(Ec2Test, GroupsInUseStay) {  // E8
  const std::string net = vpc();
  const std::string one = group(net, "one");
  const std::string two = group(net, "two");
  const Json reference = {{"GroupId", two}, {"IpPermissions", {peer(one)}}};
  ec2("AuthorizeSecurityGroupIngress", reference);
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", one}}), "DependencyViolation");
  ec2("RevokeSecurityGroupIngress", reference);
  OpContext context = cloud.context("us-west-2");
  NetworkInterface wanted;
  wanted.subnet = subnet(net);
  wanted.groups = {one};
  const std::string interface = make_interface(context, wanted, false).id;
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", one}}), "DependencyViolation");
  ec2("DeleteNetworkInterface", {{"NetworkInterfaceId", interface}});
  ec2("DeleteSecurityGroup", {{"GroupId", one}});
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", one}}), "InvalidGroup.NotFound");
  const Json seen = ec2("DescribeSecurityGroups",
                        {{"Filters", {{{"Name", "group-name"}, {"Values", {"default"}}}}}});
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", seen["SecurityGroups"][0]["GroupId"]}}),
            "CannotDelete");
}

}  // namespace
}  // namespace byoc::sim
