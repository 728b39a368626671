#include "reconcilers/create.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/model.h"
#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Action> made(const Desired& node, const Intent* intent = nullptr, Time now = kNow) {
  return create_actions(owner(), find_row(node.type), node, node.params, intent, now);
}

std::vector<Action> mended(const Desired& node, const Observed& observed) {
  return update_actions(*observed.row, node, {nothing, nothing},
                        wanted_tags(owner(), node.key, node.tags), observed);
}

std::vector<std::string> operations(const std::vector<Action>& actions) {
  std::vector<std::string> out;
  for (const Action& action : actions) {
    out.push_back(action.operation);
    EXPECT_THAT(Model::of(action.service).misfits(action.operation, action.params), IsEmpty());
  }
  return out;
}

Desired vpc() {
  return desired("vpc", "vpc",
                 {{"CidrBlock", "10.0.0.0/16"},
                  {"EnableDnsSupport", {{"Value", true}}},
                  {"EnableDnsHostnames", {{"Value", true}}}});
}

TEST(CreateActions, TagsAndTheIntentGoIntoTheCall) {
  const Action create = made(vpc()).front();
  Tags tags = wanted_tags(owner(), "vpc", {});
  tags["byoc.dev/intent"] = create.token;
  EXPECT_EQ(create.params,
            Json({{"CidrBlock", "10.0.0.0/16"},
                  {"TagSpecifications",
                   Json::array({{{"ResourceType", "vpc"}, {"Tags", tag_list(tags)}}})}}));
  EXPECT_EQ(create.verb, Verb::create);
  EXPECT_FALSE(create.token.empty());
}

TEST(CreateActions, SettingsThatDifferFromTheirInitialValueFollow) {
  const std::vector<Action> actions = made(vpc());
  EXPECT_THAT(operations(actions), ElementsAre("CreateVpc", "ModifyVpcAttribute"));
  EXPECT_EQ(actions[1].params,
            Json({{"VpcId", ref("vpc", "VpcId")}, {"EnableDnsHostnames", {{"Value", true}}}}));
}

TEST(CreateActions, ABucketIsTaggedAfterwards) {
  const Desired bucket = desired("bucket", "bucket", {{"Bucket", "models"}});
  const std::vector<Action> actions = made(bucket);
  EXPECT_THAT(operations(actions), ElementsAre("CreateBucket", "PutBucketTagging"));
  EXPECT_EQ(actions[0].params, Json({{"Bucket", "models"}}));
  EXPECT_EQ(read_tags(actions[1].params.at("Tagging")).at("byoc.dev/owner-uid"), owner().uid);
  EXPECT_EQ(actions[0].names, Json({{"Bucket", "models"}}));
}

TEST(CreateActions, WhatOnlyIdentifiesIsNotSent) {
  const Action create = made(desired("policy", "policy/p",
                                     {{"Arn", "arn:aws:iam::111122223333:policy/p"},
                                      {"PolicyName", "p"},
                                      {"PolicyDocument", "{}"}}))
                            .front();
  EXPECT_FALSE(create.params.contains("Arn"));
  EXPECT_EQ(create.names, Json({{"Arn", "arn:aws:iam::111122223333:policy/p"}}));
}

TEST(CreateActions, AnOpenPromiseKeepsItsToken) {
  const Desired table = desired("route-table", "route-table/a", {{"VpcId", ref("vpc", "VpcId")}});
  const Action first = made(table).front();
  EXPECT_EQ(first.params.at("ClientToken"), first.token);
  Intent intent = promise("route-table", "route-table/a", Intent::State::open);
  intent.token = first.token;
  intent.params_hash = first.params_hash;
  const Time later = kNow + std::chrono::hours(1);
  EXPECT_EQ(made(table, &intent, later).front().token, first.token);
  Desired other = table;
  other.tags = {{"team", "ml"}};
  EXPECT_NE(made(other, &intent, later).front().token, first.token) << "other parameters";
  intent.state = Intent::State::removing;
  EXPECT_NE(made(table, &intent, later).front().token, first.token) << "an earlier promise is over";
}

TEST(CreateActions, TheHashIsTheSameBeforeAndAfterReferencesAreKnown) {
  const Desired table = desired("route-table", "route-table/a", {{"VpcId", ref("vpc", "VpcId")}});
  const Json known = {{"VpcId", "vpc-1"}};
  const auto later = create_actions(owner(), find_row("route-table"), table, known, nullptr, kNow);
  EXPECT_EQ(later.front().params_hash, made(table).front().params_hash);
}

// F3: earlier versions wrote references as text; their open promises keep their tokens.
TEST(CreateActions, HashesOfEarlierVersionsStay) {
  const Desired table = desired("route-table", "route-table/a", {{"VpcId", ref("vpc", "VpcId")}});
  const Json then = {{"VpcId", "$(vpc.VpcId)"}, {"tags", wanted_tags(owner(), table.key, {})}};
  EXPECT_EQ(made(table).front().params_hash, params_hash(then));
}

TEST(UpdateActions, NothingForWhatIsAsItShouldBe) {
  EXPECT_TRUE(mended(vpc(), seen("vpc", "vpc", "vpc-1", vpc().params)).empty());
}

TEST(UpdateActions, WhatIsNotVisibleYetIsLeftAlone) {
  Observed unseen = seen("vpc", "vpc", "vpc-1", {{"CidrBlock", "10.9.0.0/16"}});
  unseen.unseen = true;
  EXPECT_TRUE(mended(vpc(), unseen).empty());
}

TEST(UpdateActions, OneCallMendsWhatBelongsTogether) {
  const Json wanted = {{"clusterName", "demo"},
                       {"nodegroupName", "g"},
                       {"scalingConfig", {{"minSize", 1}, {"maxSize", 8}, {"desiredSize", 1}}},
                       {"labels", {{"a", "1"}}},
                       {"taints", Json::array()}};
  Desired group = desired("nodegroup", "nodegroup", wanted);
  group.ignore = {"/scalingConfig/desiredSize"};
  Json fields = wanted;
  fields["scalingConfig"] = {{"minSize", 0}, {"maxSize", 4}, {"desiredSize", 3}};
  fields["labels"] = {{"b", "2"}};
  const std::vector<Action> actions = mended(group, seen("nodegroup", "nodegroup", "g", fields));
  EXPECT_THAT(operations(actions), ElementsAre("UpdateNodegroupConfig"));
  EXPECT_EQ(actions[0].params.at("scalingConfig"),
            Json({{"minSize", 1}, {"maxSize", 8}, {"desiredSize", 3}}));
  EXPECT_EQ(actions[0].params.at("labels"),
            Json({{"addOrUpdateLabels", {{"a", "1"}}}, {"removeLabels", Json::array({"b"})}}));
  EXPECT_EQ(actions[0].changes.size(), 2U);
}

TEST(UpdateActions, TheRunningSizeIsMovedIntoTheNewBounds) {
  Json wanted = {{"clusterName", "demo"},
                 {"nodegroupName", "g"},
                 {"scalingConfig", {{"minSize", 0}, {"maxSize", 2}, {"desiredSize", 0}}}};
  Desired group = desired("nodegroup", "nodegroup", wanted);
  group.ignore = {"/scalingConfig/desiredSize"};
  wanted["scalingConfig"] = {{"minSize", 0}, {"maxSize", 9}, {"desiredSize", 7}};
  const auto actions = mended(group, seen("nodegroup", "nodegroup", "g", wanted));
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].params.at("scalingConfig").at("desiredSize"), 2);
}

TEST(UpdateActions, EksTakesOneKindOfNetworkChangeACall) {
  const Json network = {{"subnetIds", Json::array({"subnet-1"})},
                        {"endpointPublicAccess", true},
                        {"publicAccessCidrs", Json::array({"0.0.0.0/0"})}};
  const Desired cluster =
      desired("cluster", "cluster", {{"name", "demo"}, {"resourcesVpcConfig", network}});
  Json seen_network = network;
  seen_network["publicAccessCidrs"] = Json::array({"192.0.2.0/24"});
  seen_network["subnetIds"] = Json::array({"subnet-1", "subnet-2"});
  auto actions = mended(
      cluster, seen("cluster", "cluster", "demo",
                    {{"name", "demo"}, {"arn", "arn:c"}, {"resourcesVpcConfig", seen_network}}));
  EXPECT_THAT(operations(actions), ElementsAre("UpdateClusterConfig"));
  EXPECT_FALSE(actions[0].params.at("resourcesVpcConfig").contains("subnetIds"));
  seen_network["publicAccessCidrs"] = network["publicAccessCidrs"];
  actions = mended(
      cluster, seen("cluster", "cluster", "demo",
                    {{"name", "demo"}, {"arn", "arn:c"}, {"resourcesVpcConfig", seen_network}}));
  EXPECT_EQ(actions[0].params.at("resourcesVpcConfig"),
            Json({{"subnetIds", Json::array({"subnet-1"})}}));
}

TEST(UpdateActions, AnAddonIsUpgradedWithOrWithoutAConfiguration) {
  const Json common = {
      {"clusterName", "demo"}, {"addonName", "vpc-cni"}, {"resolveConflicts", "OVERWRITE"}};
  Json wanted = common;
  wanted["addonVersion"] = "v2";
  Json fields = {{"clusterName", "demo"},
                 {"addonName", "vpc-cni"},
                 {"addonArn", "arn:a"},
                 {"addonVersion", "v1"}};
  auto actions = mended(desired("addon", "addon/vpc-cni", wanted),
                        seen("addon", "addon/vpc-cni", "vpc-cni", fields));
  EXPECT_THAT(operations(actions), ElementsAre("UpdateAddon"));
  EXPECT_EQ(actions[0].params, wanted);
  wanted["configurationValues"] = R"({"a":1})";
  actions = mended(desired("addon", "addon/vpc-cni", wanted),
                   seen("addon", "addon/vpc-cni", "vpc-cni", fields));
  EXPECT_THAT(operations(actions), ElementsAre("UpdateAddon"));
  EXPECT_EQ(actions[0].changes.size(), 2U);
}

TEST(UpdateActions, AnAccessEntryChangesNameAndGroupsInOneCall) {
  const Json wanted = {{"clusterName", "demo"},
                       {"principalArn", "arn:p"},
                       {"kubernetesGroups", Json::array({"admins"})},
                       {"username", "ops"}};
  const auto actions = mended(desired("access-entry", "access-entry/p", wanted),
                              seen("access-entry", "access-entry/p", "arn:p",
                                   {{"clusterName", "demo"},
                                    {"accessEntryArn", "arn:e"},
                                    {"kubernetesGroups", Json::array()},
                                    {"username", "arn:p"}}));
  EXPECT_THAT(operations(actions), ElementsAre("UpdateAccessEntry"));
  EXPECT_EQ(actions[0].params, wanted);
}

TEST(UpdateActions, LogTypesThatAreNotDesiredAreTurnedOff) {
  const auto logging = [](Json types) -> Json {
    return {{"clusterLogging", Json::array({{{"types", std::move(types)}, {"enabled", true}}})}};
  };
  const Desired cluster =
      desired("cluster", "cluster", {{"name", "demo"}, {"logging", logging({"api", "audit"})}});
  const auto actions = mended(
      cluster,
      seen("cluster", "cluster", "demo",
           {{"name", "demo"}, {"arn", "arn:c"}, {"logging", logging({"api", "scheduler"})}}));
  EXPECT_THAT(operations(actions), ElementsAre("UpdateClusterConfig"));
  EXPECT_EQ(actions[0].params.at("logging").at("clusterLogging"),
            Json::array({{{"types", {"api", "audit"}}, {"enabled", true}},
                         {{"types", {"authenticator", "controllerManager", "scheduler"}},
                          {"enabled", false}}}));
}

TEST(UpdateActions, AnImmutableDifferenceIsBlocked) {
  Desired subnet =
      desired("subnet", "subnet/a", {{"CidrBlock", "10.0.0.0/20"}, {"MapPublicIpOnLaunch", true}});
  const Observed observed = seen("subnet", "subnet/a", "subnet-1",
                                 {{"CidrBlock", "10.0.16.0/20"}, {"MapPublicIpOnLaunch", false}});
  std::vector<Action> actions = mended(subnet, observed);
  ASSERT_EQ(actions.size(), 2U);
  EXPECT_EQ(actions[0].verb, Verb::blocked);
  EXPECT_EQ(actions[0].reason, "ReplacementNeeded");
  EXPECT_EQ(actions[1].operation, "ModifySubnetAttribute") << "the rest is mended all the same";
  subnet.replace = true;
  actions = mended(subnet, observed);
  EXPECT_THAT(operations(actions), ElementsAre("DeleteSubnet"));
  EXPECT_TRUE(actions[0].replaces);
}

// F10
TEST(UpdateActions, TagsThatWeHaveSetAreRemovedAndThenOthersPut) {
  Desired node = vpc();
  node.tags = {{"team", "ml"}};
  Observed observed = seen("vpc", "vpc", "vpc-1", vpc().params);
  observed.tags["left"] = "over";
  observed.tags["of-others"] = "x";
  observed.tags["kubernetes.io/cluster/demo"] = "owned";
  observed.tags[std::string(kTagKeys)] = mark_of("left");
  const auto actions = mended(node, observed);
  EXPECT_THAT(operations(actions), ElementsAre("DeleteTags", "CreateTags"));
  EXPECT_EQ(actions[0].params, Json({{"Resources", Json::array({"vpc-1"})},
                                     {"Tags", Json::array({{{"Key", "left"}}})}}));
  EXPECT_EQ(actions[1].params,
            Json({{"Resources", Json::array({"vpc-1"})},
                  {"Tags", tag_list({{"team", "ml"}, {std::string(kTagKeys), mark_of("team")}})}}));
}

TEST(UpdateActions, ABucketsTagsAreReplacedAsAWhole) {
  const Desired node = desired("bucket", "bucket", {{"Bucket", "models"}});
  Observed observed = seen("bucket", "bucket", "models");
  Tags kept = observed.tags;
  kept["of-others"] = "x";
  kept["aws:cloudformation:stack-name"] = "x";
  observed.tags = kept;
  observed.tags["left"] = "over";
  observed.tags[std::string(kTagKeys)] = mark_of("left");
  const auto actions = mended(node, observed);
  EXPECT_THAT(operations(actions), ElementsAre("PutBucketTagging"));
  EXPECT_EQ(read_tags(actions[0].params.at("Tagging")), kept);
}

TEST(RemoveAction, NamesTheResource) {
  const Action action = remove_action(
      "route/a",
      part("route", "rtb-1", {{"RouteTableId", "rtb-1"}, {"DestinationCidrBlock", "0.0.0.0/0"}}),
      "is not in the manifest");
  EXPECT_EQ(action.key, "route/a");
  EXPECT_EQ(action.operation, "DeleteRoute");
  EXPECT_EQ(action.params,
            Json({{"RouteTableId", "rtb-1"}, {"DestinationCidrBlock", "0.0.0.0/0"}}));
}

TEST(MaskExternalIds, InTrustDocumentsOnly) {
  const Json trust = {
      {"Statement",
       Json::array(
           {{{"Condition", {{"StringEquals", {{"sts:ExternalId", "dummy"}, {"x", "y"}}}}}}})}};
  const std::string shown = mask_external_ids(trust.dump()).get<std::string>();
  EXPECT_EQ(shown.find("dummy"), std::string::npos);
  EXPECT_NE(shown.find("(sensitive)"), std::string::npos);
  EXPECT_NE(shown.find("\"y\""), std::string::npos);
  EXPECT_EQ(mask_external_ids("sts:ExternalId = dummy"), "(sensitive)");
  EXPECT_EQ(mask_external_ids("no secret"), "no secret");
  EXPECT_EQ(mask_external_ids(7), 7);
}

}  // namespace
}  // namespace byoc
