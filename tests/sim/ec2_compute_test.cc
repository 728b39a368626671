#include <gmock/gmock.h>

#include "tests/sim/ec2.h"
#include "tests/sim/testing.h"

namespace byoc::sim {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Json small(const std::string& type = "t3.large") {
  return {{"InstanceType", type}};
}

TEST_F(Ec2Test, LaunchTemplates) {
  const Json params = {
      {"LaunchTemplateName", "nodes"}, {"LaunchTemplateData", small()}, {"ClientToken", "one"}};
  const Json made = ec2("CreateLaunchTemplate", params)["LaunchTemplate"];
  EXPECT_EQ(ec2("CreateLaunchTemplate", params)["LaunchTemplate"], made);
  Json again = params;
  again["ClientToken"] = "two";
  EXPECT_EQ(code("CreateLaunchTemplate", again),
            "InvalidLaunchTemplateName.AlreadyExistsException");
  const Json id = {{"LaunchTemplateId", made["LaunchTemplateId"]}};
  Json version = id;
  version["LaunchTemplateData"] = {{"UserData", "eA=="}};
  version["SourceVersion"] = "1";
  const Json second = ec2("CreateLaunchTemplateVersion", version)["LaunchTemplateVersion"];
  EXPECT_EQ(second["VersionNumber"], 2);
  EXPECT_EQ(second["LaunchTemplateData"]["InstanceType"], "t3.large");
  Json latest = id;
  latest["Versions"] = {"$Latest", "$Default"};
  const Json both = ec2("DescribeLaunchTemplateVersions", latest)["LaunchTemplateVersions"];
  EXPECT_EQ(both[0]["VersionNumber"], 2);
  EXPECT_EQ(both[1]["VersionNumber"], 1);
  latest["Versions"] = {"7"};
  EXPECT_EQ(code("DescribeLaunchTemplateVersions", latest),
            "InvalidLaunchTemplateId.VersionNotFound");
  Json chosen = id;
  chosen["DefaultVersion"] = "2";
  EXPECT_EQ(ec2("ModifyLaunchTemplate", chosen)["LaunchTemplate"]["DefaultVersionNumber"], 2);
  ec2("DeleteLaunchTemplate", id);
  EXPECT_EQ(code("DeleteLaunchTemplate", id), "InvalidLaunchTemplateId.NotFound");
}

TEST_F(Ec2Test, LaunchTemplateDataIsChecked) {
  const struct {
    Json data;
    const char* code;
  } cases[] = {
      {Json::object(), "MissingParameter"},
      {{{"Colour", "red"}}, "UnknownParameter"},
      {small("t3.gigantic"), "InvalidParameterValue"},
      {small(), "ok"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(code("CreateLaunchTemplate",
                   {{"LaunchTemplateName", "nodes"}, {"LaunchTemplateData", one.data}}),
              one.code)
        << one.data;
  }
}

TEST_F(Ec2Test, TagsOfAnything) {
  const std::string id = vpc();
  const Json tag = {{"Resources", {id}}, {"Tags", {{{"Key", "team"}, {"Value", "ml"}}}}};
  ec2("CreateTags", tag);
  const Json seen = ec2("DescribeTags", {{"Filters", {{{"Name", "key"}, {"Values", {"team"}}}}}});
  ASSERT_THAT(seen["Tags"], SizeIs(1));
  EXPECT_EQ(seen["Tags"][0]["ResourceType"], "vpc");
  ec2("DeleteTags", {{"Resources", {id}}, {"Tags", {{{"Key", "team"}, {"Value", "web"}}}}});
  EXPECT_THAT(ec2("DescribeTags")["Tags"], SizeIs(1)) << "another value stays";
  ec2("DeleteTags", {{"Resources", {id}}, {"Tags", {{{"Key", "team"}}}}});
  EXPECT_THAT(ec2("DescribeTags")["Tags"], IsEmpty());
  EXPECT_EQ(code("CreateTags", {{"Resources", {"vpc-0"}}, {"Tags", {{{"Key", "a"}}}}}),
            "InvalidVpcID.NotFound");
  EXPECT_EQ(code("CreateTags", {{"Resources", {id}}, {"Tags", {{{"Key", "aws:a"}}}}}),
            "InvalidParameterValue");
  Json many = Json::array();
  for (int i = 0; i < 51; ++i) many.push_back({{"Key", "k" + std::to_string(i)}});
  EXPECT_NE(code("CreateTags", {{"Resources", {id}}, {"Tags", many}}), "ok");
}

TEST_F(Ec2Test, TagSpecificationsNameTheirResource) {
  const Json tags = {{{"Key", "a"}, {"Value", "b"}}};
  EXPECT_EQ(
      code("CreateVpc", {{"CidrBlock", "10.0.0.0/16"},
                         {"TagSpecifications", {{{"ResourceType", "subnet"}, {"Tags", tags}}}}}),
      "InvalidParameterValue");
  const Json made =
      ec2("CreateVpc", {{"CidrBlock", "10.0.0.0/16"},
                        {"TagSpecifications", {{{"ResourceType", "vpc"}, {"Tags", tags}}}}});
  EXPECT_EQ(made["Vpc"]["Tags"], tags);
}

struct ScalingTest : Ec2Test {
  std::string net = vpc();
  std::string place = subnet(net);
  std::string wall = group(net);

  void scale_to(int desired) {
    OpContext context = cloud.context("us-west-2");
    if (context.ec2().scaling_groups.find("eks-nodes") != nullptr) {
      resize_scaling_group(context, "eks-nodes", desired);
      return;
    }
    ScalingGroup wanted;
    wanted.name = "eks-nodes";
    wanted.instance_type = "t3.large";
    wanted.subnets = {place};
    wanted.groups = {wall};
    wanted.max = 5;
    wanted.desired = desired;
    wanted.tags["eks:nodegroup-name"] = "nodes";
    make_scaling_group(context, wanted);
  }
};

TEST_F(ScalingTest, GroupsLaunchAndTerminate) {
  scale_to(3);
  EXPECT_THAT(ec2("DescribeInstances")["Reservations"], SizeIs(3));
  EXPECT_THAT(ec2("DescribeNetworkInterfaces")["NetworkInterfaces"], SizeIs(3));
  const Json groups = must(cloud, "autoscaling", "DescribeAutoScalingGroups");
  EXPECT_EQ(groups["AutoScalingGroups"][0]["DesiredCapacity"], 3);
  EXPECT_THAT(groups["AutoScalingGroups"][0]["Instances"], SizeIs(3));
  scale_to(1);
  EXPECT_THAT(ec2("DescribeInstances")["Reservations"], SizeIs(1));
  OpContext context = cloud.context("us-west-2");
  remove_scaling_group(context, "eks-nodes");
  EXPECT_THAT(ec2("DescribeInstances")["Reservations"], IsEmpty());
  EXPECT_THAT(ec2("DescribeNetworkInterfaces")["NetworkInterfaces"], IsEmpty());
  ec2("DeleteSubnet", {{"SubnetId", place}});
}

TEST_F(ScalingTest, NodesHoldTheirSubnetAndGroup) {  // E8, E9, E10, E15
  ec2("ModifySubnetAttribute", {{"SubnetId", place}, {"MapPublicIpOnLaunch", {{"Value", true}}}});
  const std::string gateway = attached_gateway(net);
  scale_to(1);
  EXPECT_EQ(code("DeleteSubnet", {{"SubnetId", place}}), "DependencyViolation");
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", wall}}), "DependencyViolation");
  EXPECT_EQ(code("DetachInternetGateway", {{"InternetGatewayId", gateway}, {"VpcId", net}}),
            "DependencyViolation");
  const Json seen = ec2("DescribeNetworkInterfaces")["NetworkInterfaces"][0];
  const Json id = {{"NetworkInterfaceId", seen["NetworkInterfaceId"]}};
  const Completion refused = cloud.call("ec2", "DeleteNetworkInterface", id);
  EXPECT_EQ(refused.status.aws_code, "InvalidParameterValue");
  EXPECT_EQ(refused.status.code, Code::conflict);
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", seen["Attachment"]["AttachmentId"]}}),
            "OperationNotPermitted");
}

TEST_F(Ec2Test, AwssOwnInterfacesAreNotOurs) {  // E15
  const std::string place = subnet(vpc());
  OpContext context = cloud.context("us-west-2");
  NetworkInterface wanted;
  wanted.subnet = place;
  wanted.requester = "amazon-eks";
  const NetworkInterface made = make_interface(context, wanted);
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", made.attachment}}),
            "OperationNotPermitted");
  EXPECT_EQ(code("DetachNetworkInterface", {{"AttachmentId", "eni-attach-0"}}),
            "InvalidAttachmentID.NotFound");
}

TEST_F(Ec2Test, LeftInterfacesCanBeFoundAndDeleted) {
  const std::string place = subnet(vpc());
  OpContext context = cloud.context("us-west-2");
  NetworkInterface wanted;
  wanted.subnet = place;
  wanted.tags = {{"cluster.k8s.amazonaws.com/name", "c"}};
  make_interface(context, wanted, false);
  const Json found = ec2("DescribeNetworkInterfaces",
                         {{"Filters",
                           {{{"Name", "status"}, {"Values", {"available"}}},
                            {{"Name", "tag:cluster.k8s.amazonaws.com/name"}, {"Values", {"c"}}},
                            {{"Name", "subnet-id"}, {"Values", {place}}}}}})["NetworkInterfaces"];
  ASSERT_THAT(found, SizeIs(1));
  ec2("DeleteNetworkInterface", {{"NetworkInterfaceId", found[0]["NetworkInterfaceId"]}});
  ec2("DeleteSubnet", {{"SubnetId", place}});
}

TEST_F(Ec2Test, ZonesAndInstanceTypes) {
  EXPECT_THAT(ec2("DescribeAvailabilityZones")["AvailabilityZones"], SizeIs(4));
  const Json types = ec2("DescribeInstanceTypes", {{"InstanceTypes", {"g5.xlarge"}}});
  EXPECT_EQ(types["InstanceTypes"][0]["GpuInfo"]["Gpus"][0]["Count"], 1);
  EXPECT_EQ(code("DescribeInstanceTypes", {{"InstanceTypes", {"x9.huge"}}}), "InvalidInstanceType");
  const Json offered = ec2("DescribeInstanceTypeOfferings",
                           {{"LocationType", "availability-zone"},
                            {"Filters", {{{"Name", "instance-type"}, {"Values", {"p5.*"}}}}}});
  EXPECT_THAT(offered["InstanceTypeOfferings"], SizeIs(1)) << "not every zone has every type";
}

}  // namespace
}  // namespace byoc::sim
