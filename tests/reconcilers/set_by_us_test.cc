// byoc takes away exactly what it has set: tags and parts with its marks, and what its own cluster
// left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconcilers/compare.h"
#include "reconcilers/kinds.h"
#include "reconcilers/permission.h"
#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/settled.h"

namespace byoc {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

Object role_with(Json policies, Json tags = Json::object()) {
  return object_of("Role", {{"name", "demo"},
                            {"trust", {{"services", Json::array({"ec2.amazonaws.com"})}}},
                            {"policies", std::move(policies)},
                            {"tags", std::move(tags)}});
}

Graph graph_for(const Object& object) {
  Facts facts = facts_of_tests();
  facts.objects[running_cluster().key()] = running_cluster();
  Built built = find_kind(object.kind)->build(object, owner_of(object), facts);
  EXPECT_EQ(built.reason, "");
  return std::move(built.graph);
}

Observed attached(const std::string& policy) {
  return part("role-policy", "demo",
              {{"RoleName", "demo"}, {"PolicyArn", "arn:aws:iam::aws:policy/" + policy}});
}

// The plan of a manifest in the world that another one made, to which others added things.
Plan plan_after(const Object& before, const Object& now, std::vector<Observed> added = {},
                const std::function<void(Observed&)>& touch = {}) {
  const Owner whose = owner_of(now);
  std::vector<Observed> world = settled(whose, graph_for(before));
  for (Observed& observed : added) world.push_back(std::move(observed));
  if (touch) {
    for (Observed& observed : world) touch(observed);
  }
  return diff(whose, graph_for(now), snapshot_of(std::move(world)), {});
}

// F10
TEST(SetByUs, PoliciesOfOthersStayAndOursGo) {
  const Object both =
      role_with({{"managed", Json::array({"ReadOnlyAccess", "AmazonS3FullAccess"})}});
  const Object one = role_with({{"managed", Json::array({"ReadOnlyAccess"})}});
  EXPECT_TRUE(is_empty(plan_after(one, one, {attached("AmazonSSMManagedInstanceCore")})));
  const Plan plan = plan_after(both, one, {attached("AmazonSSMManagedInstanceCore")});
  ASSERT_EQ(plan.actions.size(), 1U) << "the marks stay until the policy is gone";
  EXPECT_EQ(plan.actions[0].operation, "DetachRolePolicy");
  EXPECT_EQ(plan.actions[0].params.at("PolicyArn"), "arn:aws:iam::aws:policy/AmazonS3FullAccess");
}

// F10
TEST(SetByUs, AnExclusiveRoleHasNothingElse) {
  const Object role =
      role_with({{"managed", Json::array({"ReadOnlyAccess"})}, {"exclusive", true}});
  EXPECT_THAT(steps(plan_after(role, role, {attached("AmazonSSMManagedInstanceCore")})),
              ElementsAre(testing::HasSubstr("DetachRolePolicy")));
}

// F10
TEST(SetByUs, TheMarksOfPartsStandInTheCreateCall) {
  const Object role = role_with({{"managed", Json::array({"ReadOnlyAccess"})}});
  const Plan plan = diff(owner_of(role), graph_for(role), snapshot_of({}), {});
  const Tags tags = read_tags(plan.actions.at(0).params);
  EXPECT_THAT(read_marks(tags, kTagParts),
              Contains(part_mark(find_row("role-policy"), attached("ReadOnlyAccess").fields)));
}

// F10
TEST(SetByUs, TagsOfOthersStayAndOursGo) {
  const Object before =
      role_with(Json::object(), {{"team", "ml"}, {"k8s.io/cluster-autoscaler/enabled", "true"}});
  const Object now = role_with(Json::object(), {{"team", "ml"}});
  const Plan plan = plan_after(before, now, {}, [](Observed& observed) {
    if (!observed.tags.empty()) observed.tags["CreatedBy"] = "auto-tagger";
  });
  EXPECT_THAT(steps(plan), ElementsAre("tag role UntagRole", "tag role TagRole"));
  EXPECT_EQ(plan.actions.at(0).params.at("TagKeys"),
            Json::array({"k8s.io/cluster-autoscaler/enabled"}));
  const Plan none = plan_after(before, role_with(Json::object()));
  EXPECT_EQ(none.actions.at(0).params.at("TagKeys").size(), 3U) << "the marks go, too";
}

// F10
TEST(SetByUs, IgnoredTagsAreNeitherChangedNorRemoved) {
  Object before = role_with(Json::object(), {{"team", "ml"}, {"cost/center", "7"}});
  Object now = role_with(Json::object(), {{"team", "ml"}});
  now.spec["ignoreTags"] = Json::array({"team", "cost/*"});
  const Plan plan = plan_after(before, now, {}, [](Observed& observed) {
    if (!observed.tags.empty()) observed.tags["team"] = "renamed by others";
  });
  for (const Action& action : plan.actions) {
    EXPECT_EQ(action.params.dump().find("team\""), std::string::npos);
    EXPECT_EQ(action.params.dump().find("cost/center"), std::string::npos);
  }
}

// F10
TEST(SetByUs, RoutesAndRulesOfOthersStayUnlessTheNetworkIsExclusive) {
  const auto added = [] {
    return std::vector<Observed>{
        part("route", "rtb-public",
             {{"RouteTableId", "rtb-public"},
              {"DestinationCidrBlock", "10.99.0.0/16"},
              {"VpcPeeringConnectionId", "pcx-1"}}),
        part("security-group-ingress", "sg-nodes",
             {{"GroupId", "sg-nodes"},
              {"IpPermissions", Json::array({permission("tcp", 22, 22, "192.0.2.0/24")})}})};
  };
  Object cluster = object_of("Cluster", {{"network", {{"nat", "Single"}}}});
  EXPECT_FALSE(has_calls(plan_after(cluster, cluster, added())));
  cluster.spec["network"]["exclusive"] = true;
  EXPECT_EQ(plan_after(cluster, cluster, added()).actions.size(), 2U);
}

// F10: a foreign security group or interface in our VPC is somebody's.
TEST(SetByUs, LeftoversProveWhoseTheyAre) {
  const Look& look = find_row("leftover-group").looks.front();
  const auto left = [&](const char* type, Tags tags, const std::string& group = "") {
    Observed found = part(type, "vpc-1", {{"VpcId", "vpc-1"}, {"GroupId", "sg-9"}});
    if (!group.empty()) found.fields["Groups"] = Json::array({{{"GroupId", group}}});
    found.tags = std::move(tags);
    return look.belongs(
        owner_of(object_of("Cluster", {})), found,
        {seen("vpc", "vpc", "vpc-1"), seen("security-group", "security-group/nodes", "sg-1")});
  };
  EXPECT_TRUE(left("leftover-group", {{"kubernetes.io/cluster/demo", "owned"}}));
  EXPECT_TRUE(left("leftover-group", {{"aws:eks:cluster-name", "demo"}}));
  EXPECT_TRUE(left("leftover-group", {{"elbv2.k8s.aws/cluster", "demo"}}));
  EXPECT_FALSE(left("leftover-group", {{"kubernetes.io/cluster/demo", "shared"}}));
  EXPECT_FALSE(left("leftover-group", {{"kubernetes.io/cluster/other", "owned"}}));
  EXPECT_FALSE(left("leftover-group", {{"kubernetes.io/cluster/demo", "owned"},
                                       {"kubernetes.io/cluster/other", "owned"}}));
  EXPECT_FALSE(left("leftover-group",
                    {{"kubernetes.io/cluster/demo", "owned"}, {"byoc.dev/owner-uid", "another"}}));
  EXPECT_FALSE(left("leftover-group", {{"team", "ml"}}));
  const Tags of_node = {{"node.k8s.amazonaws.com/instance_id", "i-1"}};
  EXPECT_TRUE(left("leftover-interface", of_node, "sg-1"));
  EXPECT_FALSE(left("leftover-interface", of_node, "sg-of-others"));
}

// F18: a part with two parents leaves with either.
TEST(SetByUs, ARoleLeavesTheProfileThatGoes) {
  Object with = role_with(Json::object());
  Object without = with;
  with.spec["instanceProfile"] = true;
  const Plan plan = plan_after(with, without);
  EXPECT_TRUE(removed_before(plan, "instance-profile-role/demo|demo", "instance-profile"))
      << testing::PrintToString(steps(plan));
}

// F18
TEST(SetByUs, AnAttachmentLeavesWithItsPolicy) {
  Object before =
      role_with({{"customer",
                  Json::array({{{"name", "own"}, {"document", {{"Statement", Json::array()}}}}})}});
  const Plan plan = plan_after(before, role_with(Json::object()), {}, [](Observed& observed) {
    observed.tags.erase(std::string(kTagParts));  // made by a version that knew no marks
  });
  EXPECT_EQ(std::count_if(plan.actions.begin(), plan.actions.end(),
                          [](const Action& one) { return one.operation == "DetachRolePolicy"; }),
            1);
}

Json access_of(const char* policy) {
  return Json::array({{{"principalArn", "arn:aws:iam::111122223333:role/creator"},
                       {"policies", Json::array({{{"name", policy}}})}}});
}

// F30
TEST(SetByUs, WhatStoodInOurClusterIsTakenMendedAndLeft) {
  const Object with = object_of("Cluster", {{"access", access_of("AmazonEKSViewPolicy")}});
  const Owner whose = owner_of(with);
  std::vector<Observed> world = settled(whose, graph_for(with));
  const auto entry = std::find_if(world.begin(), world.end(), [](const Observed& one) {
    return one.row->type == "access-entry";
  });
  ASSERT_NE(entry, world.end());
  std::erase_if(world, [](const Observed& one) { return one.row->type == "access-policy"; });
  Observed foreign = *std::find_if(world.begin(), world.end(), [](const Observed& one) {
    return one.row->type == "access-entry";
  });
  std::erase_if(world, [](const Observed& one) { return one.row->type == "access-entry"; });
  const Tags ours = foreign.tags;
  foreign.tags.clear();
  foreign.owner_uid.clear();
  foreign.foreign = true;
  world.push_back(foreign);
  const Plan take = diff(whose, graph_for(with), snapshot_of(world), {});
  EXPECT_THAT(steps(take), Contains("tag " + foreign.key + " TagResource"));
  EXPECT_EQ(take.actions.at(0).params.at("tags").at(std::string(kTagStood)), "true");

  world.back().tags = ours;
  world.back().tags[std::string(kTagStood)] = "true";
  world.back().owner_uid = whose.uid;
  world.back().foreign = false;
  const Plan remembered = diff(whose, graph_for(with), snapshot_of(world), {});
  ASSERT_EQ(remembered.kept_promises.size(), 1U);
  const Plan left = diff(whose, graph_for(object_of("Cluster", Json::object())),
                         snapshot_of(world, {remembered.kept_promises[0]}), {});
  EXPECT_THAT(steps(left), IsEmpty()) << "it stood there before us";
  EXPECT_THAT(left.forgotten, ElementsAre(foreign.key));
}

// F33
TEST(SetByUs, EveryFamilyOfARuleIsAPart) {
  const Json item = {{"IpProtocol", "tcp"},
                     {"FromPort", 22},
                     {"ToPort", 22},
                     {"IpRanges", Json::array({{{"CidrIp", "10.0.0.0/8"}}})},
                     {"Ipv6Ranges", Json::array({{{"CidrIpv6", "::/0"}}})},
                     {"PrefixListIds", Json::array({{{"PrefixListId", "pl-1"}}})},
                     {"UserIdGroupPairs", Json::array({{{"GroupId", "sg-1"}}})}};
  EXPECT_EQ(split_permission(item).size(), 4U);
}

// F33
TEST(SetByUs, ListsThatAwsOrdersCompareInOrder) {
  const Row& row = find_row("nodegroup");
  const Desired node =
      desired("nodegroup", "nodegroup",
              {{"instanceTypes", {"m5.large", "m4.large"}}, {"subnets", {"a", "b"}}});
  const Known known{[](const Reference&) { return Json(); }, nothing};
  const auto changed = [&](Json types, Json subnets) {
    return compare_fields(
               row, node, known,
               seen("nodegroup", "nodegroup", "n",
                    {{"instanceTypes", std::move(types)}, {"subnets", std::move(subnets)}}))
        .size();
  };
  EXPECT_EQ(changed({"m5.large", "m4.large"}, {"b", "a"}), 0U);
  EXPECT_EQ(changed({"m4.large", "m5.large"}, {"a", "b"}), 1U);
}

// F57
TEST(SetByUs, TaintsPutByHandAreSeenAndAChangedOneIsNotRemoved) {
  const Json taint = {{"key", "a"}, {"value", "1"}, {"effect", "NO_SCHEDULE"}};
  const Object cluster = object_of("Cluster", Json::object());
  const Plan plan = plan_after(cluster, cluster, {}, [&](Observed& observed) {
    if (observed.row->type == "nodegroup") observed.fields["taints"] = Json::array({taint});
  });
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_EQ(plan.actions[0].params.at("taints"), Json({{"removeTaints", Json::array({taint})}}));
  Object nodes = object_of(
      "NodeGroup",
      {{"clusterRef", {{"name", "demo"}}},
       {"taints", Json::array({{{"key", "a"}, {"value", "2"}, {"effect", "NoSchedule"}}})}});
  const Plan changed = plan_after(nodes, nodes, {}, [&](Observed& observed) {
    if (observed.row->type == "nodegroup") observed.fields["taints"] = Json::array({taint});
  });
  ASSERT_EQ(changed.actions.size(), 1U);
  EXPECT_FALSE(changed.actions[0].params.at("taints").contains("removeTaints"));
}

}  // namespace
}  // namespace byoc
