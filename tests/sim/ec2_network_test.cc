#include <gmock/gmock.h>

#include "tests/sim/cidr.h"
#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::SizeIs;

TEST(CidrTest, ReadsAndCompares) {
  EXPECT_EQ(show_cidr(*read_cidr("10.1.2.3/16")), "10.1.0.0/16");
  for (const char* bad : {"", "10.0.0.0", "10.0.0/8", "10.0.0.256/8", "10.0.0.0/33", "a/8"}) {
    EXPECT_FALSE(read_cidr(bad).has_value()) << bad;
  }
  EXPECT_TRUE(read_cidr("0.0.0.0/0")->contains(*read_cidr("10.0.0.0/8")));
  EXPECT_TRUE(read_cidr("10.0.1.0/24")->overlaps(*read_cidr("10.0.0.0/16")));
  EXPECT_FALSE(read_cidr("10.0.1.0/24")->overlaps(*read_cidr("10.0.2.0/24")));
}

TEST_F(Ec2Test, VpcsAreCheckedAndComeWithTheirFurniture) {
  EXPECT_EQ(code("CreateVpc", {{"CidrBlock", "10.0.0.0/8"}}), "InvalidVpc.Range");
  EXPECT_EQ(code("CreateVpc", {{"CidrBlock", "ten"}}), "InvalidParameterValue");
  const std::string id = vpc();
  const Json here = {{"Filters", {{{"Name", "vpc-id"}, {"Values", {id}}}}}};
  EXPECT_THAT(ec2("DescribeRouteTables", here)["RouteTables"], SizeIs(1));
  const Json groups = ec2("DescribeSecurityGroups", here)["SecurityGroups"];
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0]["GroupName"], "default");
  ec2("DeleteVpc", {{"VpcId", id}});
  EXPECT_TRUE(cloud.world().dump().empty()) << cloud.world().dump();
}

TEST_F(Ec2Test, VpcQuota) {  // E4
  for (int i = 0; i < 5; ++i) vpc();
  EXPECT_EQ(code("CreateVpc", {{"CidrBlock", "10.0.0.0/16"}}), "VpcLimitExceeded");
}

TEST_F(Ec2Test, VpcAttributesOnePerCall) {
  const std::string id = vpc();
  const Json on = {{"Value", true}};
  EXPECT_EQ(code("ModifyVpcAttribute",
                 {{"VpcId", id}, {"EnableDnsSupport", on}, {"EnableDnsHostnames", on}}),
            "InvalidParameterCombination");
  ec2("ModifyVpcAttribute", {{"VpcId", id}, {"EnableDnsHostnames", on}});
  const Json seen =
      ec2("DescribeVpcAttribute", {{"VpcId", id}, {"Attribute", "enableDnsHostnames"}});
  EXPECT_EQ(seen["EnableDnsHostnames"]["Value"], true);
}

TEST_F(Ec2Test, SubnetsFitTheirVpcAndDoNotOverlap) {  // E1
  const std::string id = vpc();
  subnet(id);
  const struct {
    const char* cidr;
    const char* zone;
    const char* code;
  } cases[] = {
      {"10.0.0.128/25", "us-west-2a", "InvalidSubnet.Conflict"},
      {"10.1.0.0/24", "us-west-2a", "InvalidSubnet.Range"},
      {"10.0.1.0/29", "us-west-2a", "InvalidSubnet.Range"},
      {"10.0.1.0/24", "us-west-2z", "InvalidParameterValue"},
      {"10.0.1.0/24", "us-west-2b", "ok"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(code("CreateSubnet",
                   {{"VpcId", id}, {"CidrBlock", one.cidr}, {"AvailabilityZone", one.zone}}),
              one.code)
        << one.cidr;
  }
  EXPECT_EQ(code("CreateSubnet", {{"VpcId", "vpc-0"}, {"CidrBlock", "10.0.9.0/24"}}),
            "InvalidVpcID.NotFound");
  EXPECT_EQ(code("CreateSubnet", {{"VpcId", "$(vpc.VpcId)"}, {"CidrBlock", "10.0.9.0/24"}}),
            "InvalidVpcID.Malformed");
}

TEST_F(Ec2Test, DescribeFilters) {
  const std::string id = vpc();
  const std::string one = subnet(id);
  subnet(id, "10.0.1.0/24", "us-west-2b");
  ec2("CreateTags", {{"Resources", {one}}, {"Tags", {{{"Key", "team"}, {"Value", "ml-1"}}}}});
  const auto count = [&](const std::string& name, const std::string& value) {
    return ec2("DescribeSubnets", {{"Filters", {{{"Name", name}, {"Values", {value}}}}}})["Subnets"]
        .size();
  };
  EXPECT_EQ(count("vpc-id", id), 2U);
  EXPECT_EQ(count("availability-zone", "us-west-2b"), 1U);
  EXPECT_EQ(count("tag:team", "ml-*"), 1U);
  EXPECT_EQ(count("tag-key", "team"), 1U);
  EXPECT_EQ(count("tag:team", "web"), 0U);
  EXPECT_EQ(code("DescribeSubnets", {{"Filters", {{{"Name", "colour"}, {"Values", {"x"}}}}}}),
            "InvalidParameterValue");
  EXPECT_EQ(code("DescribeSubnets", {{"SubnetIds", {one, "subnet-0"}}}),
            "InvalidSubnetID.NotFound");
}

TEST_F(Ec2Test, InternetGatewaysAttachOnce) {  // E2, E11
  const std::string id = vpc();
  const std::string gateway = attached_gateway(id);
  const Json both = {{"InternetGatewayId", gateway}, {"VpcId", id}};
  EXPECT_EQ(code("AttachInternetGateway", both), "Resource.AlreadyAssociated");
  EXPECT_EQ(code("DeleteInternetGateway", {{"InternetGatewayId", gateway}}), "DependencyViolation");
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", id}}), "DependencyViolation");
  ec2("DetachInternetGateway", both);
  EXPECT_EQ(code("DetachInternetGateway", both), "Gateway.NotAttached");
  ec2("DeleteInternetGateway", {{"InternetGatewayId", gateway}});
  EXPECT_EQ(code("AttachInternetGateway", both), "InvalidInternetGatewayID.NotFound");
}

TEST_F(Ec2Test, AddressQuota) {  // E4
  for (int i = 0; i < 5; ++i) address();
  EXPECT_EQ(code("AllocateAddress"), "AddressLimitExceeded");
}

TEST_F(Ec2Test, NatGatewayLife) {  // E9, E10, E12, E18
  const std::string net = vpc();
  const std::string place = subnet(net);
  const std::string gateway = attached_gateway(net);
  const std::string ip = address();
  const std::string id = nat(place, ip);
  EXPECT_EQ(nat_state(id)["State"], "pending");
  cloud.advance(minutes(3));
  EXPECT_EQ(nat_state(id)["State"], "available");
  const std::string routes = table(net);
  const Json route = {
      {"RouteTableId", routes}, {"DestinationCidrBlock", "0.0.0.0/0"}, {"NatGatewayId", id}};
  ec2("CreateRoute", route);
  const Json detach = {{"InternetGatewayId", gateway}, {"VpcId", net}};
  EXPECT_EQ(code("DetachInternetGateway", detach), "DependencyViolation");
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", ip}}), "InvalidIPAddress.InUse");
  ec2("DeleteNatGateway", {{"NatGatewayId", id}});
  EXPECT_EQ(nat_state(id)["State"], "deleting");
  EXPECT_EQ(code("DeleteSubnet", {{"SubnetId", place}}), "DependencyViolation");
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", ip}}), "InvalidIPAddress.InUse");
  cloud.advance(minutes(2));
  EXPECT_EQ(nat_state(id)["State"], "deleted");
  const Json seen = ec2("DescribeRouteTables", {{"RouteTableIds", {routes}}});
  EXPECT_EQ(seen["RouteTables"][0]["Routes"][0]["State"], "blackhole");
  ec2("ReleaseAddress", {{"AllocationId", ip}});
  EXPECT_EQ(code("ReleaseAddress", {{"AllocationId", ip}}), "InvalidAllocationID.NotFound");
  ec2("DetachInternetGateway", detach);
  ec2("DeleteSubnet", {{"SubnetId", place}});
  cloud.advance(hours(2));
  EXPECT_EQ(code("DeleteNatGateway", {{"NatGatewayId", id}}), "NatGatewayNotFound");
}

TEST_F(Ec2Test, NatGatewaysFailLate) {  // E3
  const std::string net = vpc();
  const std::string place = subnet(net);
  const std::string ip = address();
  const std::string lonely = nat(place, ip);
  EXPECT_EQ(nat_state(lonely)["State"], "pending");
  attached_gateway(net);
  cloud.advance(seconds(15));
  EXPECT_EQ(nat_state(lonely)["State"], "failed") << "a gateway that comes later does not help";
  EXPECT_EQ(nat_state(lonely)["FailureCode"], "Gateway.NotAttached");
  const std::string first = nat(place, ip);
  const std::string second = nat(place, ip);
  cloud.advance(minutes(3));
  EXPECT_EQ(nat_state(first)["State"], "available");
  EXPECT_EQ(nat_state(second)["FailureCode"], "Resource.AlreadyAssociated");
  cloud.faults().nat_failure = 1;
  const std::string unlucky = nat(place, address());
  cloud.advance(minutes(3));
  EXPECT_EQ(nat_state(unlucky)["FailureCode"], "InternalError");
  ec2("DeleteNatGateway", {{"NatGatewayId", unlucky}});
  cloud.advance(minutes(2));
  EXPECT_EQ(nat_state(unlucky)["State"], "deleted");
}

TEST_F(Ec2Test, NatGatewaysHonourTheirToken) {  // D
  const std::string place = subnet(vpc());
  const Json params = {{"SubnetId", place}, {"AllocationId", address()}, {"ClientToken", "once"}};
  EXPECT_EQ(ec2("CreateNatGateway", params), ec2("CreateNatGateway", params));
  EXPECT_THAT(ec2("DescribeNatGateways")["NatGateways"], SizeIs(1));
}

TEST_F(Ec2Test, Routes) {  // E5
  const std::string net = vpc();
  const std::string routes = table(net);
  const std::string gateway = attached_gateway(net);
  const Json out = {
      {"RouteTableId", routes}, {"DestinationCidrBlock", "0.0.0.0/0"}, {"GatewayId", gateway}};
  EXPECT_EQ(code("ReplaceRoute", out), "InvalidParameterValue");
  ec2("CreateRoute", out);
  EXPECT_EQ(code("CreateRoute", out), "RouteAlreadyExists");
  ec2("ReplaceRoute", out);
  const Json gone = {{"RouteTableId", routes}, {"DestinationCidrBlock", "0.0.0.0/0"}};
  ec2("DeleteRoute", gone);
  EXPECT_EQ(code("DeleteRoute", gone), "InvalidRoute.NotFound");
  EXPECT_EQ(
      code("DeleteRoute", {{"RouteTableId", routes}, {"DestinationCidrBlock", "10.0.0.0/16"}}),
      "InvalidParameterValue");
  Json to_nat = gone;
  to_nat["NatGatewayId"] = nat(subnet(net), address());
  EXPECT_EQ(code("CreateRoute", to_nat), "InvalidNatGatewayID.NotFound") << "still pending";
}

TEST_F(Ec2Test, RoutesLeadOnlyThroughTheirOwnNetwork) {
  const std::string elsewhere = attached_gateway(vpc("10.9.0.0/16"));
  EXPECT_EQ(code("CreateRoute", {{"RouteTableId", table(vpc())},
                                 {"DestinationCidrBlock", "0.0.0.0/0"},
                                 {"GatewayId", elsewhere}}),
            "InvalidParameterValue");
}

TEST_F(Ec2Test, RouteTableAssociations) {  // E13
  const std::string net = vpc();
  const std::string place = subnet(net);
  const std::string one = table(net);
  const std::string other = table(net);
  const Json both = {{"RouteTableId", one}, {"SubnetId", place}};
  const Json made = ec2("AssociateRouteTable", both);
  EXPECT_EQ(ec2("AssociateRouteTable", both), made) << "the same again is no error";
  EXPECT_EQ(code("AssociateRouteTable", {{"RouteTableId", other}, {"SubnetId", place}}),
            "Resource.AlreadyAssociated");
  EXPECT_EQ(code("DeleteRouteTable", {{"RouteTableId", one}}), "DependencyViolation");
  const Json moved = ec2("ReplaceRouteTableAssociation",
                         {{"AssociationId", made["AssociationId"]}, {"RouteTableId", other}});
  ec2("DeleteRouteTable", {{"RouteTableId", one}});
  ec2("DisassociateRouteTable", {{"AssociationId", moved["NewAssociationId"]}});
  EXPECT_EQ(code("DisassociateRouteTable", {{"AssociationId", moved["NewAssociationId"]}}),
            "InvalidAssociationID.NotFound");
}

TEST_F(Ec2Test, TheMainRouteTableStays) {  // E13, E14
  const std::string net = vpc();
  const Json tables = ec2("DescribeRouteTables")["RouteTables"];
  EXPECT_EQ(code("DeleteRouteTable", {{"RouteTableId", tables[0]["RouteTableId"]}}),
            "DependencyViolation");
  const std::string extra = table(net);
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", net}}), "DependencyViolation");
  ec2("DeleteRouteTable", {{"RouteTableId", extra}});
  const std::string place = subnet(net);
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", net}}), "DependencyViolation");
  ec2("DeleteSubnet", {{"SubnetId", place}});
  const std::string extra_group = group(net);
  EXPECT_EQ(code("DeleteVpc", {{"VpcId", net}}), "DependencyViolation");
  ec2("DeleteSecurityGroup", {{"GroupId", extra_group}});
  ec2("DeleteVpc", {{"VpcId", net}});
}

}  // namespace
}  // namespace byoc::sim
