// Whole objects: every call that makes, mends or removes them fits the API models, a settled world
// needs nothing, and what is made is what is removed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "reconcilers/zones.h"
#include "tests/reconcilers/kinds.h"
#include "tests/reconcilers/model.h"
#include "tests/reconcilers/settled.h"

namespace byoc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Whole {
  const char* name;
  Object object;
};

std::vector<Whole> wholes() {
  const Json document = {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
  return {
      {"Role",
       object_of("Role",
                 {{"instanceProfile", true},
                  {"trust", {{"accounts", Json::array({"123456789012"})}}},
                  {"policies",
                   {{"preset", "lightning"},
                    {"managed", Json::array({"ReadOnlyAccess"})},
                    {"inline", Json::array({{{"name", "own"}, {"document", document}}})}}}})},
      {"Cluster",
       object_of(
           "Cluster",
           {{"kubernetesVersion", "1.33"},
            {"network", {{"nat", "PerZone"}, {"zones", Json::array({"a", "b", "c"})}}},
            {"instanceTypes", Json::array({"t3.xlarge"})},
            {"deletionPolicy", {{"bucket", "Delete"}}},
            {"access",
             Json::array({{{"principalArn", "arn:aws:iam::111122223333:role/ops"},
                           {"username", "ops"},
                           {"policies", Json::array({{{"name", "AmazonEKSViewPolicy"}}})}}})}})},
      {"NodeGroup",
       object_of("NodeGroup", {{"clusterRef", {{"name", "demo"}}},
                               {"taints", Json::array({{{"key", "a"}, {"effect", "NoExecute"}}})},
                               {"labels", {{"a", "b"}}},
                               {"kubernetesVersion", "1.33"},
                               {"maxUnavailable", 2}})}};
}

class EveryKind : public testing::TestWithParam<Whole> {
 protected:
  EveryKind() {
    const Object& object = GetParam().object;
    Facts facts = facts_of_tests();
    facts.objects[running_cluster().key()] = running_cluster();
    if (object.kind == "Role") facts.secrets["externalId"] = Secret("dummy-external-id");
    Built built = build(object, owner_of(object), facts);
    EXPECT_EQ(built.reason, "");
    graph_ = std::move(built.graph);
    owner_ = owner_of(object);
  }

  [[nodiscard]] Plan plan(std::vector<Observed> observed) const {
    return diff(owner_, graph_, snapshot_of(std::move(observed)), {});
  }
  static void expect_calls_fit(const Plan& plan) {
    for (const Action& action : plan.actions) {
      if (action.operation.empty()) continue;
      EXPECT_THAT(Model::of(action.service).misfits(action.operation, action.params), IsEmpty())
          << action.key;
    }
  }

  Graph graph_;
  Owner owner_;
};

TEST_P(EveryKind, EveryCallThatMakesItFits) {
  const Plan make = plan({});
  EXPECT_GE(make.actions.size(), graph_.nodes.size() / 2);
  expect_calls_fit(make);
}

TEST_P(EveryKind, ASettledWorldNeedsNothing) {
  EXPECT_THAT(steps(plan(settled(owner_, graph_))), IsEmpty());
}

TEST_P(EveryKind, EveryCallThatMendsItFits) {
  std::vector<Observed> world = settled(owner_, graph_);
  for (Observed& observed : world) {
    observed.tags.erase("Name");
    if (observed.row->tagging != Tagging::none) observed.tags["left"] = "over";
    for (const Set& set : observed.row->set) observed.fields.erase(std::string(set.field));
  }
  const Plan mend = plan(world);
  EXPECT_TRUE(has_calls(mend));
  expect_calls_fit(mend);
}

TEST_P(EveryKind, EveryCallThatRemovesItFits) {
  DiffOptions options;
  options.deleting = true;
  options.names = &graph_;
  const Plan remove = diff(owner_, {}, snapshot_of(settled(owner_, graph_)), options);
  expect_calls_fit(remove);
  for (const Desired& node : graph_.nodes) {
    const Row& row = find_row(node.type);
    if (row.remove.empty() || row.remove_with_parent) continue;
    EXPECT_TRUE(index_of(remove, Verb::remove, node.key)) << node.key;
  }
}

// X15
TEST_P(EveryKind, NoSecretIsInItsPlan) {
  for (const Plan& one : {plan({}), plan(settled(owner_, graph_))}) {
    for (const Action& action : one.actions) {
      EXPECT_EQ(action.params.dump().find("dummy-external-id"), std::string::npos) << action.key;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, testing::ValuesIn(wholes()),
                         [](const auto& one) { return std::string(one.param.name); });

Json shown_zone(const std::string& name, const std::string& id, const std::string& state,
                const std::string& type = "availability-zone") {
  return {{"ZoneName", name}, {"ZoneId", id}, {"State", state}, {"ZoneType", type}};
}

Facts facts_showing(const Json& zones) {
  Facts facts = facts_of_tests();
  facts.zones.clear();
  read_zones({{"AvailabilityZones", zones}}, facts);
  return facts;
}

Built built_with(const Object& object, const Facts& facts) {
  return build(object, owner_of(object), facts);
}

std::vector<std::string> names_of(const Built& built) {
  std::vector<std::string> names;
  for (const Json& zone : member(built.decided, "zones")) names.push_back(zone.at("name"));
  return names;
}

TEST(Zones, EksExcludesIdsNotLetters) {  // F29: letters differ from account to account
  const Facts facts = facts_showing({shown_zone("us-east-1a", "use1-az3", "available"),
                                     shown_zone("us-east-1c", "use1-az5", "available"),
                                     shown_zone("us-east-1e", "use1-az6", "available")});
  EXPECT_THAT(facts.zones, ElementsAre("us-east-1c", "us-east-1e"));
  Facts virginia = facts;
  virginia.region = "us-east-1";
  Object named = object_of("Cluster", {{"network", {{"zones", Json::array({"a", "c"})}}}});
  const Built built = built_with(named, virginia);
  EXPECT_EQ(built.reason, "UnsupportedZone");
  EXPECT_TRUE(built.wrong);
  EXPECT_THAT(built.message, HasSubstr("us-east-1a (use1-az3)"));
  EXPECT_THAT(built.message, HasSubstr("us-east-1c, us-east-1e"));
}

TEST(Zones, LocalAndWavelengthZonesHoldNoControlPlane) {  // F29
  const Facts facts = facts_showing(
      {shown_zone("us-west-2a", "usw2-az1", "available"),
       shown_zone("us-west-2-lax-1a", "usw2-lax1-az1", "available", "local-zone"),
       shown_zone("us-west-2-wl1-den-wlz-1", "usw2-wl1", "available", "wavelength-zone")});
  EXPECT_THAT(facts.zones, ElementsAre("us-west-2a"));
  const Object named =
      object_of("Cluster", {{"network", {{"zones", Json::array({"a", "us-west-2-lax-1a"})}}}});
  EXPECT_EQ(built_with(named, facts).reason, "UnsupportedZone");
}

TEST(Zones, AnImpairedZoneIsClosedForNewThingsForNow) {  // F5
  const Facts facts = facts_showing({shown_zone("us-west-2a", "usw2-az1", "impaired"),
                                     shown_zone("us-west-2b", "usw2-az2", "available"),
                                     shown_zone("us-west-2c", "usw2-az3", "information"),
                                     shown_zone("us-west-2d", "usw2-az4", "unavailable")});
  EXPECT_THAT(names_of(built_with(object_of("Cluster", Json::object()), facts)),
              ElementsAre("us-west-2b", "us-west-2c"));
  const Built named =
      built_with(object_of("Cluster", {{"network", {{"zones", Json::array({"a", "b"})}}}}), facts);
  EXPECT_EQ(named.reason, "ZoneUnavailable");
  EXPECT_FALSE(named.wrong) << "waiting helps";
}

// G40
TEST(InstanceTypes, OneThatIsNamedNoMoreTakesItsGroupAlong) {
  const auto graph_of = [](Json types) {
    return built_with(object_of("Cluster", {{"instanceTypes", std::move(types)}}), facts_of_tests())
        .graph;
  };
  const Owner owner = owner_of(object_of("Cluster", Json::object()));
  const std::vector<Observed> world = settled(owner, graph_of({"t3.xlarge", "m5.large"}));
  const Plan plan = diff(owner, graph_of({"t3.xlarge"}), snapshot_of(world), {});
  EXPECT_THAT(steps(plan), ElementsAre("delete nodegroup/m5-large DeleteNodegroup"));
}

TEST(Zones, WhatWasDecidedStands) {  // F5: spec, then what was decided, then a fresh choice
  Facts facts = facts_of_tests();
  facts.decided = {
      {"zones", {{{"name", "us-west-2c"}, {"part", 1}}, {{"name", "us-west-2z"}, {"part", 0}}}}};
  const Graph graph = built_with(object_of("Cluster", Json::object()), facts).graph;
  EXPECT_EQ(find_node(graph, "subnet/private-c")->params.at("CidrBlock"), "10.0.16.0/20");
  EXPECT_EQ(find_node(graph, "subnet/public-z")->params.at("CidrBlock"), "10.0.128.0/20");
  EXPECT_NE(find_node(graph, "nat-gateway/c"), nullptr);
  const Object named = object_of(
      "Cluster", {{"network", {{"zones", Json::array({"us-west-2a", "z", "us-west-2c"})}}}});
  const Built more = built_with(named, facts);
  EXPECT_THAT(names_of(more), ElementsAre("us-west-2c", "us-west-2z", "us-west-2a"))
      << "what stands keeps its order and its part";
  EXPECT_EQ(find_node(more.graph, "subnet/private-a")->params.at("CidrBlock"), "10.0.32.0/20");
  EXPECT_EQ(find_node(more.graph, "subnet/private-c")->params.at("CidrBlock"), "10.0.16.0/20");
}

TEST(Zones, WithoutARecordTheStandingSubnetsDecide) {  // F5
  Facts then = facts_of_tests();
  then.zones = {"us-west-2b", "us-west-2d"};
  const Object object = object_of("Cluster", Json::object());
  const Built before = built_with(object, then);
  const Facts now = facts_of_tests();
  Snapshot snapshot = snapshot_of(settled(owner_of(object), before.graph));
  EXPECT_EQ(decided_by_subnets(object, now, snapshot), before.decided);
  Intent intent = promise("subnet", "subnet/public-d", Intent::State::open);
  EXPECT_EQ(decided_by_subnets(object, now, snapshot_of({}, {intent})),
            Json({{"zones", {{{"name", "us-west-2d"}, {"part", 0}}}}}))
      << "its answer was lost";
  Object reported = object;
  reported.status["network"]["nodeSubnets"] = {
      {{"id", "s-1"}, {"zone", "us-west-2d"}, {"cidr", "10.0.16.0/20"}},
      {{"id", "s-2"}, {"zone", "us-west-2b"}, {"cidr", "10.0.0.0/20"}}};
  EXPECT_EQ(decided_by_subnets(reported, now, {}), before.decided);
  EXPECT_TRUE(decided_by_subnets(object, now, {}).is_null());
}

// The law: a change of facts alone never plans a creation, a removal or a replacement.
class FactsChange : public testing::TestWithParam<const char*> {};

TEST_P(FactsChange, AConvergedObjectNeedsNothing) {  // F5
  std::mt19937 random(7);
  const Json nat = {{"nat", GetParam()}};
  for (int round = 0; round < 200; ++round) {
    const auto facts_then = [&] {
      Json zones = Json::array();
      int number = 0;
      for (const char letter : std::string("abcdef")) {
        ++number;
        static const char* const kStates[] = {"available", "available", "impaired", "hidden"};
        const std::string state = kStates[random() % 4];
        if (state == "hidden") continue;
        zones.push_back(shown_zone(std::string("us-west-2") + letter,
                                   "usw2-az" + std::to_string(number), state));
      }
      std::shuffle(zones.begin(), zones.end(), random);
      return facts_showing(zones);
    };
    Object cluster = object_of("Cluster", {{"network", nat}});
    const Built made = built_with(cluster, facts_then());
    if (!made.reason.empty()) continue;  // too few zones to begin with
    const Owner owner = owner_of(cluster);
    const Snapshot snapshot = snapshot_of(settled(owner, made.graph));
    Facts now = facts_then();
    // With a record, and by what stands.
    for (const Json& decided : {made.decided, decided_by_subnets(cluster, now, snapshot)}) {
      now.decided = decided;
      const Built again = built_with(cluster, now);
      ASSERT_EQ(again.reason, "") << again.message;
      ASSERT_EQ(again.decided, made.decided);
      ASSERT_THAT(steps(diff(owner, again.graph, snapshot, {})), IsEmpty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Nat, FactsChange, testing::Values("None", "Single", "PerZone"),
                         [](const auto& one) { return std::string(one.param); });

TEST(NodeGroupZones, AClusterThatShowsMoreOrLessDoesNotMoveIt) {  // F5
  const Object group = object_of("NodeGroup", {{"clusterRef", {{"name", "demo"}}}}, "workers");
  Object cluster = running_cluster();
  Facts facts = facts_of_tests();
  facts.objects[cluster.key()] = cluster;
  const Built made = built_with(group, facts);
  EXPECT_THAT(names_of(made), ElementsAre("us-west-2a", "us-west-2b"));
  const Snapshot standing = snapshot_of(settled(owner_of(group), made.graph));
  EXPECT_EQ(decided_by_nodegroup(group, facts, standing), made.decided);
  facts.decided = made.decided;
  Json& subnets = facts.objects[cluster.key()].status["network"]["nodeSubnets"];
  subnets.push_back({{"id", "subnet-private-c"}, {"zone", "us-west-2c"}});
  EXPECT_THAT(steps(diff(owner_of(group), built_with(group, facts).graph, standing, {})),
              IsEmpty());
  subnets.erase(0);
  const Built partly = built_with(group, facts);
  EXPECT_EQ(partly.reason, "WaitingForCluster");
  EXPECT_THAT(partly.message, HasSubstr("us-west-2a"));
  Object named = group;
  named.spec["zones"] = {"b"};
  EXPECT_THAT(names_of(built_with(named, facts)), ElementsAre("us-west-2b"))
      << "the manifest comes first";
}

}  // namespace
}  // namespace byoc
