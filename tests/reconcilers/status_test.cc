#include "reconcilers/status.h"

#include <gtest/gtest.h>

#include "reconcilers/create.h"
#include "tests/reconcilers/seen.h"

namespace byoc {
namespace {

Object reported_object(const char* kind) {
  Object object;
  object.kind = kind;
  object.metadata.name = "demo";
  object.metadata.generation = 3;
  return object;
}

std::string ready(const Object& object) {
  const auto condition = find_condition(object, "Ready");
  return condition ? condition->status + " " + condition->reason : "none";
}

Action action_of(Verb verb, std::string key, std::string why, std::string reason = "") {
  Action action;
  action.verb = verb;
  action.key = std::move(key);
  action.why = std::move(why);
  action.reason = std::move(reason);
  return action;
}

PassReport after(const Snapshot& snapshot, const Plan* plan = nullptr) {
  PassReport pass;
  pass.snapshot = &snapshot;
  pass.plan = plan;
  return pass;
}

PassReport converged(const Snapshot& snapshot) {
  PassReport pass = after(snapshot);
  pass.converged = true;
  return pass;
}

Snapshot running_cluster(const char* state) {
  return snapshot_of(
      {seen("vpc", "vpc", "vpc-1", {{"CidrBlock", "10.0.0.0/16"}}),
       seen("subnet", "subnet/private-a", "subnet-1",
            {{"AvailabilityZone", "us-west-2a"}, {"CidrBlock", "10.0.0.0/20"}}),
       seen("subnet", "subnet/public-a", "subnet-2", {{"AvailabilityZone", "us-west-2a"}}),
       seen("role", "role/node", "demo-node", {{"Arn", "arn:role/node"}}),
       seen("cluster", "cluster", "demo",
            {{"name", "demo"},
             {"arn", "arn:c"},
             {"status", state},
             {"endpoint", "https://x"},
             {"version", "1.33"},
             {"identity", {{"oidc", {{"issuer", "https://i"}}}}}}),
       seen("bucket", "bucket", "byoc-demo", {{"Bucket", "byoc-demo"}})});
}

// L54, L80, G23, V27
TEST(Report, OutputsOfARunningCluster) {
  Object object = reported_object("Cluster");
  const Snapshot snapshot = running_cluster("ACTIVE");
  PassReport pass = converged(snapshot);
  pass.account = "111122223333";
  pass.caller_arn = "arn:me";
  report(object, pass, kNow);
  EXPECT_EQ(object.status.at("phase"), "Running");
  EXPECT_EQ(object.status.at("observedGeneration"), 3);
  EXPECT_EQ(object.status.at("accountId"), "111122223333");
  EXPECT_EQ(object.status.at("endpoint"), "https://x");
  EXPECT_EQ(object.status.at("oidcIssuer"), "https://i");
  EXPECT_EQ(object.status.at("nodeRoleArn"), "arn:role/node");
  EXPECT_EQ(object.status.at("network").at("vpcId"), "vpc-1");
  EXPECT_EQ(object.status.at("network").at("nodeSubnets"),
            Json::array({{{"id", "subnet-1"}, {"zone", "us-west-2a"}, {"cidr", "10.0.0.0/20"}}}));
  EXPECT_EQ(object.status.at("bucketName"), "byoc-demo");
  EXPECT_EQ(object.status.at("inventory").size(), 6U);
  EXPECT_EQ(ready(object), "True Converged");
}

// L55, L56, B34, X20
TEST(Report, TheEndpointCountsWhenTheControlPlaneIsUp) {
  Object object = reported_object("Cluster");
  const Snapshot up = running_cluster("ACTIVE");
  report(object, after(up), kNow);
  EXPECT_EQ(object.status.at("phase"), "Configuring") << "with parts that are still to come";
  report(object, converged(up), kNow);
  const Snapshot making = running_cluster("CREATING");
  report(object, after(making), kNow);
  EXPECT_FALSE(object.status.contains("endpoint"));
  EXPECT_EQ(object.status.at("phase"), "Pending");
  EXPECT_EQ(ready(object), "False Reconciling");
  const Snapshot empty = snapshot_of({});
  report(object, after(empty), kNow);
  EXPECT_FALSE(object.status.contains("arn")) << "what is gone is taken back";
  EXPECT_FALSE(object.status.at("network").contains("vpcId"));
}

TEST(Report, NothingIsTakenBackWithoutALook) {
  Object object = reported_object("Cluster");
  const Snapshot up = running_cluster("ACTIVE");
  report(object, converged(up), kNow);
  PassReport unlooked;
  unlooked.reason = "RoleNotReady";
  unlooked.message = "waiting for Role/x to be ready";
  report(object, unlooked, kNow);
  EXPECT_EQ(object.status.at("endpoint"), "https://x");
  EXPECT_EQ(object.status.at("reason"), "RoleNotReady");
  EXPECT_EQ(ready(object), "False RoleNotReady");
}

TEST(Report, ForeignThingsAreNotInTheInventory) {
  Object object = reported_object("Role");
  Observed theirs = seen("role", "role", "demo", {{"Arn", "arn:theirs"}});
  theirs.foreign = true;
  const Snapshot snapshot = snapshot_of({theirs});
  report(object, after(snapshot), kNow);
  EXPECT_TRUE(object.status.at("inventory").empty());
  EXPECT_FALSE(object.status.contains("arn"));
}

TEST(Report, WhatIsObservedIsShownAndNotInTheInventory) {
  Object object = reported_object("Role");
  object.spec["managementPolicy"] = "Observe";
  Observed theirs = seen("role", "role", "demo", {{"Arn", "arn:theirs"}});
  theirs.foreign = true;
  const Snapshot snapshot = snapshot_of({theirs});
  report(object, converged(snapshot), kNow);
  EXPECT_EQ(object.status.at("arn"), "arn:theirs");
  EXPECT_TRUE(object.status.at("inventory").empty());
}

// B12, V11
TEST(Report, RolesShowArnAndAHashOfTheirTrust) {
  Object object = reported_object("Role");
  const Snapshot snapshot = snapshot_of(
      {seen("role", "role", "demo",
            {{"Arn", "arn:role/demo"}, {"AssumeRolePolicyDocument", "sts:ExternalId dummy"}})});
  report(object, converged(snapshot), kNow);
  EXPECT_EQ(object.status.at("arn"), "arn:role/demo");
  EXPECT_EQ(object.status.at("name"), "demo");
  EXPECT_EQ(object.status.at("phase"), "Ready");
  EXPECT_TRUE(object.status.at("policyHash").get<std::string>().starts_with("sha256:"));
  EXPECT_EQ(object.status.dump().find("dummy"), std::string::npos);
}

TEST(Report, TheHashIsOfTrustAndPolicies) {  // F53, L16
  const auto hash = [](const char* action, const char* attached) {
    Object object = reported_object("Role");
    const std::string document = std::string(R"({"Version":"2012-10-17","Statement":[{"Effect":)") +
                                 R"("Allow","Action":")" + action + R"(","Resource":"*"}]})";
    const Snapshot snapshot =
        snapshot_of({seen("role", "role", "demo", {{"AssumeRolePolicyDocument", "{}"}}),
                     seen("policy", "policy/a", "a", {{"PolicyDocument", document}}),
                     seen("role-policy", "role-policy/b", "b", {{"PolicyArn", attached}})});
    report(object, converged(snapshot), kNow);
    return object.status.at("policyHash").get<std::string>();
  };
  EXPECT_EQ(hash("s3:*", "x"), hash("S3:*", "x")) << "by meaning";
  EXPECT_NE(hash("s3:*", "x"), hash("ec2:*", "x"));
  EXPECT_NE(hash("s3:*", "x"), hash("s3:*", "y"));
}

// L55, B35
TEST(Report, TheReasonOfABlockedPlan) {
  Object object = reported_object("Role");
  const Snapshot snapshot = snapshot_of({});
  Plan plan;
  plan.actions = {action_of(Verb::wait, "a", "is being made"),
                  action_of(Verb::blocked, "role", "exists and is not ours", "NameConflict")};
  report(object, after(snapshot, &plan), kNow);
  EXPECT_EQ(object.status.at("phase"), "Error");
  EXPECT_EQ(object.status.at("message"), "role: exists and is not ours");
  EXPECT_EQ(ready(object), "False NameConflict");
}

TEST(Report, AWaitIsNamedWhenNothingElseIsDone) {
  Object object = reported_object("NodeGroup");
  const Snapshot snapshot = snapshot_of({});
  Plan plan;
  plan.actions = {action_of(Verb::wait, "nodegroup", "is being made (CREATING)")};
  report(object, after(snapshot, &plan), kNow);
  EXPECT_EQ(object.status.at("message"), "nodegroup is being made (CREATING)");
  EXPECT_EQ(object.status.at("reason"), "Waiting");
  plan.actions.push_back(action_of(Verb::create, "launch-template", "does not exist"));
  report(object, after(snapshot, &plan), kNow);
  EXPECT_EQ(object.status.at("reason"), "Reconciling");
}

TEST(Report, Deletion) {
  Object object = reported_object("NodeGroup");
  object.metadata.deleted = kNow;
  const Snapshot snapshot = snapshot_of({});
  report(object, after(snapshot), kNow);
  EXPECT_EQ(object.status.at("phase"), "Terminating");
  EXPECT_EQ(ready(object), "False Deleting");
}

TEST(Report, WhatTheEndpointLacksIsACondition) {
  Object object = reported_object("Cluster");
  Snapshot snapshot = snapshot_of({});
  snapshot.unsupported = {{"addon", "CreateAddon"}, {"oidc-provider", "GetOpenIDConnectProvider"}};
  report(object, converged(snapshot), kNow);
  const auto condition = find_condition(object, "EndpointCapabilities");
  ASSERT_TRUE(condition);
  EXPECT_EQ(condition->message,
            "this endpoint does not have eks:CreateAddon (addon), iam:GetOpenIDConnectProvider "
            "(oidc-provider); these resources are neither made nor checked");
  snapshot.unsupported.clear();
  report(object, converged(snapshot), kNow);
  EXPECT_FALSE(find_condition(object, "EndpointCapabilities"));
}

TEST(Report, AnUnchangedWorldGivesAnUnchangedStatus) {
  Object object = reported_object("Cluster");
  const Snapshot snapshot = running_cluster("ACTIVE");
  report(object, converged(snapshot), kNow);
  const Json before = object.status;
  report(object, converged(snapshot), kNow + std::chrono::hours(5));
  EXPECT_EQ(object.status, before);
}

}  // namespace
}  // namespace byoc
