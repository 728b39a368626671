#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "reconcilers/build.h"
#include "reconcilers/kinds.h"
#include "tests/reconcilers/kinds.h"

namespace byoc {
namespace {

Built built_cluster(Json spec, const Facts& facts = facts_of_tests()) {
  const Object object = object_of("Cluster", std::move(spec));
  return build_cluster(object, owner_of(object), facts);
}

std::set<std::string> keys_of_type(const Graph& graph, const std::string& type) {
  std::set<std::string> keys;
  for (const Desired& node : graph.nodes) {
    if (node.type == type) keys.insert(node.key);
  }
  return keys;
}

const Json& params(const Graph& graph, const std::string& key) {
  const Desired* node = find_node(graph, key);
  EXPECT_NE(node, nullptr) << key;
  static const Json kNone = Json::object();
  return node == nullptr ? kNone : node->params;
}

using Keys = std::set<std::string>;

// G28, B97
TEST(BuildCluster, ANetworkInTheFirstTwoZones) {
  const Graph graph = built_cluster(Json::object()).graph;
  EXPECT_EQ(keys_of_type(graph, "subnet"),
            (Keys{"subnet/private-a", "subnet/private-b", "subnet/public-a", "subnet/public-b"}));
  EXPECT_EQ(keys_of_type(graph, "nat-gateway"), Keys{"nat-gateway/a"});
  EXPECT_EQ(params(graph, "subnet/private-b").at("CidrBlock"), "10.0.16.0/20");
  EXPECT_EQ(params(graph, "subnet/public-a").at("CidrBlock"), "10.0.128.0/20");
  EXPECT_EQ(params(graph, "subnet/public-a").at("AvailabilityZone"), "us-west-2a");
  EXPECT_EQ(params(graph, "route/private-b/internet").at("NatGatewayId"),
            ref("nat-gateway/a", "NatGatewayId"));
}

// V26
TEST(BuildCluster, NoTwoSubnetsOverlap) {
  const Graph graph = built_cluster({{"network", {{"zones", Json::array({"a", "b", "c"})}}}}).graph;
  Keys cidrs;
  for (const Desired& node : graph.nodes) {
    if (node.type == "subnet") cidrs.insert(node.params.at("CidrBlock").get<std::string>());
  }
  EXPECT_EQ(cidrs.size(), 6U);
}

TEST(BuildCluster, SubnetsCarryTheTagsOfLoadBalancers) {
  const Graph graph = built_cluster(Json::object()).graph;
  EXPECT_EQ(find_node(graph, "subnet/public-a")->tags.at("kubernetes.io/role/elb"), "1");
  EXPECT_EQ(find_node(graph, "subnet/private-a")->tags.at("kubernetes.io/role/internal-elb"), "1");
}

// B97
TEST(BuildCluster, NatPerZoneOrNone) {
  const Graph each = built_cluster({{"network", {{"nat", "PerZone"}}}}).graph;
  EXPECT_EQ(keys_of_type(each, "address"), (Keys{"address/a", "address/b"}));
  EXPECT_EQ(params(each, "route/private-b/internet").at("NatGatewayId"),
            ref("nat-gateway/b", "NatGatewayId"));
  const Graph none = built_cluster({{"network", {{"nat", "None"}}}}).graph;
  EXPECT_TRUE(keys_of_type(none, "nat-gateway").empty());
  EXPECT_EQ(keys_of_type(none, "subnet"), (Keys{"subnet/public-a", "subnet/public-b"}));
  EXPECT_EQ(params(none, "cluster").at("resourcesVpcConfig").at("subnetIds"),
            Json::array({ref("subnet/public-a", "SubnetId"), ref("subnet/public-b", "SubnetId")}));
}

TEST(BuildCluster, ZonesByLetterOrName) {
  const Graph graph =
      built_cluster({{"network", {{"zones", Json::array({"c", "us-west-2a"})}}}}).graph;
  EXPECT_EQ(params(graph, "subnet/public-c").at("AvailabilityZone"), "us-west-2c");
  EXPECT_EQ(keys_of_type(graph, "nat-gateway"), Keys{"nat-gateway/c"});
}

TEST(BuildCluster, ZonesThatCannotBe) {
  const Built unknown = built_cluster({{"network", {{"zones", Json::array({"a", "z"})}}}});
  EXPECT_EQ(unknown.reason, "UnknownZone");
  EXPECT_TRUE(unknown.wrong);
  EXPECT_EQ(built_cluster({{"network", {{"zones", Json::array({"a"})}}}}).reason, "TooFewZones");
}

// G56
TEST(BuildCluster, TheControlPlane) {
  const Graph graph =
      built_cluster(
          {{"kubernetesVersion", "1.33"},
           {"endpoint", {{"public", true}, {"publicCidrs", Json::array({"192.0.2.0/24"})}}},
           {"logging", {{"types", Json::array()}, {"retentionDays", 7}}}})
          .graph;
  const Json& cluster = params(graph, "cluster");
  EXPECT_EQ(cluster.at("version"), "1.33");
  EXPECT_EQ(cluster.at("logging"), Json::object()) << "F20: no logs, not the default ones";
  EXPECT_EQ(cluster.at("resourcesVpcConfig").at("publicAccessCidrs"),
            Json::array({"192.0.2.0/24"}));
  EXPECT_EQ(params(graph, "log-group").at("retentionInDays"), 7);
  const Graph closed = built_cluster({{"endpoint", {{"public", false}}}}).graph;
  EXPECT_FALSE(params(closed, "cluster").at("resourcesVpcConfig").contains("publicAccessCidrs"));
}

TEST(BuildCluster, AddonsBeforeAndAfterNodes) {
  const Graph graph = built_cluster(Json::object()).graph;
  EXPECT_EQ(keys_of_type(graph, "addon"), (Keys{"addon/coredns", "addon/eks-pod-identity-agent",
                                                "addon/kube-proxy", "addon/vpc-cni"}));
  EXPECT_EQ(find_node(graph, "addon/coredns")->after,
            std::vector<std::string>{"nodegroup/management"});
  const std::vector<std::string>& first = find_node(graph, "nodegroup/management")->after;
  EXPECT_EQ(Keys(first.begin(), first.end()),
            (Keys{"addon/eks-pod-identity-agent", "addon/kube-proxy", "addon/vpc-cni"}));
}

TEST(BuildCluster, AddonConfigurationIsText) {
  const Graph graph = built_cluster({{"addons", Json::array({{{"name", "vpc-cni"},
                                                              {"version", "v1"},
                                                              {"configuration", {{"a", 1}}}}})}})
                          .graph;
  EXPECT_EQ(params(graph, "addon/vpc-cni").at("configurationValues"), R"({"a":1})");
  EXPECT_EQ(params(graph, "addon/vpc-cni").at("addonVersion"), "v1");
}

// L37, G54, G56, X8
TEST(BuildCluster, ManagementNodesByCostSavings) {
  const auto size = [](const Graph& graph) {
    return params(graph, "nodegroup/management").at("scalingConfig").at("minSize");
  };
  EXPECT_EQ(size(built_cluster(Json::object()).graph), 1);
  EXPECT_EQ(size(built_cluster({{"costSavings", false}}).graph), 2);
  EXPECT_EQ(size(built_cluster({{"managementNodes", 3}}).graph), 3);
}

// G55
// A profile is a size of the management group and nothing else.
TEST(BuildCluster, CostSavingsChangeTheManagementNodesAlone) {
  Graph saving = built_cluster(Json::object()).graph;
  Graph spending = built_cluster({{"costSavings", false}}).graph;
  ASSERT_EQ(saving.nodes.size(), spending.nodes.size());
  for (std::size_t i = 0; i < saving.nodes.size(); ++i) {
    EXPECT_EQ(saving.nodes[i].key, spending.nodes[i].key);
    const bool same = saving.nodes[i].params == spending.nodes[i].params;
    EXPECT_EQ(same, saving.nodes[i].key != "nodegroup/management") << saving.nodes[i].key;
  }
}

// L53
TEST(BuildCluster, WithoutInstanceTypesThereAreTheManagementNodes) {
  EXPECT_EQ(keys_of_type(built_cluster(Json::object()).graph, "nodegroup"),
            Keys{"nodegroup/management"});
}

// L36, G33, G53
TEST(BuildCluster, AGroupPerInstanceType) {
  const Graph graph =
      built_cluster(
          {{"instanceTypes",
            Json::array({"t3.xlarge", {{"name", "g4dn.xlarge"}, {"overprovisioned", 2}}})}})
          .graph;
  EXPECT_EQ(keys_of_type(graph, "nodegroup"),
            (Keys{"nodegroup/g4dn-xlarge", "nodegroup/management", "nodegroup/t3-xlarge"}));
  EXPECT_EQ(params(graph, "nodegroup/g4dn-xlarge").at("scalingConfig").at("minSize"), 2);
  EXPECT_EQ(params(graph, "nodegroup/g4dn-xlarge").at("amiType"), "AL2023_x86_64_NVIDIA");
  EXPECT_EQ(params(graph, "nodegroup/t3-xlarge").at("amiType"), "AL2023_x86_64_STANDARD");
}

// L4
TEST(BuildCluster, AccessEntriesWithTheirPolicies) {
  const Graph graph =
      built_cluster(
          {{"access",
            Json::array({{{"principalArn", "arn:aws:iam::111122223333:role/ops"},
                          {"groups", Json::array({"admins"})},
                          {"policies", Json::array({{{"name", "AmazonEKSViewPolicy"},
                                                     {"namespaces", Json::array({"a"})}}})}}})}})
          .graph;
  EXPECT_EQ(params(graph, "access-entry/arn:aws:iam::111122223333:role/ops").at("kubernetesGroups"),
            Json::array({"admins"}));
  const Keys policies = keys_of_type(graph, "access-policy");
  ASSERT_EQ(policies.size(), 1U);
  EXPECT_EQ(params(graph, *policies.begin()).at("accessScope"),
            Json({{"type", "namespace"}, {"namespaces", Json::array({"a"})}}));
}

// G56, V46, V64
TEST(BuildCluster, BucketNamesAreLegalAndVersioningIsAChoice) {
  const Graph graph = built_cluster(Json::object()).graph;
  EXPECT_EQ(params(graph, "bucket").at("Bucket"), "byoc-demo-111122223333-0a1b2c3d");
  EXPECT_EQ(params(graph, "bucket").at("CreateBucketConfiguration").at("LocationConstraint"),
            "us-west-2");
  const auto versioning = [](const Graph& of) {
    return params(of, "bucket-versioning").at("VersioningConfiguration").at("Status");
  };
  EXPECT_EQ(versioning(graph), "Enabled");
  const Graph plain =
      built_cluster({{"storage", {{"bucket", {{"name", "mine"}, {"versioning", false}}}}}}).graph;
  EXPECT_EQ(params(plain, "bucket").at("Bucket"), "mine");
  EXPECT_EQ(versioning(plain), "Suspended") << "F20: what was on goes off";
  Facts virginia = facts_of_tests();
  virginia.region = "us-east-1";
  virginia.zones = {"us-east-1a", "us-east-1b"};
  EXPECT_FALSE(params(built_cluster(Json::object(), virginia).graph, "bucket")
                   .contains("CreateBucketConfiguration"));
}

// F31
TEST(BuildCluster, NodesAreTrustedUnderTheNameOfTheirPartition) {
  Facts china = facts_of_tests();
  china.partition = "aws-cn";
  const Graph graph = built_cluster(Json::object(), china).graph;
  EXPECT_THAT(params(graph, "role/node").at("AssumeRolePolicyDocument").get<std::string>(),
              testing::HasSubstr("\"ec2.amazonaws.com.cn\""));
  EXPECT_THAT(params(graph, "role/cluster").at("AssumeRolePolicyDocument").get<std::string>(),
              testing::HasSubstr("\"eks.amazonaws.com\""));
}

TEST(BuildCluster, ARepositoryWhereItIsAskedFor) {
  EXPECT_EQ(find_node(built_cluster(Json::object()).graph, "repository"), nullptr);
  const Graph graph = built_cluster({{"storage", {{"registry", true}}}}).graph;
  EXPECT_EQ(params(graph, "repository"), Json({{"repositoryName", "byoc-demo-0a1b2c3d"}}));
}

// L43, L64, X6
TEST(BuildCluster, TypesThatStay) {
  EXPECT_EQ(retained_types(object_of("Cluster", Json::object())),
            (std::set<std::string>{"bucket", "repository"}));
  EXPECT_EQ(retained_types(object_of(
                "Cluster", {{"deletionPolicy", {{"bucket", "Delete"}, {"logs", "Retain"}}}})),
            (std::set<std::string>{"log-group", "repository"}));
  EXPECT_TRUE(retained_types(object_of("Role", Json::object())).empty());
}

TEST(BuildCluster, EveryTypeIsOneThatItsKindLooksFor) {
  const ObjectKind& kind = *find_kind("Cluster");
  const std::set<std::string_view> types(kind.types.begin(), kind.types.end());
  for (const Desired& node : built_cluster(Json::object()).graph.nodes) {
    EXPECT_TRUE(types.contains(node.type)) << node.type;
  }
}

TEST(BuildCluster, ReferencesOfACluster) {
  EXPECT_EQ(references_of(object_of("Cluster", {{"roleRef", {{"name", "ops"}}}})),
            (std::vector<ObjectKey>{{"Role", "default", "ops"}}));
  EXPECT_TRUE(references_of(object_of("Cluster", {{"roleArn", "arn:x"}})).empty());
}

}  // namespace
}  // namespace byoc
