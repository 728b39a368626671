// The rules of EKS clusters, add-ons and access entries: E23-E30, K3, K4, K6.
#include <gtest/gtest.h>

#include "tests/sim/eks_testing.h"

namespace byoc::sim {
namespace {

TEST_F(EksTest, AClusterTakesTenMinutes) {
  const Json made = eks("CreateCluster", cluster_params({{"tags", {{"a", "b"}}}}))["cluster"];
  EXPECT_EQ(made["status"], "CREATING");
  EXPECT_FALSE(made.contains("endpoint"));
  EXPECT_EQ(made["resourcesVpcConfig"]["vpcId"], vpc_id);
  cloud.advance(minutes(8));
  EXPECT_EQ(cluster()["status"], "CREATING");
  cloud.advance(minutes(3));
  const Json shown = cluster();
  EXPECT_EQ(shown["status"], "ACTIVE");
  EXPECT_EQ(shown["tags"], Json({{"a", "b"}}));
  EXPECT_EQ(shown["arn"], "arn:aws:eks:us-west-2:111122223333:cluster/train");
  const std::string issuer = shown["identity"]["oidc"]["issuer"];
  EXPECT_TRUE(issuer.starts_with("https://oidc.eks.us-west-2.amazonaws.com/id/"));
  EXPECT_EQ(eks("ListClusters")["clusters"], Json::array({"train"}));
}

TEST_F(EksTest, RefusesWhatEksRefusesInACreate) {
  const std::string subnet_c = subnet(vpc_id, "10.0.2.0/24", "us-west-2a");
  const std::string elsewhere = subnet(vpc("10.1.0.0/16"), "10.1.0.0/24", "us-west-2b");
  const std::string bare = role("bare", "eks.amazonaws.com", {});
  const auto subnets = [](const Json& ids) {
    return Json({{"resourcesVpcConfig", {{"subnetIds", ids}}}});
  };
  struct Case {
    Json change;
    const char* code;
    Code means;
  };
  const char* invalid = "InvalidParameterException";
  const Case cases[] = {
      {{{"name", "-x"}}, invalid, Code::invalid},
      {{{"name", std::string(101, 'x')}}, invalid, Code::invalid},
      {{{"version", "9.99"}}, invalid, Code::invalid},
      {{{"roleArn", "arn:aws:iam::111122223333:role/none"}}, invalid, Code::unavailable},  // K3
      {{{"roleArn", node_role}}, invalid, Code::unavailable},
      {{{"roleArn", bare}}, invalid, Code::unavailable},
      {{{"roleArn", "arn:aws:iam::999988887777:role/x"}}, "AccessDeniedException", Code::denied},
      {subnets({subnet_a}), invalid, Code::invalid},
      {subnets({subnet_a, subnet_c}), invalid, Code::invalid},
      {subnets({subnet_a, elsewhere}), invalid, Code::invalid},
      {subnets({subnet_a, "subnet-0123456789abcdef0"}), invalid, Code::unavailable},
      {{{"accessConfig", {{"authenticationMode", "NONE"}}}}, invalid, Code::invalid},
      {{{"accessConfig", {{"mode", "API"}}}}, "UnknownParameter", Code::invalid},
      {{{"vpc", "x"}}, "UnknownParameter", Code::invalid},
      {{{"tags", {{"aws:x", "y"}}}}, invalid, Code::invalid},
      {{{"logging", {{"clusterLogging", {{{"types", {"all"}}, {"enabled", true}}}}}}},
       invalid,
       Code::invalid},
  };
  for (const Case& test : cases) {
    const Completion answer = cloud.call("eks", "CreateCluster", cluster_params(test.change));
    EXPECT_EQ(answer.status.aws_code, test.code) << test.change;
    EXPECT_EQ(answer.status.code, test.means) << answer.status.message;
  }
  EXPECT_TRUE(eks("ListClusters")["clusters"].empty());
}

TEST_F(EksTest, APrivateEndpointNeedsNames) {
  const Json network = {{"subnetIds", {subnet_a, subnet_b}}, {"endpointPrivateAccess", true}};
  const Json params = cluster_params({{"resourcesVpcConfig", network}});
  EXPECT_EQ(eks_code("CreateCluster", params), "InvalidParameterException");
  ec2("ModifyVpcAttribute", {{"VpcId", vpc_id}, {"EnableDnsHostnames", {{"Value", true}}}});
  EXPECT_EQ(eks_code("CreateCluster", params), "ok");
}

TEST_F(EksTest, ANameIsTakenOnce) {  // E23
  Json params = cluster_params({{"clientRequestToken", "t1"}});
  eks("CreateCluster", params);
  EXPECT_EQ(eks("CreateCluster", params)["cluster"]["status"], "CREATING");  // the token says so
  params["version"] = "1.34";
  EXPECT_EQ(eks_code("CreateCluster", params), "IdempotentParameterMismatch");
  const Completion taken = cloud.call("eks", "CreateCluster", cluster_params());
  EXPECT_EQ(taken.status.aws_code, "ResourceInUseException");
  EXPECT_EQ(taken.status.code, Code::already_exists);
}

TEST_F(EksTest, EksMakesAGroupAndInterfacesAndTakesThemAway) {
  make_cluster();
  const std::string group = cluster()["resourcesVpcConfig"]["clusterSecurityGroupId"];
  EXPECT_TRUE(ec2_state().groups.find(group)->name.starts_with("eks-cluster-sg-train-"));
  EXPECT_TRUE(ec2_state().interfaces.any(
      [](const NetworkInterface& i) { return i.description == "Amazon EKS train"; }));
  EXPECT_EQ(code("DeleteSubnet", {{"SubnetId", subnet_a}}), "DependencyViolation");
  EXPECT_EQ(code("DeleteSecurityGroup", {{"GroupId", group}}), "DependencyViolation");
  eks("DeleteCluster", {{"name", "train"}});
  EXPECT_EQ(cluster()["status"], "DELETING");
  cloud.advance(minutes(4));
  EXPECT_EQ(eks_code("DescribeCluster", {{"name", "train"}}), "ResourceNotFoundException");
  EXPECT_EQ(ec2_state().groups.find(group), nullptr);
  ec2("DeleteSubnet", {{"SubnetId", subnet_a}});
}

TEST_F(EksTest, NothingIsAddedToAClusterInTheMaking) {  // E24
  EXPECT_EQ(eks_code("CreateNodegroup", nodegroup_params()), "ResourceNotFoundException");
  eks("CreateCluster", cluster_params());
  EXPECT_EQ(eks_code("CreateNodegroup", nodegroup_params()), "InvalidRequestException");
  EXPECT_EQ(eks_code("CreateAddon", on_cluster({{"addonName", "vpc-cni"}})),
            "InvalidRequestException");
  EXPECT_EQ(eks_code("CreateAccessEntry", on_cluster({{"principalArn", node_role}})),
            "InvalidRequestException");
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceInUseException");
}

TEST_F(EksTest, AClusterGoesLast) {  // E26
  make_cluster();
  make_nodegroup();
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceInUseException");
  eks("DeleteNodegroup", on_cluster({{"nodegroupName", "workers"}}));
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceInUseException");
  cloud.advance(minutes(8));
  eks("UpdateClusterConfig", {{"name", "train"}, {"deletionProtection", true}});
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceInUseException");
  cloud.advance(seconds(10));
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "InvalidRequestException");
  eks("UpdateClusterConfig", {{"name", "train"}, {"deletionProtection", false}});
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "InvalidRequestException");
  cloud.advance(seconds(10));
  eks("DeleteCluster", {{"name", "train"}});
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceInUseException");
  cloud.advance(minutes(4));
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceNotFoundException");
}

TEST_F(EksTest, OneUpdateAtATimeAndOneKindInIt) {  // E28, E29
  make_cluster();
  const Json endpoint = {{"endpointPublicAccess", true}, {"publicAccessCidrs", {"10.9.0.0/16"}}};
  const Json logging = Json::parse(R"({"clusterLogging": [{"types": ["api"], "enabled": true}]})");
  EXPECT_EQ(eks_code("UpdateClusterConfig",
                     {{"name", "train"}, {"resourcesVpcConfig", endpoint}, {"logging", logging}}),
            "InvalidParameterException");
  const Json started =
      eks("UpdateClusterConfig", {{"name", "train"}, {"resourcesVpcConfig", endpoint}})["update"];
  EXPECT_EQ(started["type"], "EndpointAccessUpdate");
  EXPECT_EQ(started["status"], "InProgress");
  EXPECT_EQ(cluster()["status"], "UPDATING");
  const Json name_and_logging = {{"name", "train"}, {"logging", logging}};
  EXPECT_EQ(eks_code("UpdateClusterConfig", name_and_logging), "ResourceInUseException");
  EXPECT_EQ(eks_code("DeleteCluster", {{"name", "train"}}), "ResourceInUseException");
  cloud.advance(minutes(3));
  EXPECT_EQ(cluster()["resourcesVpcConfig"]["publicAccessCidrs"], Json::array({"10.9.0.0/16"}));
  EXPECT_EQ(cluster()["status"], "ACTIVE");
  const Json which = {{"name", "train"}, {"updateId", started["id"]}};
  EXPECT_EQ(eks("DescribeUpdate", which)["update"]["status"], "Successful");
  EXPECT_EQ(eks("ListUpdates", {{"name", "train"}})["updateIds"], Json::array({started["id"]}));
  const Completion same = cloud.call("eks", "UpdateClusterConfig",
                                     {{"name", "train"}, {"resourcesVpcConfig", endpoint}});
  EXPECT_EQ(same.status.aws_code, "InvalidParameterException");
  EXPECT_EQ(same.status.code, Code::already_exists);
}

TEST_F(EksTest, LoggingKeepsWhatIsNotNamed) {
  make_cluster(
      {{"logging", {{"clusterLogging", {{{"types", {"api", "audit"}}, {"enabled", true}}}}}}});
  const Json off = Json::parse(R"({"clusterLogging": [{"types": ["api"], "enabled": false}]})");
  eks("UpdateClusterConfig", {{"name", "train"}, {"logging", off}});
  cloud.advance(minutes(3));
  EXPECT_EQ(cluster()["logging"]["clusterLogging"][0],
            Json::parse(R"({"types": ["audit"], "enabled": true})"));
}

TEST_F(EksTest, VersionsRiseOneByOneAndNodesFollow) {  // E30
  make_cluster({{"version", "1.32"}});
  make_nodegroup();
  const auto raise = [&](const char* version) {
    return eks_code("UpdateClusterVersion", {{"name", "train"}, {"version", version}});
  };
  EXPECT_EQ(raise("1.34"), "InvalidParameterException");
  EXPECT_EQ(raise("1.31"), "InvalidParameterException");
  EXPECT_EQ(raise("1.33"), "ok");
  cloud.advance(minutes(10));
  EXPECT_EQ(cluster()["version"], "1.33");
  EXPECT_EQ(raise("1.34"), "InvalidRequestException");
  eks("UpdateNodegroupVersion", on_cluster({{"nodegroupName", "workers"}}));
  cloud.advance(minutes(6));
  EXPECT_EQ(nodegroup()["version"], "1.33");
  EXPECT_EQ(raise("1.34"), "ok");
}

TEST_F(EksTest, AddonsBecomeActiveAndCorednsNeedsNodes) {
  make_cluster();
  EXPECT_EQ(eks_code("CreateAddon", on_cluster({{"addonName", "no-such-addon"}})),
            "InvalidParameterException");
  const Json vpc_cni = on_cluster({{"addonName", "vpc-cni"}});
  const Json coredns = on_cluster({{"addonName", "coredns"}});
  EXPECT_EQ(eks("CreateAddon", vpc_cni)["addon"]["status"], "CREATING");
  eks("CreateAddon", coredns);
  EXPECT_EQ(cloud.call("eks", "CreateAddon", vpc_cni).status.code, Code::already_exists);
  EXPECT_EQ(eks_code("DeleteAddon", vpc_cni), "InvalidRequestException");
  cloud.advance(seconds(30));
  EXPECT_EQ(eks("DescribeAddon", vpc_cni)["addon"]["status"], "ACTIVE");
  EXPECT_EQ(eks("DescribeAddon", coredns)["addon"]["status"], "DEGRADED");
  make_nodegroup();
  EXPECT_EQ(eks("DescribeAddon", coredns)["addon"]["status"], "ACTIVE");
  Json newer = vpc_cni;
  newer["addonVersion"] = "v1.21.0-eksbuild.2";
  eks("UpdateAddon", newer);
  EXPECT_EQ(eks_code("UpdateAddon", newer), "ResourceInUseException");
  cloud.advance(seconds(30));
  EXPECT_EQ(eks("DescribeAddon", vpc_cni)["addon"]["addonVersion"], "v1.21.0-eksbuild.2");
  eks("DeleteAddon", vpc_cni);
  cloud.advance(seconds(30));
  EXPECT_EQ(eks_code("DescribeAddon", vpc_cni), "ResourceNotFoundException");
  EXPECT_EQ(eks("ListAddons", on_cluster())["addons"], Json::array({"coredns"}));
}

TEST_F(EksTest, TheCreatorMayEnter) {
  make_cluster();
  const Json entries = eks("ListAccessEntries", on_cluster())["accessEntries"];
  ASSERT_EQ(entries, Json::array({"arn:aws:iam::111122223333:user/operator"}));
  const Json policies = eks("ListAssociatedAccessPolicies",
                            on_cluster({{"principalArn", entries[0]}}))["associatedAccessPolicies"];
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(policies[0]["accessScope"]["type"], "cluster");
}

TEST_F(EksTest, EntriesAndTheirPolicies) {
  make_cluster(
      {{"accessConfig",
        {{"authenticationMode", "API"}, {"bootstrapClusterCreatorAdminPermissions", false}}}});
  EXPECT_TRUE(eks("ListAccessEntries", on_cluster())["accessEntries"].empty());
  const Json entry = on_cluster({{"principalArn", node_role}});
  Json grouped = entry;
  grouped["kubernetesGroups"] = {"system:masters"};
  EXPECT_EQ(eks_code("CreateAccessEntry", grouped), "InvalidParameterException");
  const Json missing = on_cluster({{"principalArn", "arn:aws:iam::111122223333:role/none"}});
  EXPECT_EQ(cloud.call("eks", "CreateAccessEntry", missing).status.code, Code::unavailable);  // K4
  const Json made = eks("CreateAccessEntry", entry)["accessEntry"];
  EXPECT_EQ(made["username"], "arn:aws:sts::111122223333:assumed-role/nodes/{{SessionName}}");
  EXPECT_EQ(cloud.call("eks", "CreateAccessEntry", entry).status.code, Code::already_exists);
  Json policy = entry;
  policy["policyArn"] = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
  EXPECT_EQ(eks_code("DisassociateAccessPolicy", policy), "ResourceNotFoundException");
  Json scoped = policy;
  scoped["accessScope"] = {{"type", "namespace"}};
  EXPECT_EQ(eks_code("AssociateAccessPolicy", scoped), "InvalidParameterException");
  scoped["accessScope"] = {{"type", "namespace"}, {"namespaces", {"default"}}};
  eks("AssociateAccessPolicy", scoped);
  eks("AssociateAccessPolicy", scoped);
  eks("DisassociateAccessPolicy", policy);
  eks("DeleteAccessEntry", entry);
  EXPECT_EQ(eks_code("DescribeAccessEntry", entry), "ResourceNotFoundException");
}

TEST_F(EksTest, AConfigMapClusterHasNoEntries) {
  make_cluster({{"accessConfig", {{"authenticationMode", "CONFIG_MAP"}}}});
  EXPECT_EQ(eks_code("ListAccessEntries", on_cluster()), "InvalidRequestException");
  const auto mode = [&](const char* wanted) {
    return eks_code("UpdateClusterConfig",
                    {{"name", "train"}, {"accessConfig", {{"authenticationMode", wanted}}}});
  };
  EXPECT_EQ(mode("API"), "InvalidParameterException");
  EXPECT_EQ(mode("API_AND_CONFIG_MAP"), "ok");
  cloud.advance(minutes(3));
  EXPECT_EQ(mode("CONFIG_MAP"), "InvalidParameterException");
  EXPECT_EQ(eks_code("ListAccessEntries", on_cluster()), "ok");
}

TEST_F(EksTest, TagsGoByArn) {
  make_cluster();
  make_nodegroup({{"tags", {{"a", "b"}}}});
  for (const std::string& arn :
       {cluster()["arn"].get<std::string>(), nodegroup()["nodegroupArn"].get<std::string>()}) {
    eks("TagResource", {{"resourceArn", arn}, {"tags", {{"c", "d"}, {"e", "f"}}}});
    eks("UntagResource", {{"resourceArn", arn}, {"tagKeys", {"a", "c"}}});
    EXPECT_EQ(eks("ListTagsForResource", {{"resourceArn", arn}})["tags"], Json({{"e", "f"}}));
    EXPECT_EQ(eks_code("TagResource", {{"resourceArn", arn}, {"tags", {{"aws:x", "y"}}}}),
              "BadRequestException");
    EXPECT_EQ(eks_code("ListTagsForResource", {{"resourceArn", arn + "x"}}), "NotFoundException");
  }
}

TEST_F(EksTest, AClusterMayFail) {
  cloud.faults().cluster_create_failure = 1;
  eks("CreateCluster", cluster_params());
  cloud.advance(minutes(12));
  EXPECT_EQ(cluster()["status"], "FAILED");
  EXPECT_FALSE(cluster()["health"]["issues"].empty());
  EXPECT_EQ(eks_code("CreateNodegroup", nodegroup_params()), "InvalidRequestException");
  eks("DeleteCluster", {{"name", "train"}});
  cloud.advance(minutes(4));
  EXPECT_TRUE(eks("ListClusters")["clusters"].empty());
}

TEST_F(EksTest, EksDoubtsANewRole) {  // K3
  cloud.faults().stale = 1;
  cloud.faults().propagation_window_max = minutes(2);
  const std::string fresh = role("fresh", "eks.amazonaws.com", {"AmazonEKSClusterPolicy"});
  const Json params = cluster_params({{"roleArn", fresh}});
  EXPECT_EQ(cloud.call("eks", "CreateCluster", params).status.code, Code::unavailable);
  cloud.advance(minutes(2));
  EXPECT_EQ(eks_code("CreateCluster", params), "ok");
}

TEST_F(EksTest, TheStatusLagsBehindAnUpdate) {  // K6
  make_cluster();
  cloud.faults().stale = 1;
  cloud.faults().list_window_max = minutes(1);
  eks("UpdateClusterConfig", {{"name", "train"}, {"deletionProtection", true}});
  EXPECT_EQ(cluster()["status"], "ACTIVE");
  EXPECT_EQ(eks_code("UpdateClusterVersion", {{"name", "train"}, {"version", "1.34"}}),
            "ResourceInUseException");
}

TEST_F(EksTest, LogsComeBackAfterTheCluster) {
  cloud.faults().revived_logs = 1;
  make_cluster({{"logging", {{"clusterLogging", {{{"types", {"api"}}, {"enabled", true}}}}}}});
  const Json name = {{"logGroupName", "/aws/eks/train/cluster"}};
  must(cloud, "logs", "DeleteLogGroup", name);  // EKS had made it
  eks("DeleteCluster", {{"name", "train"}});
  cloud.advance(minutes(4));
  EXPECT_EQ(code_of(cloud, "logs", "DeleteLogGroup", name), "ResourceNotFoundException");
  cloud.advance(minutes(3));
  EXPECT_EQ(code_of(cloud, "logs", "DeleteLogGroup", name), "ok");
}

TEST_F(EksTest, AWholeLifeLeavesNothing) {
  const Json before = cloud.world().dump();
  make_cluster();
  eks("CreateAddon", on_cluster({{"addonName", "coredns"}}));
  make_nodegroup();
  EXPECT_NE(cloud.world().dump(), before);
  eks("DeleteNodegroup", on_cluster({{"nodegroupName", "workers"}}));
  cloud.advance(minutes(8));
  eks("DeleteCluster", {{"name", "train"}});
  cloud.advance(minutes(4));
  EXPECT_EQ(cloud.world().dump(), before);
}

}  // namespace
}  // namespace byoc::sim
