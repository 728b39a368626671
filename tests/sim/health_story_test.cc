// Stories about what AWS says of resources that do not work as they should (F9).
#include "controller/request.h"
#include "tests/sim/eks.h"
#include "tests/sim/owner_fixture.h"

namespace byoc::sim {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

class HealthStory : public OwnerTest {
 protected:
  [[nodiscard]] EksCluster& cluster() {
    return *cloud_.account("111122223333").regions["us-west-2"].eks.clusters.find("demo");
  }
  [[nodiscard]] std::string condition(const ObjectKey& key, const char* type) const {
    const auto found = find_condition(store_->get(key).value(), type);
    return found ? found->status + " " + found->reason + ": " + found->message : "none";
  }
  // When the calls of an operation were made, of those that AWS carried out.
  [[nodiscard]] std::vector<Time> times_of(std::string_view operation) const {
    std::vector<Time> out;
    for (const Entry* entry : mutations(cloud_.journal())) {
      if (entry->operation == operation) out.push_back(entry->at);
    }
    return out;
  }
};

// B78
TEST_F(HealthStory, WantOfCapacityIsAWaitThatSaysSo) {
  const ObjectKey role = apply(in_stack("Role"));
  const ObjectKey stack = apply(in_stack("Cluster"));
  ASSERT_TRUE(converge({role, stack}));
  cloud_.faults().capacity_shortage = 1;
  const ObjectKey nodes = apply(in_stack("NodeGroup"));
  ASSERT_TRUE(run_until([&] { return status(nodes).contains("issues"); }));
  EXPECT_THAT(times_of("DeleteNodegroup"), testing::IsEmpty()) << "said before it is taken away";
  EXPECT_THAT(condition(nodes, "Healthy"), HasSubstr("False AsgInstanceLaunchFailures"));
  EXPECT_THAT(condition(nodes, "Ready"), HasSubstr("False InsufficientCapacity"));
  EXPECT_THAT(message(nodes), HasSubstr("InsufficientInstanceCapacity"));
  EXPECT_NE(status(nodes).at("phase"), "Error");
  EXPECT_THAT(events(nodes), Contains(AllOf(HasSubstr("AsgInstanceLaunchFailures"),
                                            HasSubstr("InsufficientInstanceCapacity"))));
  static_cast<void>(run_until([] { return false; }, std::chrono::hours(2)));
  const std::vector<Time> tries = times_of("DeleteNodegroup");
  ASSERT_GE(tries.size(), 3U);
  EXPECT_LT(tries.size(), 9U) << "a node group is made and taken away in eight minutes";
  EXPECT_GT(tries.back() - tries[tries.size() - 2], tries[1] - tries[0]) << "pauses grow";
  cloud_.calm();
  EXPECT_TRUE(converge({nodes})) << message(nodes);
  EXPECT_THAT(condition(nodes, "Healthy"), HasSubstr("True"));
  EXPECT_FALSE(status(nodes).contains("failures"));
}

// The node role has lost its policy, and EKS cannot end its instances: somebody must hear of it.
TEST_F(HealthStory, ARemovalThatAwsCannotEndSaysWhy) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const std::string arn = cluster().nodegroups.find("workers")->body.at("nodeRole");
  const Json policy = {{"RoleName", arn.substr(arn.rfind('/') + 1)},
                       {"PolicyArn", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"}};
  ASSERT_TRUE(request_pause(*store_, keys[1], true, cloud_.now()).ok()) << "nobody mends it";
  by_hand("iam", "DetachRolePolicy", policy);
  cloud_.forget_journal();
  request_deletion(keys[2]);
  const auto told = [&] { return message(keys[2]).find("AccessDenied") != std::string::npos; };
  ASSERT_TRUE(run_until(told, std::chrono::minutes(30))) << message(keys[2]);
  EXPECT_THAT(condition(keys[2], "Ready"), HasSubstr("RemovalFailed"));
  static_cast<void>(run_until([] { return false; }, std::chrono::hours(2)));
  EXPECT_LT(times_of("DeleteNodegroup").size(), 25U) << "EKS takes its minutes each time";
  by_hand("iam", "AttachRolePolicy", policy);
  EXPECT_TRUE(gone(keys[2])) << message(keys[2]);
}

// The same, while its cluster is to go, too, and waits for it: what the nodes need comes back.
TEST_F(HealthStory, WhatIsToGoMendsWhatItsUsersNeedToGo) {
  const auto keys = apply_stack();
  ASSERT_TRUE(converge(keys));
  const std::string role = cluster().nodegroups.find("workers")->body.at("nodeRole");
  for (const ObjectKey& key : {keys[1], keys[2]}) request_deletion(key);
  by_hand("iam", "DetachRolePolicy",
          {{"RoleName", role.substr(role.rfind('/') + 1)},
           {"PolicyArn", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"}});
  cloud_.forget_journal();
  const auto told = [&] { return message(keys[2]).find("AccessDenied") != std::string::npos; };
  ASSERT_TRUE(run_until(told, std::chrono::minutes(30))) << message(keys[2]);
  EXPECT_TRUE(gone(keys[2])) << message(keys[2]);
  EXPECT_EQ(times_of("AttachRolePolicy").size(), 1U);
  EXPECT_TRUE(gone(keys[1])) << message(keys[1]);
}

// L59, X20
TEST_F(HealthStory, DegradedNodesAreNotReadyWithoutAWord) {
  ASSERT_TRUE(converge(apply_stack()));
  const ObjectKey nodes = in_stack("NodeGroup").key();
  EksNodegroup& group = *cluster().nodegroups.find("workers");
  group.status = "DEGRADED";
  group.issues = Json::array({as_issue("AccessDenied", "EKS may no longer look", {"role-1"})});
  cloud_.forget_journal();
  restart();
  one_pass(nodes);
  EXPECT_THAT(condition(nodes, "Ready"), HasSubstr("False Degraded"));
  EXPECT_THAT(condition(nodes, "Healthy"),
              AllOf(HasSubstr("False AccessDenied"), HasSubstr("no longer"), HasSubstr("role-1")));
  EXPECT_THAT(events(nodes), Contains(HasSubstr("AccessDenied: nodegroup")));
  EXPECT_THAT(changes(), testing::IsEmpty()) << "what was healthy is not replaced";
  Object more = in_stack("NodeGroup");
  more.spec["labels"]["more"] = "yes";
  apply(more);
  one_pass(nodes);
  EXPECT_THAT(changes(), testing::ElementsAre("UpdateNodegroupConfig")) << "it can be changed";
  group.issues = Json::array();
  EXPECT_TRUE(converge({nodes})) << message(nodes);
  EXPECT_THAT(condition(nodes, "Healthy"), HasSubstr("True"));
}

TEST_F(HealthStory, AFailedAddonGetsTheCorrectedConfiguration) {
  ASSERT_TRUE(converge(apply_stack()));
  for (const char* state : {"UPDATE_FAILED", "DEGRADED"}) {
    EksAddon& addon = *cluster().addons.find("vpc-cni");
    addon.status = state;
    cloud_.forget_journal();
    Object stack = in_stack("Cluster");
    stack.spec["addons"] = Json::array(
        {{{"name", "vpc-cni"}, {"phase", "BeforeCompute"}, {"configuration", {{"was", state}}}},
         {{"name", "kube-proxy"}, {"phase", "BeforeCompute"}},
         {{"name", "eks-pod-identity-agent"}, {"phase", "BeforeCompute"}},
         {{"name", "coredns"}}});
    ASSERT_TRUE(converge({apply(stack)})) << state << ": " << message(stack.key());
    EXPECT_THAT(changes(), Contains("UpdateAddon"));
  }
}

}  // namespace
}  // namespace byoc::sim
