#include "reconcilers/world.h"

#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using std::chrono::seconds;

// A world and what it points into.
struct Made {
  Snapshot snapshot;
  Graph graph;
  SeenWorld world = assign_keys(owner(), graph, snapshot, {});
};

Observed vpc_of(const std::string& id, Time created) {
  Observed vpc = seen("vpc", "vpc", id);
  vpc.created = created;
  return vpc;
}

TEST(AssignKeys, TheElderOfTwoIsKept) {
  const Made made{snapshot_of({vpc_of("vpc-young", kNow), vpc_of("vpc-old", kNow - seconds(9))}),
                  {}};
  EXPECT_EQ(made.world.find("vpc")->id, "vpc-old");
  ASSERT_EQ(made.world.surplus.size(), 1U);
  EXPECT_EQ(made.world.surplus[0]->id, "vpc-young");
}

TEST(AssignKeys, ThePromisedOneOfTwoIsKept) {
  const Made made{snapshot_of({vpc_of("vpc-old", kNow - seconds(9)), vpc_of("vpc-young", kNow)},
                              {promise("vpc", "vpc", Intent::State::made, "vpc-young")}),
                  {}};
  EXPECT_EQ(made.world.find("vpc")->id, "vpc-young");
  EXPECT_EQ(made.world.surplus.at(0)->id, "vpc-old");
}

// V60
TEST(AssignKeys, TheSameWhateverTheOrderOfReading) {
  const Made one{snapshot_of({vpc_of("vpc-a", {}), vpc_of("vpc-b", {})}), {}};
  const Made two{snapshot_of({vpc_of("vpc-b", {}), vpc_of("vpc-a", {})}), {}};
  EXPECT_EQ(one.world.find("vpc")->id, "vpc-a");
  EXPECT_EQ(two.world.find("vpc")->id, "vpc-a");
}

TEST(AssignKeys, WhatIsOnItsWayOutDoesNotCount) {
  Observed leaving = seen("nat-gateway", "nat", "nat-1", {{"State", "deleting"}});
  Observed fresh = seen("nat-gateway", "nat", "nat-2", {{"State", "pending"}});
  fresh.created = kNow;
  for (const auto& observed : {std::vector{leaving, fresh}, std::vector{fresh, leaving}}) {
    const Made made{snapshot_of(observed), {}};
    EXPECT_EQ(made.world.find("nat")->id, "nat-2");
    EXPECT_TRUE(made.world.surplus.empty());
  }
}

TEST(AssignKeys, AnothersIsForeignAndNeverOurs) {
  Observed theirs = seen("role", "role", "demo");
  theirs.owner_uid = "";
  Observed marked = seen("bucket", "bucket", "demo");
  marked.foreign = true;
  const Made made{snapshot_of({theirs, marked}), {}};
  EXPECT_EQ(made.world.find("role"), nullptr);
  EXPECT_EQ(made.world.find("bucket"), nullptr);
  EXPECT_TRUE(made.world.foreign.contains("role"));
  EXPECT_TRUE(made.world.foreign.contains("bucket"));
}

TEST(AssignKeys, PartsTakeTheKeyOfTheDesiredPartWithTheirIdentity) {
  const Graph graph =
      graph_of({desired("route-table", "route-table/public"),
                desired("route", "route/public/internet",
                        {{"RouteTableId", ref("route-table/public", "RouteTableId")},
                         {"DestinationCidrBlock", "0.0.0.0/0"},
                         {"GatewayId", "igw-1"}})});
  const Made made{
      snapshot_of({seen("route-table", "route-table/public", "rtb-1"),
                   part("route", "rtb-1",
                        {{"RouteTableId", "rtb-1"},
                         {"DestinationCidrBlock", "0.0.0.0/0"},
                         {"GatewayId", "igw-other"}}),
                   part("route", "rtb-1",
                        {{"RouteTableId", "rtb-1"}, {"DestinationCidrBlock", "10.9.0.0/16"}})}),
      graph};
  EXPECT_EQ(made.world.find("route/public/internet")->fields.at("GatewayId"), "igw-other");
  ASSERT_EQ(made.world.unasked.size(), 1U);
  EXPECT_EQ(made.world.unasked[0]->fields.at("DestinationCidrBlock"), "10.9.0.0/16");
}

TEST(Unseen, TheCreateAnswerStandsInForReadsThatLag) {
  Intent intent = promise("vpc", "vpc", Intent::State::made, "vpc-1");
  intent.made = {{"VpcId", "vpc-1"}, {"State", "available"}};
  const Made made{snapshot_of({}, {intent}), {}};
  const Observed& vpc = *made.world.find("vpc");
  EXPECT_TRUE(vpc.unseen);
  EXPECT_EQ(vpc.life, Life::ready);
  EXPECT_EQ(lookup_in(made.world, made.graph)({"vpc", "VpcId"}), "vpc-1");
}

TEST(Unseen, NotReadyUntilItIsVisible) {
  Intent intent = promise("nat-gateway", "nat", Intent::State::made, "nat-1");
  intent.made = {{"NatGatewayId", "nat-1"}, {"State", "pending"}};
  const Made made{snapshot_of({}, {intent}), {}};
  EXPECT_EQ(made.world.find("nat")->life, Life::pending);
  EXPECT_EQ(made.world.find("nat")->reason, "not visible yet");
}

TEST(Unseen, EndsWithTheProofOfAbsence) {
  Intent intent = promise("vpc", "vpc", Intent::State::made, "vpc-1");
  intent.made = {{"VpcId", "vpc-1"}, {"State", "available"}};
  intent.sent = kNow - kAbsenceGrace;
  intent.empty_reads = 1;
  const auto seen_in = [](const Snapshot& snapshot) {
    return assign_keys(owner(), {}, snapshot, {}).find("vpc") != nullptr;
  };
  EXPECT_FALSE(seen_in(snapshot_of({}, {intent})));
  Snapshot snapshot = snapshot_of({}, {intent});
  snapshot.intents.at("vpc").empty_reads = 0;
  EXPECT_TRUE(seen_in(snapshot)) << "one empty read is no proof";
  snapshot.unsupported["vpc"] = "DescribeVpcs";
  EXPECT_FALSE(seen_in(snapshot)) << "neither present nor absent";
}

TEST(Absence, TwoEmptyReadsAndTheGrace) {
  Intent intent = promise("vpc", "vpc", Intent::State::open);
  intent.sent = kNow;
  const auto proved = [&](int reads, Duration later) {
    intent.empty_reads = reads;
    return absence_proved(intent, kNow + later, {});
  };
  EXPECT_FALSE(proved(0, kAbsenceGrace));
  EXPECT_FALSE(proved(1, kAbsenceGrace));
  EXPECT_FALSE(proved(2, kAbsenceGrace - Duration(1)));
  EXPECT_TRUE(proved(2, kAbsenceGrace));
  DiffOptions dry;
  dry.dry_run = true;
  intent.empty_reads = 0;
  EXPECT_TRUE(absence_proved(intent, kNow, dry));
  DiffOptions longer;
  longer.absence_grace = kAbsenceGrace * 2;
  intent.empty_reads = 2;
  EXPECT_FALSE(absence_proved(intent, kNow + kAbsenceGrace, longer));
}

TEST(Absence, ARemovalThatWasAnsweredNeedsOneEmptyRead) {
  Intent intent = promise("vpc", "vpc", Intent::State::removing, "vpc-1");
  EXPECT_FALSE(absence_proved(intent, kNow, {}));
  EXPECT_TRUE(absence_proved(missed_once_more(intent, kNow), kNow, {}));
}

TEST(Absence, WhatMayComeBackIsLookedForTwiceAsLong) {
  DiffOptions deleting;
  deleting.deleting = true;
  for (const auto state : {Intent::State::made, Intent::State::removing}) {
    const Intent missed =
        missed_once_more(promise("log-group", "log-group", state, "/aws/eks/demo/cluster"), kNow);
    EXPECT_FALSE(absence_proved(missed, kNow + kAbsenceGrace * 2, deleting)) << "one empty read";
    const Intent twice = missed_once_more(missed, kNow + seconds(5));
    EXPECT_FALSE(absence_proved(twice, kNow + kAbsenceGrace * 2 - Duration(1), deleting));
    EXPECT_TRUE(absence_proved(twice, kNow + kAbsenceGrace * 2, deleting));
  }
}

// F26
TEST(Absence, WhatCannotBeAskedAboutGoesWithItsParents) {
  const std::vector<std::string_view> types = {"vpc",  "cluster",     "nodegroup",     "addon",
                                               "role", "role-policy", "leftover-group"};
  const auto gone = [&](Intent intent, std::vector<Observed> observed,
                        std::vector<std::string> lacking = {}) {
    Snapshot snapshot = snapshot_of(std::move(observed), {intent});
    for (const std::string& type : lacking) snapshot.unsupported[type] = "DescribeIt";
    return gone_with_parents(intent, owner(), snapshot, types);
  };
  const Intent addon = promise("addon", "addon/coredns", Intent::State::made, "coredns");
  EXPECT_TRUE(gone(addon, {}));
  EXPECT_FALSE(gone(addon, {seen("cluster", "cluster", "demo")}));
  EXPECT_FALSE(gone(promise("vpc", "vpc", Intent::State::made, "vpc-1"), {})) << "no parents";
  EXPECT_FALSE(gone(promise("cluster", "cluster", Intent::State::made, "demo"), {}))
      << "what byoc clears away after it is no parent";
  EXPECT_FALSE(gone(promise("access-entry", "access/x", Intent::State::made),
                    {seen("cluster", "cluster", "demo")}));
  Snapshot both =
      snapshot_of({}, {addon, promise("cluster", "cluster", Intent::State::made, "demo")});
  both.unsupported = {{"addon", "DescribeAddon"}, {"cluster", "DescribeCluster"}};
  EXPECT_FALSE(gone_with_parents(addon, owner(), both, types));
  both.intents.erase("cluster");
  EXPECT_TRUE(gone_with_parents(addon, owner(), both, types)) << "never promised, never made";
  EXPECT_FALSE(gone_with_parents(addon, owner(), both, {"addon"})) << "another object's cluster";
}

TEST(Absence, MissesAreCountedUpToWhatIsNeeded) {
  Intent intent = promise("vpc", "vpc", Intent::State::open);
  intent = missed_once_more(intent, kNow);
  intent = missed_once_more(intent, kNow + seconds(5));
  intent = missed_once_more(intent, kNow + seconds(9));
  EXPECT_EQ(intent.empty_reads, kEmptyReadsMin);
  EXPECT_EQ(intent.first_empty, kNow);
}

TEST(LookupIn, SecretsAndFields) {
  Graph graph;
  graph.secrets["externalId"] = {Secret("dummy"), "role", "Description"};
  const Made made{snapshot_of({seen("vpc", "vpc", "vpc-1")}), graph};
  const Lookup lookup = lookup_in(made.world, made.graph);
  EXPECT_EQ(lookup({"", "externalId", true}), "dummy");
  EXPECT_TRUE(lookup({"", "other", true}).is_null());
  EXPECT_EQ(lookup({"vpc", "VpcId"}), "vpc-1");
  EXPECT_TRUE(lookup({"vpc", "Other"}).is_null());
  EXPECT_TRUE(lookup({"subnet/a", "SubnetId"}).is_null());
}

}  // namespace
}  // namespace byoc
