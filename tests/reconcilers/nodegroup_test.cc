#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/build.h"
#include "reconcilers/offers.h"
#include "tests/reconcilers/kinds.h"

namespace byoc {
namespace {

Facts facts_with(const Object& cluster) {
  Facts facts = facts_of_tests();
  facts.objects[cluster.key()] = cluster;
  return facts;
}

Built built_nodegroup(Json spec, const Facts& facts) {
  spec["clusterRef"] = {{"name", "demo"}};
  const Object object = object_of("NodeGroup", std::move(spec), "workers");
  return build_nodegroup(object, owner_of(object), facts);
}

Json group(Json spec) {
  const Built result = built_nodegroup(std::move(spec), facts_with(running_cluster()));
  EXPECT_EQ(result.reason, "");
  const Desired* node = find_node(result.graph, "nodegroup");
  return node == nullptr ? Json::object() : node->params;
}

// L7, V6, V62
TEST(BuildNodeGroup, WaitsForItsCluster) {
  EXPECT_EQ(built_nodegroup(Json::object(), facts_of_tests()).reason, "WaitingForCluster");
  for (const char* missing : {"eksName", "endpoint", "nodeRoleArn"}) {
    Object cluster = running_cluster();
    cluster.status.erase(missing);
    const Built result = built_nodegroup(Json::object(), facts_with(cluster));
    EXPECT_EQ(result.reason, "WaitingForCluster") << missing;
    EXPECT_FALSE(result.wrong);
    EXPECT_TRUE(result.graph.nodes.empty());
  }
}

// B86, B93, V60
TEST(BuildNodeGroup, StandsInTheClustersNetwork) {
  const Json params = group({{"instanceTypes", Json::array({"t3.xlarge"})}});
  EXPECT_EQ(params.at("clusterName"), "demo");
  EXPECT_EQ(params.at("nodegroupName"), "workers");
  EXPECT_EQ(params.at("subnets"), Json::array({"subnet-private-a", "subnet-private-b"}));
  EXPECT_EQ(params.at("launchTemplate").at("id"), ref("launch-template", "LaunchTemplateId"));
  EXPECT_EQ(params.at("capacityType"), "ON_DEMAND");
  EXPECT_EQ(group({{"instanceType", "m5.large"}}).at("instanceTypes"), Json::array({"m5.large"}));
}

// F64: told before the first call, and before the cluster is there.
TEST(BuildNodeGroup, TypesThatNobodyOffersAreToldAtOnce) {
  Facts facts = facts_with(running_cluster());
  facts.offers = {{"m5.large", {"us-west-2a"}}, {"p5.48xlarge", {"us-west-2d"}}};
  const auto built = [&facts](const char* type) {
    return built_nodegroup({{"instanceTypes", Json::array({type})}}, facts);
  };
  EXPECT_EQ(built("m5.large").reason, "") << "one zone with them is enough";
  EXPECT_EQ(built("p5.48xlarge").reason, "InstanceTypeNotOffered");
  EXPECT_THAT(built("p5.48xlarge").message,
              testing::HasSubstr("offered in us-west-2d, and the nodes are to stand in us-west-2a, "
                                 "us-west-2b"));
  for (Json& subnet : facts.objects.begin()->second.status["network"]["nodeSubnets"]) {
    subnet["zone"] = "";
  }
  EXPECT_EQ(built("p5.48xlarge").reason, "") << "the zones are not known yet";
  facts.objects.begin()->second.status = Json::object();
  EXPECT_EQ(built("m99.large").reason, "InstanceTypeNotOffered");
  EXPECT_TRUE(built("m99.large").wrong);
  EXPECT_EQ(built("m5.large").reason, "WaitingForCluster");
}

TEST(BuildNodeGroup, NodesThatStandAreNotAskedAbout) {
  Object nodes = object_of("NodeGroup", {{"instanceTypes", {"m5.large", "m6i.large"}}}, "workers");
  const Json filter = {{"Name", "instance-type"}, {"Values", {"m5.large", "m6i.large"}}};
  EXPECT_EQ(offer_params(nodes),
            std::vector<Json>({{{"LocationType", "availability-zone"}, {"Filters", {filter}}}}));
  nodes.status["inventory"] = {{{"key", "nodegroup"}}};
  EXPECT_TRUE(offer_params(nodes).empty());
}

// G28, B86, B94
TEST(BuildNodeGroup, ZonesChooseSubnets) {
  EXPECT_EQ(group({{"zones", Json::array({"b"})}}).at("subnets"),
            Json::array({"subnet-private-b"}));
  EXPECT_EQ(group({{"zones", Json::array({"us-west-2a"})}}).at("subnets"),
            Json::array({"subnet-private-a"}));
  EXPECT_EQ(group({{"zones", Json::array()}}).at("subnets").size(), 2U);
}

// B29, V74, X18
TEST(BuildNodeGroup, SizesAndWhoOwnsThem) {
  EXPECT_EQ(group(Json::object()).at("scalingConfig"),
            Json({{"minSize", 0}, {"maxSize", 10}, {"desiredSize", 0}}));
  EXPECT_EQ(group({{"min", 2}, {"max", 4}, {"desired", 9}}).at("scalingConfig").at("desiredSize"),
            4);
  const Facts facts = facts_with(running_cluster());
  EXPECT_EQ(find_node(built_nodegroup(Json::object(), facts).graph, "nodegroup")->ignore,
            std::vector<std::string>{"/scalingConfig/desiredSize"});
  EXPECT_TRUE(find_node(built_nodegroup({{"scalingOwner", "Spec"}}, facts).graph, "nodegroup")
                  ->ignore.empty());
}

// B86, B94, V58
TEST(BuildNodeGroup, TaintsInEitherSpelling) {
  const Json params =
      group({{"capacityType", "Spot"},
             {"taints", Json::array({{{"key", "gpu"}, {"value", "yes"}, {"effect", "NoSchedule"}},
                                     {{"key", "b"}, {"effect", "PREFER_NO_SCHEDULE"}},
                                     {{"key", "c"}, {"effect", "NoExecute"}}})}});
  EXPECT_EQ(params.at("capacityType"), "SPOT");
  EXPECT_EQ(params.at("taints"),
            Json::array({{{"key", "gpu"}, {"value", "yes"}, {"effect", "NO_SCHEDULE"}},
                         {{"key", "b"}, {"effect", "PREFER_NO_SCHEDULE"}},
                         {{"key", "c"}, {"effect", "NO_EXECUTE"}}}));
}

TEST(BuildNodeGroup, OptionalFieldsOnlyWhenGiven) {
  const Json plain = group(Json::object());
  EXPECT_FALSE(plain.contains("version"));
  EXPECT_EQ(plain.at("updateConfig"), Json({{"maxUnavailable", 1}})) << "F20";
  const Json full =
      group({{"kubernetesVersion", "1.33"}, {"maxUnavailable", 2}, {"amiType", "CUSTOM"}});
  EXPECT_EQ(full.at("version"), "1.33");
  EXPECT_EQ(full.at("updateConfig"), Json({{"maxUnavailable", 2}}));
  EXPECT_EQ(full.at("amiType"), "CUSTOM");
}

// L79, A19, V56
TEST(BuildNodeGroup, TheLaunchTemplateEncryptsAndMarksWhatItLaunches) {
  const Built result = built_nodegroup({{"disk", {{"sizeGiB", 100}}}, {"tags", {{"team", "ml"}}}},
                                       facts_with(running_cluster()));
  const Json& data = find_node(result.graph, "launch-template")->params.at("LaunchTemplateData");
  const Json& disk = data.at("BlockDeviceMappings").at(0).at("Ebs");
  EXPECT_EQ(disk.at("VolumeSize"), 100);
  EXPECT_EQ(disk.at("Encrypted"), true);
  EXPECT_EQ(data.at("MetadataOptions").at("HttpTokens"), "required");
  EXPECT_EQ(data.at("SecurityGroupIds"), Json::array({"sg-nodes"}));
  ASSERT_EQ(data.at("TagSpecifications").size(), 2U);
  for (const Json& specification : data.at("TagSpecifications")) {
    const Tags tags = read_tags(specification);
    EXPECT_EQ(tags.at("byoc.dev/owner-uid"), "0a1b2c3d-0000-4000-8000-000000000001");
    EXPECT_EQ(tags.at("team"), "ml");
    EXPECT_FALSE(tags.contains("byoc.dev/key")) << "instances are not the template's duplicates";
  }
}

Json volume_of(const Json& spec) {
  const Built result = built_nodegroup(spec, facts_with(running_cluster()));
  const Json& data = find_node(result.graph, "launch-template")->params.at("LaunchTemplateData");
  return data.at("BlockDeviceMappings").at(0);
}

// F64: Bottlerocket's data lies on its second volume; a rate goes with io1 and io2.
TEST(BuildNodeGroup, TheVolumeIsTheImagesOwn) {
  EXPECT_EQ(volume_of(Json::object()).at("DeviceName"), "/dev/xvda");
  EXPECT_FALSE(volume_of(Json::object()).at("Ebs").contains("Iops"));
  EXPECT_EQ(volume_of({{"amiType", "BOTTLEROCKET_x86_64"}}).at("DeviceName"), "/dev/xvdb");
  const Json fast = volume_of({{"disk", {{"type", "io2"}, {"iops", 5000}}}});
  EXPECT_EQ(fast.at("Ebs").at("Iops"), 5000);
  EXPECT_EQ(fast.at("Ebs").at("VolumeType"), "io2");
}

TEST(BuildNodeGroup, TheImageHasTheDriversOfTheType) {  // F64
  const auto image = [](const char* type) {
    return group({{"instanceTypes", Json::array({type})}}).at("amiType");
  };
  EXPECT_EQ(image("m5.large"), "AL2023_x86_64_STANDARD");
  EXPECT_EQ(image("g6e.xlarge"), "AL2023_x86_64_NVIDIA");
  EXPECT_EQ(image("trn2.48xlarge"), "AL2023_x86_64_NEURON");
  EXPECT_EQ(image("g4ad.xlarge"), "AL2023_x86_64_STANDARD") << "its GPU is of AMD";
}

TEST(BuildNodeGroup, AZoneThatTheClusterLacksIsWrongAndNoWait) {  // F64
  const Facts facts = facts_with(running_cluster());
  const Built result = built_nodegroup({{"zones", Json::array({"a", "d"})}}, facts);
  EXPECT_TRUE(result.wrong);
  EXPECT_EQ(result.reason, "ZoneNotInCluster");
  EXPECT_NE(result.message.find("zone d"), std::string::npos);
  EXPECT_TRUE(built_nodegroup({{"zones", Json::array({"a"})}}, facts).reason.empty());
  Object planned = running_cluster();  // its subnets are still to be made
  planned.status["network"]["nodeSubnets"] = Json::array({{{"id", "later"}, {"zone", ""}}});
  EXPECT_TRUE(built_nodegroup({{"zones", Json::array({"a"})}}, facts_with(planned)).reason.empty());
}

}  // namespace
}  // namespace byoc
