#include "reconcilers/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

Plan plan_of(const Graph& graph, const Snapshot& snapshot, const DiffOptions& options = {}) {
  return diff(owner(), graph, snapshot, options);
}

Desired wanted_bucket() {
  return desired("bucket", "bucket", {{"Bucket", "demo"}});
}
Desired nat() {
  return desired("nat-gateway", "nat-gateway/a", {{"SubnetId", "subnet-1"}});
}

TEST(Diff, AbsentThingsAreMadeInOrder) {
  const Plan plan =
      plan_of(graph_of({desired("subnet", "subnet/a", {{"VpcId", ref("vpc", "VpcId")}}),
                        desired("vpc", "vpc", {{"EnableDnsHostnames", {{"Value", true}}}})}),
              snapshot_of({}));
  EXPECT_THAT(steps(plan), ElementsAre("create vpc CreateVpc", "update vpc ModifyVpcAttribute",
                                       "create subnet/a CreateSubnet"));
  EXPECT_THAT(plan.actions[2].needs, ElementsAre(1U)) << "after the last action on the VPC";
  EXPECT_FALSE(plan.actions[0].last);
  EXPECT_TRUE(plan.actions[1].last);
}

TEST(Diff, NothingForAnUnchangedWorld) {
  const Plan plan =
      plan_of(graph_of({wanted_bucket()}), snapshot_of({seen("bucket", "bucket", "demo")}));
  EXPECT_TRUE(is_empty(plan));
  EXPECT_FALSE(has_calls(plan));
}

TEST(Diff, SecretsStayOutOfPlans) {
  Graph graph = graph_of(
      {desired("role", "role", {{"RoleName", "demo"}, {"Description", secret("externalId")}})});
  graph.secrets["externalId"] = {Secret("dummy-external-id"), "role", "Description"};
  const Plan make = plan_of(graph, snapshot_of({}));
  EXPECT_EQ(make.actions[0].params.at("Description"), secret("externalId"));
  const Plan mend =
      plan_of(graph, snapshot_of({seen("role", "role", "demo",
                                       {{"Description", "old"}, {"MaxSessionDuration", 3600}})}));
  ASSERT_EQ(mend.actions.size(), 1U);
  EXPECT_EQ(mend.actions[0].changes[0].to, secret("externalId"));
  const Plan none = plan_of(
      graph, snapshot_of({seen("role", "role", "demo", {{"Description", "dummy-external-id"}})}));
  EXPECT_TRUE(none.actions.empty()) << "compared with the secret itself";
}

TEST(Diff, WhatIsUnderWayIsWaitedForAndHoldsUpItsUsers) {
  const Graph graph =
      graph_of({nat(), desired("route", "route/a",
                               {{"RouteTableId", "rtb-1"},
                                {"DestinationCidrBlock", "0.0.0.0/0"},
                                {"NatGatewayId", ref("nat-gateway/a", "NatGatewayId")}})});
  const Plan plan = plan_of(
      graph, snapshot_of({seen("nat-gateway", "nat-gateway/a", "nat-1", {{"State", "pending"}})}));
  EXPECT_THAT(steps(plan), ElementsAre("wait nat-gateway/a", "create route/a CreateRoute"));
  EXPECT_EQ(plan.actions[0].why, "is being made (pending)");
  EXPECT_EQ(plan.actions[0].settle_seconds, 110);
  EXPECT_THAT(plan.actions[1].needs, ElementsAre(0U));
}

// B75
TEST(Diff, AFailedOneIsRemovedAndMadeAgainLater) {
  const Snapshot snapshot =
      snapshot_of({seen("nat-gateway", "nat-gateway/a", "nat-1",
                        {{"State", "failed"}, {"FailureMessage", "no address"}})});
  const Plan told = plan_of(graph_of({nat()}), snapshot);
  EXPECT_THAT(steps(told), ElementsAre("wait nat-gateway/a")) << "first it is said";
  EXPECT_THAT(told.actions[0].why, testing::HasSubstr("failed: no address"));
  EXPECT_GT(told.actions[0].idle_seconds, 0);
  DiffOptions options;
  Failure& once = options.failures["nat-gateway/a"];
  once = {"nat-1 " + format_time(Time{}), 1, kNow - std::chrono::seconds(30)};
  const Plan plan = plan_of(graph_of({nat()}), snapshot, options);
  once.count = 5;
  EXPECT_THAT(steps(plan_of(graph_of({nat()}), snapshot, options)),
              ElementsAre("wait nat-gateway/a"))
      << "pauses grow";
  EXPECT_THAT(steps(plan),
              ElementsAre("delete nat-gateway/a DeleteNatGateway", "wait nat-gateway/a"));
  EXPECT_TRUE(plan.actions[0].replaces);
  EXPECT_EQ(plan.actions[0].why, "failed: no address");
}

Observed foreign_bucket(Tags tags = {}) {
  Observed theirs = seen("bucket", "bucket", "demo");
  theirs.tags = std::move(tags);
  theirs.owner_uid.clear();
  const auto uid = theirs.tags.find(std::string(kTagOwnerUid));
  if (uid != theirs.tags.end()) theirs.owner_uid = uid->second;
  theirs.foreign = true;
  return theirs;
}

TEST(Diff, AForeignNameIsRefused) {
  const Observed theirs = foreign_bucket();
  const Plan plan = plan_of(graph_of({wanted_bucket()}), snapshot_of({theirs}));
  ASSERT_EQ(plan.actions.size(), 1U);
  EXPECT_EQ(plan.actions[0].verb, Verb::blocked);
  EXPECT_EQ(plan.actions[0].reason, "NameConflict");
  EXPECT_NE(plan.actions[0].why.find("byoc.dev/owner-uid=" + owner().uid), std::string::npos);
  EXPECT_TRUE(removal_of(snapshot_of({theirs})).actions.empty()) << "never deleted";
}

// F11
TEST(Adoption, IsShownAndThenTagsWhatWasForeign) {
  const Observed theirs = foreign_bucket({{"team", "theirs"}});
  Desired node = wanted_bucket();
  node.adopt = true;
  const Plan first = plan_of(graph_of({node}), snapshot_of({theirs}));
  EXPECT_THAT(steps(first), ElementsAre("blocked bucket"));
  EXPECT_EQ(first.actions[0].reason, "AdoptionShown");
  EXPECT_FALSE(first.actions[0].changes.empty());
  ASSERT_EQ(first.shown.size(), 1U);
  EXPECT_TRUE(first.shown[0].held);
  DiffOptions options;
  options.shown = std::set<std::string>{first.shown[0].mark};
  const Plan second = plan_of(graph_of({node}), snapshot_of({theirs}), options);
  EXPECT_THAT(steps(second), ElementsAre("tag bucket PutBucketTagging"));
  node.tags["team"] = "ml";
  EXPECT_THAT(steps(plan_of(graph_of({node}), snapshot_of({theirs}), options)),
              ElementsAre("blocked bucket"))
      << "another manifest is shown again";
}

// F11
TEST(Adoption, NeverTakesWhatHasAnOwner) {
  const Observed theirs = foreign_bucket(
      {{std::string(kTagOwnerUid), "another-uid"}, {std::string(kTagOwner), "Cluster/other"}});
  Desired node = wanted_bucket();
  for (const bool adopt : {false, true}) {
    node.adopt = adopt;
    const Plan plan = plan_of(graph_of({node}), snapshot_of({theirs}));
    EXPECT_EQ(plan.actions.at(0).reason, "NameConflict");
    EXPECT_NE(plan.actions[0].why.find("Cluster/other"), std::string::npos);
    EXPECT_EQ(plan.actions[0].why.find("adopt"), std::string::npos) << "not even proposed";
  }
  DiffOptions options;
  options.past_owners = {"another-uid"};
  EXPECT_EQ(plan_of(graph_of({node}), snapshot_of({theirs}), options).actions.at(0).reason,
            "AdoptionShown")
      << "what a deleted object left";
}

// F11
TEST(Adoption, NeverReplacesAndNeverTakesWhatStandsElsewhere) {
  Observed theirs = seen("role", "role", "demo", {{"Path", "/theirs/"}});
  theirs.owner_uid.clear();
  theirs.tags.clear();
  theirs.foreign = true;
  Desired node = desired("role", "role", {{"RoleName", "demo"}, {"Path", "/"}});
  node.adopt = node.replace = true;
  EXPECT_EQ(plan_of(graph_of({node}), snapshot_of({theirs})).actions.at(0).reason, "CannotAdopt");
  node.params = {{"RoleName", "demo"}, {"Description", ref("vpc", "VpcId")}};
  Graph graph = graph_of({node, desired("vpc", "vpc")});
  graph.main = "role";
  const Plan plan = plan_of(graph, snapshot_of({theirs}));
  EXPECT_THAT(steps(plan), ElementsAre("blocked role")) << "nothing is made for what is refused";
  EXPECT_NE(plan.actions[0].why.find("vpc"), std::string::npos);
}

// F11
TEST(Adoption, PartsOfWhatWasTakenOverWaitUntilTheyWereShown) {
  const Snapshot snapshot = snapshot_of(
      {seen("security-group", "group", "sg-1"),
       part("security-group-ingress", "sg-1",
            {{"GroupId", "sg-1"}, {"IpPermissions", Json::array({{{"IpProtocol", "tcp"}}})}})});
  DiffOptions options;
  options.shown = std::set<std::string>{};
  Graph graph = graph_of({desired("security-group", "group")});
  graph.nodes[0].exclusive = true;
  Plan plan = plan_of(graph, snapshot, options);
  ASSERT_EQ(plan.shown.size(), 1U);
  EXPECT_FALSE(has_calls(plan));
  options.shown = std::set<std::string>{plan.shown[0].mark};
  EXPECT_TRUE(has_calls(plan_of(graph, snapshot, options)));
}

// B90
TEST(Diff, ImmutableDifferencesBlockOrReplace) {
  Desired subnet = desired("subnet", "subnet/a", {{"CidrBlock", "10.0.0.0/20"}});
  const Snapshot snapshot =
      snapshot_of({seen("subnet", "subnet/a", "subnet-1", {{"CidrBlock", "10.0.16.0/20"}})});
  EXPECT_THAT(steps(plan_of(graph_of({subnet}), snapshot)), ElementsAre("blocked subnet/a"));
  subnet.replace = true;
  const Plan plan = plan_of(graph_of({subnet}), snapshot);
  EXPECT_THAT(steps(plan), ElementsAre("delete subnet/a DeleteSubnet"));
  EXPECT_TRUE(plan.actions[0].replaces);
}

TEST(Diff, ABlockedDifferenceDoesNotHoldUpTheOthers) {
  const Graph graph = graph_of({desired("vpc", "vpc", {{"CidrBlock", "10.0.0.0/16"}}),
                                desired("subnet", "subnet/a", {{"VpcId", ref("vpc", "VpcId")}})});
  const Plan plan =
      plan_of(graph, snapshot_of({seen("vpc", "vpc", "vpc-1", {{"CidrBlock", "10.9.0.0/16"}})}));
  EXPECT_THAT(steps(plan), ElementsAre("blocked vpc", "create subnet/a CreateSubnet"));
  EXPECT_THAT(plan.actions[1].needs, IsEmpty());
}

TEST(Diff, WhatTheEndpointLacksIsNeitherThereNorAbsent) {
  Snapshot snapshot = snapshot_of({}, {promise("bucket", "bucket", Intent::State::made, "demo")});
  snapshot.unsupported["bucket"] = "HeadBucket";
  const Plan plan = plan_of(graph_of({wanted_bucket()}), snapshot);
  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_THAT(plan.kept_promises, IsEmpty());
  EXPECT_THAT(plan.forgotten, IsEmpty());
}

// V76
TEST(Diff, ObserveOnlyReportsAndNeverActs) {
  Desired role =
      desired("role", "role", {{"RoleName", "demo"}, {"Description", "as it should be"}});
  role.observe_only = true;
  Plan plan = plan_of(graph_of({role}),
                      snapshot_of({seen("role", "role", "demo", {{"Description", "other"}})}));
  EXPECT_THAT(steps(plan), ElementsAre("keep role")) << "told, and no failure";  // F11
  EXPECT_TRUE(is_empty(plan));
  EXPECT_EQ(plan.actions[0].reason, "Differs");
  EXPECT_EQ(plan.actions[0].changes.at(0).from, "other");
  plan = plan_of(graph_of({role}), snapshot_of({}));
  EXPECT_EQ(plan.actions.at(0).reason, "NotFound");
  plan = plan_of(graph_of({role}),
                 snapshot_of({seen("role", "role", "demo", {{"Description", "as it should be"}})}));
  EXPECT_THAT(plan.actions, IsEmpty());
}

// F11
TEST(Diff, WhoOnlyLooksRemovesNothing) {
  Desired role = desired("role", "role", {{"RoleName", "demo"}});
  role.observe_only = true;
  DiffOptions options;
  options.observe = true;
  Observed failed = seen("nodegroup", "nodegroup", "n", {{"status", "CREATE_FAILED"}});
  Desired nodes = desired("nodegroup", "nodegroup");
  nodes.observe_only = true;
  const Plan plan = plan_of(
      graph_of({role, nodes}),
      snapshot_of({seen("role", "role", "demo"), seen("vpc", "vpc", "vpc-1"), failed,
                   part("role-policy", "demo", {{"RoleName", "demo"}, {"PolicyArn", "arn:x"}})},
                  {promise("log-group", "log-group", Intent::State::made, "logs")}),
      options);
  EXPECT_THAT(steps(plan), ElementsAre("blocked nodegroup"));
}

TEST(Diff, WhatIsOnlyObservedMayBeAnybodys) {
  Desired role = desired("role", "role", {{"RoleName", "demo"}});
  role.observe_only = true;
  Observed theirs = seen("role", "role", "demo", {{"Description", "other"}});
  theirs.owner_uid.clear();
  theirs.foreign = true;
  EXPECT_THAT(plan_of(graph_of({role}), snapshot_of({theirs})).actions, IsEmpty());
  EXPECT_THAT(removal_of(snapshot_of({theirs})).actions, IsEmpty());
}

// V31
TEST(Diff, ANewGroupBringsItsEgressRule) {
  const Desired group = desired("security-group", "group", {{"GroupName", "g"}});
  const Desired rule = desired("security-group-egress", "egress",
                               {{"GroupId", ref("group", "GroupId")},
                                {"IpPermissions", Json::array({{{"IpProtocol", "-1"}}})}});
  EXPECT_THAT(steps(plan_of(graph_of({group, rule}), snapshot_of({}))),
              ElementsAre("create group CreateSecurityGroup"));
  EXPECT_THAT(
      steps(plan_of(graph_of({group, rule}),
                    snapshot_of({seen("security-group", "group", "sg-1", {{"GroupName", "g"}})}))),
      ElementsAre("create egress AuthorizeSecurityGroupEgress"));
}

// What a create is planned as, when its promise is already known.
std::vector<std::string> after_promise(const Desired& node, Intent intent) {
  const Plan first = plan_of(graph_of({node}), snapshot_of({}));
  intent.params_hash = first.actions.at(0).params_hash;
  return steps(plan_of(graph_of({node}), snapshot_of({}, {intent})));
}

// L24
TEST(LostAnswer, TokensAndNamesRepeatTheCall) {
  EXPECT_THAT(after_promise(nat(), promise("nat-gateway", "nat-gateway/a", Intent::State::open)),
              ElementsAre("create nat-gateway/a CreateNatGateway"));
  EXPECT_THAT(after_promise(wanted_bucket(), promise("bucket", "bucket", Intent::State::open)),
              ElementsAre("create bucket CreateBucket", "tag bucket PutBucketTagging"));
}

// B78
TEST(LostAnswer, TagsWaitForTheProofOfAbsence) {
  const Desired vpc = desired("vpc", "vpc", {{"CidrBlock", "10.0.0.0/16"}});
  Intent intent = promise("vpc", "vpc", Intent::State::open);
  EXPECT_THAT(after_promise(vpc, intent), ElementsAre("wait vpc"));
  intent.empty_reads = 1;
  EXPECT_THAT(after_promise(vpc, intent), ElementsAre("wait vpc")) << "too early";
  intent.sent = kNow - kAbsenceGrace;
  EXPECT_THAT(after_promise(vpc, intent), ElementsAre("create vpc CreateVpc"));
  intent.empty_reads = 0;
  EXPECT_THAT(after_promise(vpc, intent), ElementsAre("wait vpc")) << "one empty read";
}

TEST(LostAnswer, APromiseThatWasNeverSentIsFree) {
  Intent intent = promise("vpc", "vpc", Intent::State::open);
  intent.sent = {};
  EXPECT_THAT(after_promise(desired("vpc", "vpc"), intent), ElementsAre("create vpc CreateVpc"));
}

TEST(LostAnswer, OtherParametersWaitForTheFirstCall) {
  Intent intent = promise("nat-gateway", "nat-gateway/a", Intent::State::open);
  intent.params_hash = "of other parameters";
  EXPECT_THAT(steps(plan_of(graph_of({nat()}), snapshot_of({}, {intent}))),
              ElementsAre("wait nat-gateway/a"));
}

TEST(Promises, FoundMissedAndForgotten) {
  const Snapshot found =
      snapshot_of({seen("vpc", "vpc", "vpc-1")}, {promise("vpc", "vpc", Intent::State::open)});
  Plan plan = plan_of(graph_of({desired("vpc", "vpc")}), found);
  ASSERT_EQ(plan.kept_promises.size(), 1U);
  EXPECT_EQ(plan.kept_promises[0].state, Intent::State::made);
  EXPECT_EQ(plan.kept_promises[0].id, "vpc-1");

  plan = plan_of(graph_of({desired("vpc", "vpc")}),
                 snapshot_of({}, {promise("vpc", "vpc", Intent::State::open)}));
  ASSERT_EQ(plan.kept_promises.size(), 1U);
  EXPECT_EQ(plan.kept_promises[0].empty_reads, 1);
  EXPECT_THAT(plan.forgotten, IsEmpty());

  Intent over = promise("vpc", "vpc", Intent::State::removing, "vpc-1");
  plan = removal_of(snapshot_of({}, {over}));
  EXPECT_THAT(plan.forgotten, ElementsAre("vpc"));
  EXPECT_TRUE(is_empty(plan));
}

TEST(Promises, WhatTakesItsTimeToGoIsNotMadeAgainOnOneEmptyRead) {
  const Graph graph = graph_of({nat()});
  Intent going = promise("nat-gateway", "nat-gateway/a", Intent::State::removing, "nat-1");
  const auto next = [&](Time now) {
    Snapshot snapshot = snapshot_of({}, {going});
    snapshot.now = now;
    Plan plan = plan_of(graph, snapshot);
    if (!plan.kept_promises.empty()) going = plan.kept_promises[0];
    return steps(plan);
  };
  EXPECT_THAT(next(kNow), ElementsAre("wait nat-gateway/a"));
  EXPECT_THAT(next(kNow + kAbsenceGrace - Duration(1)), ElementsAre("wait nat-gateway/a"));

  Observed seen_again = seen("nat-gateway", "nat-gateway/a", "nat-1");
  seen_again.life = Life::going;
  const Plan plan = plan_of(graph, snapshot_of({seen_again}, {going}));
  ASSERT_EQ(plan.kept_promises.size(), 1U);
  EXPECT_EQ(plan.kept_promises[0].empty_reads, 0) << "it was there all the time";

  EXPECT_THAT(next(kNow + kAbsenceGrace), ElementsAre("create nat-gateway/a CreateNatGateway"));
}

// F6: what was there before and is not seen now is not "nothing to do".
TEST(Missing, IsSaidAtOnceAndMadeAgainAfterTwoLooksThatAreApart) {
  const Graph graph = graph_of({nat()});
  Intent made = promise("nat-gateway", "nat-gateway/a", Intent::State::made, "nat-1");
  made.made = {{"NatGatewayId", "nat-1"}, {"State", "pending"}};  // as the create call answered
  made.sent = kNow - kAbsenceGrace;
  const auto next = [&](Time now) {
    Snapshot snapshot = snapshot_of({}, {made});
    snapshot.now = now;
    Plan plan = plan_of(graph, snapshot);
    if (!plan.kept_promises.empty()) made = plan.kept_promises[0];
    return plan;
  };
  Plan plan = next(kNow);
  ASSERT_THAT(steps(plan), ElementsAre("wait nat-gateway/a"));
  EXPECT_EQ(plan.actions[0].reason, kMissing);
  EXPECT_EQ(plan.actions[0].idle_seconds, 20);
  EXPECT_THAT(steps(next(kNow + kEmptyReadsApart - Duration(1))),
              ElementsAre("wait nat-gateway/a"));
  plan = next(kNow + kEmptyReadsApart);
  EXPECT_THAT(steps(plan), ElementsAre("create nat-gateway/a CreateNatGateway"));
  EXPECT_EQ(plan.actions[0].why, "was there before, and is gone");
}

// F47: what follows from a new resource is planned with it: its id is known later.
TEST(Later, ARouteFollowsItsNewGateway) {
  const Desired route = desired("route", "route/a",
                                {{"RouteTableId", "rtb-1"},
                                 {"DestinationCidrBlock", "0.0.0.0/0"},
                                 {"NatGatewayId", ref("nat-gateway/a", "NatGatewayId")}});
  const Observed standing = part("route", "rtb-1",
                                 {{"RouteTableId", "rtb-1"},
                                  {"DestinationCidrBlock", "0.0.0.0/0"},
                                  {"NatGatewayId", "nat-old"}});
  DiffOptions dry;
  dry.dry_run = true;
  const Plan plan = diff(owner(), graph_of({nat(), route}), snapshot_of({standing}), dry);
  ASSERT_THAT(steps(plan),
              ElementsAre("create nat-gateway/a CreateNatGateway", "update route/a ReplaceRoute"));
  EXPECT_EQ(plan.actions[1].changes[0].to, ref("nat-gateway/a", "NatGatewayId"));
}

// F47: and so is the node group that takes a new version of its launch template.
TEST(Later, ANodeGroupFollowsItsTemplate) {
  const Json data = {{"MetadataOptions", {{"HttpTokens", "required"}}}};
  const Desired launch = desired("launch-template", "launch-template",
                                 {{"LaunchTemplateName", "demo"}, {"LaunchTemplateData", data}});
  const Desired group = desired("nodegroup", "nodegroup",
                                {{"clusterName", "demo"},
                                 {"nodegroupName", "gpu"},
                                 {"launchTemplate",
                                  {{"id", ref("launch-template", "LaunchTemplateId")},
                                   {"version", ref("launch-template", "LatestVersion")}}}});
  const Snapshot snapshot = snapshot_of(
      {seen("launch-template", "launch-template", "lt-1",
            {{"LaunchTemplateName", "demo"},
             {"LaunchTemplateData", {{"MetadataOptions", {{"HttpTokens", "optional"}}}}},
             {"LatestVersion", "1"}}),
       seen("nodegroup", "nodegroup", "gpu",
            {{"clusterName", "demo"},
             {"nodegroupArn", "arn"},
             {"launchTemplate", {{"id", "lt-1"}, {"version", "1"}}},
             {"status", "ACTIVE"}})});
  DiffOptions dry;
  dry.dry_run = true;
  const Plan plan = diff(owner(), graph_of({launch, group}), snapshot, dry);
  EXPECT_THAT(steps(plan), ElementsAre("update launch-template CreateLaunchTemplateVersion",
                                       "update nodegroup UpdateNodegroupVersion"));
}

// F6: a read that lags behind a creation holds nothing up, and proves nothing.
TEST(Missing, WhatIsNewAndNotShownYetIsWaitedForAndUsed) {
  Intent made = promise("vpc", "vpc", Intent::State::made, "vpc-1");
  made.made = {{"VpcId", "vpc-1"}, {"CidrBlock", "10.0.0.0/16"}, {"State", "available"}};
  const Plan plan =
      plan_of(graph_of({desired("vpc", "vpc", {{"CidrBlock", "10.0.0.0/16"}}),
                        desired("subnet", "subnet/a", {{"VpcId", ref("vpc", "VpcId")}})}),
              snapshot_of({}, {made}));
  ASSERT_THAT(steps(plan), ElementsAre("wait vpc", "create subnet/a CreateSubnet"));
  EXPECT_EQ(plan.actions[0].reason, "");
  EXPECT_THAT(plan.actions[1].needs, IsEmpty());
}

TEST(Promises, AKeptPromiseThatChangesNothingIsNotWrittenAgain) {
  const Plan plan = plan_of(graph_of({desired("vpc", "vpc")}),
                            snapshot_of({seen("vpc", "vpc", "vpc-1")},
                                        {promise("vpc", "vpc", Intent::State::made, "vpc-1")}));
  EXPECT_THAT(plan.kept_promises, IsEmpty());
  EXPECT_TRUE(is_empty(plan));
}

TEST(DryRun, BelievesOneEmptyRead) {
  DiffOptions options;
  options.dry_run = true;
  const Plan plan =
      plan_of(graph_of({desired("vpc", "vpc")}),
              snapshot_of({}, {promise("vpc", "vpc", Intent::State::made, "vpc-1")}), options);
  EXPECT_THAT(steps(plan), ElementsAre("create vpc CreateVpc"));
}

}  // namespace
}  // namespace byoc
