#include "reconcilers/hold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/settled.h"

namespace byoc {
namespace {

using testing::Contains;
using testing::HasSubstr;

Graph cluster_graph(const char* nat, bool replace = false) {
  const Object object =
      object_of("Cluster", {{"network", {{"nat", nat}}}, {"allowReplace", replace}});
  return build_cluster(object, owner_of(object), facts_of_tests()).graph;
}

Owner whose() {
  return owner_of(object_of("Cluster", {}));
}

// F54
TEST(Hold, WhatTheNodesCannotFollowIsNotBegun) {
  for (const auto& [from, to] :
       {std::pair("Single", "None"), std::pair("None", "Single"), std::pair("PerZone", "None")}) {
    const Plan plan =
        diff(whose(), cluster_graph(to), snapshot_of(settled(whose(), cluster_graph(from))), {});
    EXPECT_FALSE(has_calls(plan)) << from << " to " << to << ": "
                                  << testing::PrintToString(steps(plan));
    EXPECT_TRUE(index_of(plan, Verb::blocked, "nodegroup/management"));
  }
}

// F54
TEST(Hold, WhatTheyCanFollowIsDone) {
  const Plan plan = diff(whose(), cluster_graph("Single"),
                         snapshot_of(settled(whose(), cluster_graph("PerZone"))), {});
  EXPECT_TRUE(index_of(plan, Verb::remove, "nat-gateway/b"));
  const Plan asked = diff(whose(), cluster_graph("None", /*replace=*/true),
                          snapshot_of(settled(whose(), cluster_graph("Single"))), {});
  EXPECT_TRUE(removed_before(asked, "nodegroup/management", "subnet/private-a"))
      << testing::PrintToString(steps(asked));
}

// What others took away of what is still used comes back where that takes effect at once; nothing
// is made that was never there, nothing is taken away.
TEST(Hold, OfWhatIsStillUsedOnlyRepairsAreDone) {
  const Graph graph = cluster_graph("Single");
  std::vector<Observed> world = settled(whose(), graph);
  std::erase_if(world, [](const Observed& one) {
    return one.key == "cluster" || one.key == "log-group" || one.key.starts_with("nat-gateway") ||
           one.row->type == "role-policy";
  });
  Snapshot snapshot = snapshot_of(world);
  Intent& logs = snapshot.intents["log-group"];
  logs.key = logs.type = "log-group";
  logs.state = Intent::State::made;
  DiffOptions options;
  options.still_used = true;
  options.dry_run = true;  // one empty read is believed
  const Plan plan = diff(whose(), graph, snapshot, options);
  std::set<std::string> made;
  for (const Action& action : plan.actions) {
    EXPECT_NE(action.verb, Verb::remove) << action.key;
    if (action.verb == Verb::create) made.insert(action.type);
  }
  EXPECT_THAT(made, testing::IsSupersetOf({"log-group", "role-policy"}));
  for (const char* type : {"cluster", "nat-gateway", "addon"}) {
    EXPECT_THAT(made, testing::Not(Contains(type)));
  }
}

// F7
TEST(Hold, AnotherLaunchTemplateIsAnotherNodeGroup) {
  Object object = object_of("NodeGroup", {{"clusterRef", {{"name", "demo"}}}});
  Facts facts = facts_of_tests();
  facts.objects[running_cluster().key()] = running_cluster();
  for (const bool replace : {false, true}) {
    object.spec["allowReplace"] = replace;
    const Graph graph = build_nodegroup(object, owner_of(object), facts).graph;
    std::vector<Observed> world = settled(owner_of(object), graph);
    std::erase_if(world, [](const Observed& one) { return one.row->type == "launch-template"; });
    const Plan plan = diff(owner_of(object), graph, snapshot_of(world), {});
    EXPECT_EQ(index_of(plan, Verb::blocked, "nodegroup").has_value(), !replace);
    EXPECT_EQ(index_of(plan, Verb::remove, "nodegroup").has_value(), replace);
    EXPECT_EQ(index_of(plan, Verb::create, "launch-template").has_value(), replace);
  }
}

// F7
TEST(Hold, WhatIsDerivedFromANewClusterIsMadeAgainUnasked) {
  const Graph graph = cluster_graph("Single");
  std::vector<Observed> world = settled(whose(), graph);
  for (Observed& observed : world) {
    if (observed.row->type != "oidc-provider") continue;
    observed.fields["Url"] = "https://oidc.example.com/id/of-the-cluster-before";
    observed.fields["OpenIDConnectProviderArn"] = observed.id = "arn:before";
  }
  const Plan plan = diff(whose(), graph, snapshot_of(world), {});
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_TRUE(plan.actions[0].replaces);
  EXPECT_EQ(plan.actions[0].key, "oidc-provider");
}

// F17
TEST(Hold, NothingGoesWhileAwsProtectsTheCluster) {
  const Graph graph = cluster_graph("Single");
  std::vector<Observed> world = settled(whose(), graph);
  for (Observed& observed : world) {
    if (observed.row->type == "cluster") observed.fields["deletionProtection"] = true;
  }
  const Plan plan = removal_of(snapshot_of(world), graph);
  EXPECT_FALSE(has_calls(plan));
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_EQ(plan.actions[0].reason, "ProtectedInAws");
  EXPECT_THAT(plan.actions[0].why, HasSubstr("--no-deletion-protection --name demo"));
}

// F17
TEST(Hold, NetworkAndIdentityGoOnceTheClusterIsGone) {
  const Graph graph = cluster_graph("Single");
  const Plan plan = removal_of(snapshot_of(settled(whose(), graph)), graph);
  for (const char* key :
       {"nat-gateway/a", "address/a", "route-table/public", "subnet/public-a", "internet-gateway",
        "security-group/nodes", "role/node", "role/cluster", "vpc"}) {
    EXPECT_TRUE(removed_before(plan, "cluster", key)) << key;
  }
}

// F28
TEST(Hold, ANameThatMayNotBeSeenIsItsOwnTroubleAlone) {
  const Graph graph = cluster_graph("Single");
  std::vector<Observed> world = settled(whose(), graph);
  std::erase_if(world, [](const Observed& one) { return one.row->type.starts_with("bucket"); });
  Observed refused = seen("bucket", "bucket", "taken");
  refused.foreign = refused.refused = true;
  refused.owner_uid.clear();
  refused.tags.clear();
  refused.reason = "Forbidden";
  world.push_back(refused);
  const Plan plan = diff(whose(), graph, snapshot_of(world), {});
  const auto at = index_of(plan, Verb::blocked, "bucket");
  ASSERT_TRUE(at);
  EXPECT_EQ(plan.actions[*at].reason, "NameRefused");
  EXPECT_THAT(plan.actions[*at].why, HasSubstr("another account"));
  EXPECT_THAT(plan.actions[*at].why, HasSubstr("right"));
  const Plan gone = removal_of(
      snapshot_of(world, {promise("bucket", "bucket", Intent::State::made, "taken")}), graph);
  EXPECT_TRUE(index_of(gone, Verb::blocked, "bucket")) << "neither there nor gone";
  EXPECT_TRUE(index_of(gone, Verb::remove, "vpc")) << "and the rest goes on";
  EXPECT_THAT(gone.forgotten, testing::IsEmpty());
}

}  // namespace
}  // namespace byoc
