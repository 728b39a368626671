// Stories about what is taken away, and what is not.
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RemovalStory : public OwnerTest {};

// F54, and F10 on the way: what others added is there before and after.
TEST_F(RemovalStory, ANetworkThatTheNodesCannotFollowStays) {
  ASSERT_TRUE(converge(apply_stack()));
  Object cluster = in_stack("Cluster");
  cluster.spec["network"] = {{"nat", "None"}};
  cloud_.forget_journal();
  apply(cluster);
  one_pass(cluster.key());
  one_pass(cluster.key());
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(status(cluster.key()).at("reason"), "ReplacementNeeded");
  EXPECT_THAT(message(cluster.key()), HasSubstr("nodegroup/management"));
  const std::string role = status(cluster.key()).at("nodeRoleArn");
  by_hand("iam", "AttachRolePolicy",
          {{"RoleName", role.substr(role.find('/') + 1)},
           {"PolicyArn", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}});
  cloud_.forget_journal();
  ASSERT_TRUE(converge({apply(in_stack("Cluster"))})) << "and back";
  EXPECT_THAT(changes(), IsEmpty()) << "the policy of others stays, too";
}

// F10, F18
TEST_F(RemovalStory, WhatTheManifestNamesNoMoreGoesAndNothingElse) {
  Object role = object_of(
      "Role", "demo",
      {{"name", "demo"},
       {"instanceProfile", true},
       {"trust", {{"services", {"ec2.amazonaws.com"}}}},
       {"tags", {{"team", "ml"}, {"k8s.io/role", "x"}}},
       {"policies", {{"managed", {"AmazonS3ReadOnlyAccess", "AmazonEC2ReadOnlyAccess"}}}}});
  const ObjectKey key = apply(role);
  ASSERT_TRUE(converge({key}));
  by_hand("iam", "AttachRolePolicy",
          {{"RoleName", "demo"},
           {"PolicyArn", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}});
  by_hand("iam", "TagRole",
          {{"RoleName", "demo"}, {"Tags", {{{"Key", "CreatedBy"}, {"Value", "somebody"}}}}});
  role.spec["instanceProfile"] = false;
  role.spec["tags"] = {{"team", "ml"}};
  role.spec["policies"]["managed"] = {"AmazonS3ReadOnlyAccess"};
  ASSERT_TRUE(converge({apply(role)})) << status(key).dump();
  const std::string shown =
      by_hand("iam", "ListAttachedRolePolicies", {{"RoleName", "demo"}}).dump() +
      by_hand("iam", "GetRole", {{"RoleName", "demo"}}).dump();
  EXPECT_THAT(shown, HasSubstr("AmazonSSMManagedInstanceCore"));
  EXPECT_THAT(shown, HasSubstr("AmazonS3ReadOnlyAccess"));
  EXPECT_THAT(shown, HasSubstr("CreatedBy"));
  EXPECT_THAT(shown, Not(HasSubstr("AmazonEC2ReadOnlyAccess")));
  EXPECT_THAT(shown, Not(HasSubstr("k8s.io/role")));
  EXPECT_FALSE(status(key).contains("instanceProfileArn"));
  request_deletion(key);
  EXPECT_TRUE(gone(key));
}

// F17
TEST_F(RemovalStory, WhatAwsProtectsIsAskedAboutBeforeAnythingGoes) {
  ASSERT_TRUE(converge(apply_stack()));
  const ObjectKey cluster = in_stack("Cluster").key();
  const ObjectKey nodes = in_stack("NodeGroup").key();
  request_deletion(nodes);
  ASSERT_TRUE(gone(nodes));
  by_hand("eks", "UpdateClusterConfig", {{"name", "demo"}, {"deletionProtection", true}});
  cloud_.advance(std::chrono::minutes(5));
  cloud_.forget_journal();
  request_deletion(cluster);
  one_pass(cluster);
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_EQ(status(cluster).at("reason"), "ProtectedInAws");
  EXPECT_THAT(message(cluster), HasSubstr("--no-deletion-protection --name demo"));
  by_hand("eks", "UpdateClusterConfig", {{"name", "demo"}, {"deletionProtection", false}});
  cloud_.advance(std::chrono::minutes(5));
  restart();
  controller_->enqueue(cluster, cloud_.now());
  EXPECT_TRUE(gone(cluster));
  for (const Entry& entry : cloud_.journal()) {  // nothing was in the way: nobody looks for it
    EXPECT_NE(entry.operation, "DescribeLoadBalancers");
    EXPECT_NE(entry.operation, "DescribeVpcEndpoints");
  }
}

}  // namespace
}  // namespace byoc::sim
