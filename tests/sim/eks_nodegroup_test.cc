// The rules of EKS managed nodegroups: E25, E31, E32, and what they need from the network.
#include <gtest/gtest.h>

#include "tests/sim/eks_testing.h"

namespace byoc::sim {
namespace {

struct NodegroupTest : EksTest {
  NodegroupTest() { make_cluster(); }

  std::string fate(const Json& change = Json::object()) {
    make_nodegroup(change);
    const Json shown = nodegroup();
    if (shown["status"] != "CREATE_FAILED") return shown["status"].get<std::string>();
    return shown["health"]["issues"][0]["code"].get<std::string>();
  }
  std::string launch_template(const std::string& name, const Json& data) {
    const Json params = {{"LaunchTemplateName", name}, {"LaunchTemplateData", data}};
    const Json made = ec2("CreateLaunchTemplate", params);
    return made["LaunchTemplate"]["LaunchTemplateId"].get<std::string>();
  }
  std::string update(const Json& change) {
    Json params = on_cluster({{"nodegroupName", "workers"}});
    params.update(change);
    return eks_code("UpdateNodegroupConfig", params);
  }
};

TEST_F(NodegroupTest, NodesStandInTheSubnets) {
  EXPECT_EQ(fate(), "ACTIVE");
  EXPECT_EQ(ec2_state().instances.size(), 2U);
  EXPECT_TRUE(ec2_state().instances.any([&](const Instance& i) { return i.subnet == subnet_b; }));
  const Json entry = on_cluster({{"principalArn", node_role}});
  EXPECT_EQ(eks("DescribeAccessEntry", entry)["accessEntry"]["type"], "EC2_LINUX");
  EXPECT_EQ(code("DeleteSubnet", {{"SubnetId", subnet_b}}), "DependencyViolation");
  eks("DeleteNodegroup", on_cluster({{"nodegroupName", "workers"}}));
  EXPECT_EQ(nodegroup()["status"], "DELETING");
  cloud.advance(minutes(8));
  EXPECT_EQ(ec2_state().instances.size(), 0U);
  EXPECT_EQ(ec2_state().scaling_groups.size(), 0U);
  EXPECT_EQ(eks_code("DescribeNodegroup", on_cluster({{"nodegroupName", "workers"}})),
            "ResourceNotFoundException");
}

TEST_F(NodegroupTest, RefusesWhatEksRefusesInACreate) {
  const std::string bare = role("bare", "ec2.amazonaws.com", {"AmazonEKSWorkerNodePolicy"});
  const std::string elsewhere = subnet(vpc("10.1.0.0/16"), "10.1.0.0/24");
  const auto sizes = [](int min, int desired, int max) {
    return Json(
        {{"scalingConfig", {{"minSize", min}, {"desiredSize", desired}, {"maxSize", max}}}});
  };
  struct Case {
    Json change;
    Code means;
  };
  const Case cases[] = {
      {{{"nodegroupName", "bad name"}}, Code::invalid},
      {{{"nodegroupName", std::string(64, 'x')}}, Code::invalid},
      {sizes(3, 2, 4), Code::invalid},
      {sizes(0, 5, 4), Code::invalid},
      {sizes(0, 0, 0), Code::invalid},
      {{{"subnets", Json::array()}}, Code::invalid},
      {{{"subnets", {elsewhere}}}, Code::invalid},
      {{{"instanceTypes", {"no.such-type"}}}, Code::invalid},
      {{{"capacityType", "CHEAP"}}, Code::invalid},
      {{{"version", "1.34"}}, Code::invalid},
      {{{"labels", {{"kubernetes.io/x", "y"}}}}, Code::invalid},
      {{{"taints", {{{"key", "a"}, {"effect", "NoSchedule"}}}}}, Code::invalid},
      {{{"updateConfig", {{"maxUnavailable", 0}}}}, Code::invalid},
      {{{"nodeRole", cluster_role}}, Code::unavailable},
      {{{"nodeRole", bare}}, Code::unavailable},
      {{{"launchTemplate", {{"id", "lt-0123456789abcdef0"}}}}, Code::unavailable},
      {{{"launchTemplate", {{"id", "lt-0123456789abcdef0"}, {"name", "x"}}}}, Code::invalid},
  };
  for (const Case& test : cases) {
    const Completion answer = cloud.call("eks", "CreateNodegroup", nodegroup_params(test.change));
    EXPECT_EQ(answer.status.aws_code, "InvalidParameterException") << test.change;
    EXPECT_EQ(answer.status.code, test.means) << answer.status.message;
  }
}

TEST_F(NodegroupTest, ANameIsTakenOnce) {  // E25
  make_nodegroup();
  const Completion taken = cloud.call("eks", "CreateNodegroup", nodegroup_params());
  EXPECT_EQ(taken.status.aws_code, "ResourceInUseException");
  EXPECT_EQ(taken.status.code, Code::already_exists);
}

TEST_F(NodegroupTest, ATemplateSaysThingsOnce) {  // E25
  const std::string typed = launch_template("typed", {{"InstanceType", "t3.large"}});
  const std::string plain =
      launch_template("plain", {{"MetadataOptions", {{"HttpTokens", "required"}}}});
  const auto create = [&](const std::string& id, Json change) {
    change["launchTemplate"] = {{"id", id}};
    return eks_code("CreateNodegroup", nodegroup_params(change));
  };
  EXPECT_EQ(create(typed, Json::object()), "InvalidParameterException");
  EXPECT_EQ(create(plain, {{"diskSize", 50}}), "InvalidParameterException");
  EXPECT_EQ(create(plain, Json::object()), "ok");
  cloud.advance(minutes(3));
  const Json shown = nodegroup();
  EXPECT_EQ(shown["launchTemplate"]["id"], plain);
  EXPECT_EQ(shown["launchTemplate"]["version"], "1");
  EXPECT_FALSE(shown.contains("diskSize"));
}

TEST_F(NodegroupTest, TheTemplateStaysTheSame) {  // E31
  const std::string first = launch_template("first", {{"EbsOptimized", true}});
  const std::string other = launch_template("other", {{"EbsOptimized", true}});
  make_nodegroup({{"launchTemplate", {{"id", first}}}});
  ec2("CreateLaunchTemplateVersion",
      {{"LaunchTemplateId", first}, {"LaunchTemplateData", {{"EbsOptimized", false}}}});
  const auto change = [&](const Json& choice) {
    return eks_code("UpdateNodegroupVersion",
                    on_cluster({{"nodegroupName", "workers"}, {"launchTemplate", choice}}));
  };
  EXPECT_EQ(change({{"id", other}}), "InvalidParameterException");
  EXPECT_EQ(change({{"id", first}, {"name", "first"}}), "InvalidParameterException");
  EXPECT_EQ(change({{"id", first}, {"version", "2"}}), "ok");
  cloud.advance(minutes(6));
  EXPECT_EQ(nodegroup()["launchTemplate"]["version"], "2");
}

TEST_F(NodegroupTest, SizesLabelsAndTaintsChange) {
  make_nodegroup({{"labels", {{"a", "1"}, {"b", "2"}}}});
  EXPECT_EQ(update({{"scalingConfig", {{"maxSize", 1}}}}), "InvalidParameterException");
  EXPECT_EQ(update(Json::object()), "InvalidParameterException");
  EXPECT_EQ(update({{"scalingConfig", {{"desiredSize", 3}}},
                    {"labels", {{"addOrUpdateLabels", {{"c", "3"}}}, {"removeLabels", {"a"}}}},
                    {"taints",
                     {{"addOrUpdateTaints",
                       {{{"key", "gpu"}, {"value", "1"}, {"effect", "NO_SCHEDULE"}}}}}}}),
            "ok");
  EXPECT_EQ(nodegroup()["status"], "UPDATING");
  EXPECT_EQ(update({{"scalingConfig", {{"desiredSize", 4}}}}), "ResourceInUseException");
  EXPECT_EQ(eks_code("DeleteNodegroup", on_cluster({{"nodegroupName", "workers"}})),
            "ResourceInUseException");
  cloud.advance(minutes(1));
  const Json shown = nodegroup();
  EXPECT_EQ(shown["status"], "ACTIVE");
  EXPECT_EQ(shown["scalingConfig"]["desiredSize"], 3);
  EXPECT_EQ(shown["labels"], Json({{"b", "2"}, {"c", "3"}}));
  EXPECT_EQ(shown["taints"][0]["key"], "gpu");
  EXPECT_EQ(ec2_state().instances.size(), 3U);
}

TEST_F(NodegroupTest, NodesNeedAWayOut) {
  const std::string closed = subnet(vpc_id, "10.0.8.0/24", "us-west-2a");
  EXPECT_EQ(fate({{"subnets", {closed}}}), "NodeCreationFailure");
}

TEST_F(NodegroupTest, NodesInAPublicSubnetNeedAddresses) {
  ec2("ModifySubnetAttribute",
      {{"SubnetId", subnet_a}, {"MapPublicIpOnLaunch", {{"Value", false}}}});
  EXPECT_EQ(fate(), "Ec2SubnetInvalidConfiguration");
}

TEST_F(NodegroupTest, NodesBehindANatNeedIt) {
  const std::string inner = subnet(vpc_id, "10.0.8.0/24", "us-west-2a");
  const std::string gateway = nat(subnet_a, address());
  cloud.advance(minutes(3));
  const std::string route_table = table(vpc_id);
  ec2("CreateRoute", {{"RouteTableId", route_table},
                      {"DestinationCidrBlock", "0.0.0.0/0"},
                      {"NatGatewayId", gateway}});
  ec2("AssociateRouteTable", {{"RouteTableId", route_table}, {"SubnetId", inner}});
  EXPECT_EQ(fate({{"subnets", {inner}}}), "ACTIVE");
}

TEST_F(EksTest, NodesNeedTheAddonsBeforeThem) {
  make_cluster({{"bootstrapSelfManagedAddons", false}});
  make_nodegroup();
  EXPECT_EQ(nodegroup()["health"]["issues"][0]["code"], "NodeCreationFailure");
  eks("DeleteNodegroup", on_cluster({{"nodegroupName", "workers"}}));
  cloud.advance(minutes(8));
  eks("CreateAddon", on_cluster({{"addonName", "vpc-cni"}}));
  eks("CreateAddon", on_cluster({{"addonName", "kube-proxy"}}));
  make_nodegroup();
  EXPECT_EQ(nodegroup()["status"], "ACTIVE");
}

TEST_F(NodegroupTest, CapacityMayBeShort) {
  cloud.faults().capacity_shortage = 1;
  EXPECT_EQ(fate(), "AsgInstanceLaunchFailures");
  EXPECT_EQ(ec2_state().instances.size(), 0U);
}

TEST_F(NodegroupTest, ADeleteNeedsTheNodeRole) {  // E32
  make_nodegroup();
  const Json name = on_cluster({{"nodegroupName", "workers"}});
  const Json worker = {{"RoleName", "nodes"},
                       {"PolicyArn", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"}};
  must(cloud, "iam", "DetachRolePolicy", worker);
  for (int i = 0; i < 2; ++i) {
    eks("DeleteNodegroup", name);
    cloud.advance(minutes(8));
    EXPECT_EQ(nodegroup()["status"], "DELETE_FAILED");
    EXPECT_EQ(nodegroup()["health"]["issues"][0]["code"], "AccessDenied");
  }
  must(cloud, "iam", "AttachRolePolicy", worker);
  eks("DeleteNodegroup", name);
  cloud.advance(minutes(8));
  EXPECT_EQ(eks_code("DescribeNodegroup", name), "ResourceNotFoundException");
}

TEST_F(NodegroupTest, ADeleteMayFailOnce) {  // E32
  make_nodegroup();
  cloud.faults().nodegroup_delete_failure = 1;
  const Json name = on_cluster({{"nodegroupName", "workers"}});
  eks("DeleteNodegroup", name);
  cloud.advance(minutes(8));
  EXPECT_EQ(nodegroup()["status"], "DELETE_FAILED");
  EXPECT_EQ(nodegroup()["health"]["issues"][0]["code"], "Ec2SecurityGroupDeletionFailure");
  eks("DeleteNodegroup", name);
  cloud.advance(minutes(8));
  EXPECT_EQ(eks_code("DescribeNodegroup", name), "ResourceNotFoundException");
}

TEST_F(NodegroupTest, ALeakedInterfaceKeepsTheGroupAndTheSubnet) {
  make_nodegroup();
  cloud.faults().leaked_interface = 1;
  eks("DeleteNodegroup", on_cluster({{"nodegroupName", "workers"}}));
  cloud.advance(minutes(8));
  const Json filter = {{{"Name", "tag:cluster.k8s.amazonaws.com/name"}, {"Values", {"train"}}}};
  const Json left = ec2("DescribeNetworkInterfaces", {{"Filters", filter}})["NetworkInterfaces"];
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0]["Status"], "available");
  const std::string group = cluster()["resourcesVpcConfig"]["clusterSecurityGroupId"];
  eks("DeleteCluster", {{"name", "train"}});
  cloud.advance(minutes(4));
  EXPECT_NE(ec2_state().groups.find(group), nullptr);
  ec2("DeleteNetworkInterface", {{"NetworkInterfaceId", left[0]["NetworkInterfaceId"]}});
  ec2("DeleteSecurityGroup", {{"GroupId", group}});
}

}  // namespace
}  // namespace byoc::sim
