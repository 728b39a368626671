#include "reconcilers/removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using testing::UnorderedElementsAre;

// The network of a cluster with one NAT gateway, and what uses it.
std::vector<Observed> network() {
  return {seen("vpc", "vpc", "vpc-1"),
          seen("internet-gateway", "internet-gateway", "igw-1"),
          part("internet-gateway-attachment", "igw-1",
               {{"InternetGatewayId", "igw-1"}, {"VpcId", "vpc-1"}, {"State", "available"}}),
          seen("subnet", "subnet/public-a", "subnet-1", {{"VpcId", "vpc-1"}}),
          seen("address", "address/a", "eipalloc-1", {{"NetworkInterfaceId", "eni-1"}}),
          seen("nat-gateway", "nat-gateway/a", "nat-1",
               {{"SubnetId", "subnet-1"}, {"AllocationId", "eipalloc-1"}, {"State", "available"}}),
          seen("route-table", "route-table/a", "rtb-1", {{"VpcId", "vpc-1"}}),
          part("route", "rtb-1",
               {{"RouteTableId", "rtb-1"},
                {"DestinationCidrBlock", "0.0.0.0/0"},
                {"NatGatewayId", "nat-1"}}),
          part("route-table-association", "rtb-1",
               {{"RouteTableId", "rtb-1"}, {"SubnetId", "subnet-1"}, {"AssociationId", "as-1"}})};
}

constexpr const char* kAttachment = "internet-gateway-attachment/igw-1|vpc-1";
constexpr const char* kAssociation = "route-table-association/subnet-1";

TEST(Removal, UsersGoBeforeWhatTheyUse) {
  const Plan plan = removal_of(snapshot_of(network()));
  EXPECT_TRUE(removed_before(plan, "subnet/public-a", "vpc"));
  EXPECT_TRUE(removed_before(plan, "route-table/a", "vpc"));
  EXPECT_TRUE(removed_before(plan, kAttachment, "vpc"));
  EXPECT_TRUE(removed_before(plan, kAttachment, "internet-gateway"));
  EXPECT_TRUE(removed_before(plan, kAssociation, "subnet/public-a"));
  EXPECT_TRUE(removed_before(plan, kAssociation, "route-table/a"));
  EXPECT_TRUE(removed_before(plan, "nat-gateway/a", "subnet/public-a"));
}

// B80
TEST(Removal, NatThenAddressThenTheGatewaysDetachment) {
  const Plan plan = removal_of(snapshot_of(network()));
  EXPECT_TRUE(removed_before(plan, "nat-gateway/a", "address/a"));
  EXPECT_TRUE(removed_before(plan, "address/a", kAttachment));
  EXPECT_TRUE(removed_before(plan, "nat-gateway/a", kAttachment));
}

TEST(Removal, PartsOfWhatGoesNeedNoCallWhenTheRowSaysSo) {
  const Plan plan = removal_of(snapshot_of(network()));
  EXPECT_FALSE(index_of(plan, Verb::remove, "route/rtb-1|0.0.0.0/0"));
  // A route that goes with its table still uses its gateway: the table goes first.
  EXPECT_TRUE(removed_before(plan, "route-table/a", kAttachment));
}

// B68
TEST(Removal, EveryResourceOnceAndNothingElse) {
  const Plan plan = removal_of(snapshot_of(network()));
  EXPECT_THAT(steps(plan),
              UnorderedElementsAre(
                  "delete vpc DeleteVpc", "delete internet-gateway DeleteInternetGateway",
                  std::string("delete ") + kAttachment + " DetachInternetGateway",
                  "delete subnet/public-a DeleteSubnet", "delete address/a ReleaseAddress",
                  "delete nat-gateway/a DeleteNatGateway", "delete route-table/a DeleteRouteTable",
                  std::string("delete ") + kAssociation + " DisassociateRouteTable"));
}

// A cluster with nodes and the identities that they work as.
std::vector<Observed> cluster() {
  return {seen("cluster", "cluster", "demo",
               {{"name", "demo"},
                {"clusterName", "demo"},
                {"arn", "arn:cluster"},
                {"status", "ACTIVE"},
                {"roleArn", "arn:role/cluster"},
                {"resourcesVpcConfig", {{"securityGroupIds", Json::array({"sg-1"})}}}}),
          seen("nodegroup", "nodegroup/management", "management",
               {{"clusterName", "demo"},
                {"nodegroupName", "management"},
                {"nodegroupArn", "arn:nodegroup"},
                {"status", "ACTIVE"},
                {"nodeRole", "arn:role/node"},
                {"launchTemplate", {{"id", "lt-1"}}}}),
          seen("addon", "addon/coredns", "coredns",
               {{"clusterName", "demo"},
                {"addonName", "coredns"},
                {"addonArn", "arn:addon"},
                {"status", "ACTIVE"}}),
          seen("launch-template", "launch-template/nodes", "lt-1",
               {{"LaunchTemplateData", {{"SecurityGroupIds", Json::array({"sg-1"})}}}}),
          seen("security-group", "security-group/nodes", "sg-1"),
          part("security-group-ingress", "sg-1",
               {{"GroupId", "sg-1"}, {"IpPermissions", Json::array({{{"IpProtocol", "-1"}}})}}),
          seen("log-group", "log-group", "/aws/eks/demo/cluster"),
          seen("role", "role/cluster", "demo-cluster", {{"Arn", "arn:role/cluster"}}),
          seen("role", "role/node", "demo-node", {{"Arn", "arn:role/node"}}),
          part("role-policy", "demo-node", {{"RoleName", "demo-node"}, {"PolicyArn", "arn:p"}})};
}

// L41, B80
TEST(Removal, NodesBeforeTheClusterAndRolesLast) {
  const Plan plan = removal_of(snapshot_of(cluster()));
  EXPECT_TRUE(removed_before(plan, "addon/coredns", "nodegroup/management"));
  EXPECT_TRUE(removed_before(plan, "nodegroup/management", "cluster"));
  EXPECT_TRUE(removed_before(plan, "nodegroup/management", "launch-template/nodes"));
  EXPECT_TRUE(removed_before(plan, "cluster", "role/cluster"));
  EXPECT_TRUE(removed_before(plan, "cluster", "log-group"));
  EXPECT_TRUE(removed_before(plan, "cluster", "security-group/nodes"));
  EXPECT_TRUE(removed_before(plan, "launch-template/nodes", "security-group/nodes"));
  const std::string detach = "role-policy/demo-node|arn:p";
  EXPECT_TRUE(removed_before(plan, "nodegroup/management", detach));
  EXPECT_TRUE(removed_before(plan, detach, "role/node"));
}

// EKS refuses to delete a cluster that it is still making: nothing is sent before that ends.
TEST(Removal, WhatIsStillBeingMadeIsWaitedFor) {
  std::vector<Observed> world = cluster();
  for (Observed& one : world) {
    if (one.key == "nodegroup/management")
      one = seen("nodegroup", one.key, "management", [&] {
        Json fields = one.fields;
        fields["status"] = "UPDATING";
        return fields;
      }());
  }
  const Plan plan = removal_of(snapshot_of(world));
  EXPECT_TRUE(index_of(plan, Verb::wait, "nodegroup/management"));
  EXPECT_FALSE(index_of(plan, Verb::remove, "nodegroup/management"));
  const auto cluster_goes = index_of(plan, Verb::remove, "cluster");
  ASSERT_TRUE(cluster_goes);
  EXPECT_THAT(plan.actions[*cluster_goes].needs,
              testing::Contains(*index_of(plan, Verb::wait, "nodegroup/management")));
}

// EKS writes its log group again until its cluster is gone, and for some minutes more: that
// somebody else deleted it long ago proves nothing.
TEST(Removal, WhatComesBackIsMissedFromTheEndOfItsWriterOn) {
  Intent logs = promise("log-group", "log-group", Intent::State::made, "/aws/eks/demo/cluster");
  logs.empty_reads = 2;
  logs.first_empty = kNow - std::chrono::hours(1);
  const Observed cluster = seen("cluster", "cluster", "demo", {{"name", "demo"}});
  const Plan there = removal_of(snapshot_of({cluster}, {logs}));
  EXPECT_TRUE(index_of(there, Verb::wait, "log-group"));
  EXPECT_THAT(there.forgotten, testing::IsEmpty());
  ASSERT_EQ(there.kept_promises.size(), 1U);
  EXPECT_EQ(there.kept_promises[0].empty_reads, 0);
  const Plan gone = removal_of(snapshot_of({}, {logs}));
  EXPECT_THAT(gone.forgotten, testing::ElementsAre("log-group"));
}

TEST(Removal, RulesOfAGroupGoFirst) {
  const Plan plan = removal_of(snapshot_of(cluster()));
  const std::string rule = R"(security-group-ingress/sg-1|[{"IpProtocol":"-1"}])";
  EXPECT_TRUE(removed_before(plan, rule, "security-group/nodes"));
}

TEST(Removal, WhatEksLeavesBehindGoesAfterTheNodes) {
  std::vector<Observed> world = cluster();
  world.push_back(seen("vpc", "vpc", "vpc-1"));
  world.push_back(part("leftover-interface", "vpc-1",
                       {{"NetworkInterfaceId", "eni-1"},
                        {"VpcId", "vpc-1"},
                        {"Groups", Json::array({{{"GroupId", "sg-9"}}})}}));
  world.push_back(part("leftover-group", "vpc-1", {{"GroupId", "sg-9"}, {"VpcId", "vpc-1"}}));
  const Plan plan = removal_of(snapshot_of(world));
  EXPECT_TRUE(removed_before(plan, "nodegroup/management", "leftover-interface/eni-1"));
  EXPECT_TRUE(removed_before(plan, "cluster", "leftover-group/sg-9"));
  EXPECT_TRUE(removed_before(plan, "leftover-interface/eni-1", "vpc"));
  EXPECT_TRUE(removed_before(plan, "leftover-group/sg-9", "vpc"));
}

std::vector<Observed> seen_bucket() {
  return {seen("bucket", "bucket", "demo"),
          part("bucket-versioning", "demo",
               {{"Bucket", "demo"}, {"VersioningConfiguration", {{"Status", "Enabled"}}}}),
          part("bucket-contents", "demo",
               {{"Bucket", "demo"},
                {"What", "1 version from a"},
                {"Objects", Json::array({{{"Key", "a"}, {"VersionId", "1"}}})}})};
}

// V53, X6
TEST(Removal, ABucketIsEmptiedFirst) {
  const Plan plan = removal_of(snapshot_of(seen_bucket()));
  EXPECT_TRUE(removed_before(plan, "bucket-contents/1 version from a", "bucket"));
  EXPECT_EQ(plan.actions.size(), 2U) << "settings go with their bucket";
}

// X6
TEST(Removal, RetainedTypesStayWithTheirParts) {
  const Plan plan = removal_of(snapshot_of(seen_bucket()), {}, {"bucket"});
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_EQ(plan.actions[0].verb, Verb::keep);
  EXPECT_EQ(plan.actions[0].id, "demo");
  EXPECT_TRUE(is_empty(plan));
}

TEST(Removal, IdsAreUniqueWithinATypeOnly) {
  // The bucket stays; the role of the same name, and its parts, go.
  std::vector<Observed> world = seen_bucket();
  world.push_back(seen("role", "role", "demo", {{"Arn", "arn:role/demo"}}));
  world.push_back(part("role-policy", "demo", {{"RoleName", "demo"}, {"PolicyArn", "arn:p"}}));
  const Plan plan = removal_of(snapshot_of(world), {}, {"bucket"});
  EXPECT_THAT(steps(plan), UnorderedElementsAre("keep bucket", "delete role DeleteRole",
                                                "delete role-policy/demo|arn:p DetachRolePolicy"));
  EXPECT_TRUE(removed_before(plan, "role-policy/demo|arn:p", "role"));
}

TEST(Removal, NamesOfOthersAreNoUse) {
  // A role that happens to be called like the cluster's id does not order them.
  const Plan plan =
      removal_of(snapshot_of({seen("role", "role", "demo", {{"Arn", "arn:role/demo"}}),
                              seen("log-group", "log-group", "/aws/demo", {{"note", "demo"}})}));
  EXPECT_TRUE(plan.actions[0].needs.empty());
  EXPECT_TRUE(plan.actions[1].needs.empty());
}

TEST(Removal, WhatIsBeingDeletedIsWaitedFor) {
  const Plan plan =
      removal_of(snapshot_of({seen("nat-gateway", "nat-gateway/a", "nat-1",
                                   {{"State", "deleting"}, {"AllocationId", "eipalloc-1"}}),
                              seen("address", "address/a", "eipalloc-1")}));
  EXPECT_THAT(steps(plan),
              UnorderedElementsAre("wait nat-gateway/a", "delete address/a ReleaseAddress"));
  const auto address = index_of(plan, Verb::remove, "address/a");
  EXPECT_EQ(plan.actions[*address].needs,
            std::vector<std::size_t>{*index_of(plan, Verb::wait, "nat-gateway/a")});
}

TEST(Removal, OpenPromisesAreLookedForFirst) {
  const Plan plan = removal_of(snapshot_of({seen("vpc", "vpc", "vpc-1")},
                                           {promise("subnet", "subnet/a", Intent::State::open)}));
  EXPECT_THAT(steps(plan), UnorderedElementsAre("wait subnet/a", "delete vpc DeleteVpc"));
  EXPECT_FALSE(plan.actions[*index_of(plan, Verb::remove, "vpc")].needs.empty());
}

TEST(Removal, WhatMayComeBackHoldsUpTheEndAlone) {
  const Snapshot snapshot = snapshot_of(
      {seen("vpc", "vpc", "vpc-1")}, {promise("log-group", "log-group", Intent::State::removing)});
  const Plan plan = removal_of(snapshot);
  const auto removal = index_of(plan, Verb::remove, "vpc");
  ASSERT_TRUE(removal);
  EXPECT_TRUE(plan.actions[*removal].needs.empty());
  EXPECT_TRUE(index_of(plan, Verb::wait, "log-group"));
  EXPECT_TRUE(plan.forgotten.empty());
}

TEST(Removal, DuplicatesGoWhileTheElderStays) {
  Observed young = seen("vpc", "vpc", "vpc-2");
  young.created = kNow;
  const Graph graph = graph_of({desired("vpc", "vpc")});
  const Plan plan = diff(owner(), graph, snapshot_of({seen("vpc", "vpc", "vpc-1"), young}), {});
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_EQ(plan.actions[0].id, "vpc-2");
  EXPECT_EQ(plan.actions[0].why, "is a duplicate of vpc-1");
}

TEST(Removal, ExclusivePartsThatNobodyWantsAreDrift) {
  Graph graph = graph_of({desired("role", "role", {{"RoleName", "demo"}})});
  graph.nodes[0].exclusive = true;  // as the manifest may say (F10)
  const Plan plan = diff(
      owner(), graph,
      snapshot_of({seen("role", "role", "demo"),
                   part("role-policy", "demo", {{"RoleName", "demo"}, {"PolicyArn", "arn:extra"}}),
                   part("instance-profile-role", "demo",
                        {{"RoleName", "demo"}, {"InstanceProfileName", "of-somebody"}})}),
      {});
  ASSERT_EQ(plan.actions.size(), 1U) << "a membership in somebody's profile is theirs";
  EXPECT_EQ(plan.actions[0].operation, "DetachRolePolicy");
  EXPECT_EQ(plan.actions[0].why, "is not in the manifest");
}

TEST(Removal, WhatStaysAndNamesALeavingResourceIsChangedFirst) {
  const Graph graph = graph_of({desired(
      "cluster", "cluster",
      {{"name", "demo"}, {"resourcesVpcConfig", {{"securityGroupIds", Json::array({"sg-2"})}}}})});
  const Plan plan = diff(
      owner(), graph,
      snapshot_of(
          {seen("cluster", "cluster", "demo",
                {{"arn", "arn:demo"}, {"resourcesVpcConfig", {{"securityGroupIds", {"sg-1"}}}}}),
           seen("security-group", "old", "sg-1")}),
      {});
  const auto update = index_of(plan, Verb::update, "cluster");
  const auto remove = index_of(plan, Verb::remove, "old");
  ASSERT_TRUE(update && remove);
  EXPECT_EQ(plan.actions[*remove].needs, std::vector<std::size_t>{*update});
}

}  // namespace
}  // namespace byoc
