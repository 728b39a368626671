#include "cli/plan_print.h"

#include <gtest/gtest.h>

#include "reconcilers/reference.h"

namespace byoc {
namespace {

Action action_of(Verb verb, const std::string& key, const std::string& operation,
                 const std::string& why) {
  Action action;
  action.verb = verb;
  action.key = key;
  action.operation = operation;
  action.why = why;
  return action;
}

Plan mixed() {
  Plan plan;
  plan.actions = {action_of(Verb::create, "vpc", "CreateVpc", "does not exist"),
                  action_of(Verb::update, "vpc", "ModifyVpcAttribute", "does not exist"),
                  action_of(Verb::update, "cluster", "UpdateClusterConfig", "differs"),
                  action_of(Verb::tag, "cluster", "TagResource", ""),
                  action_of(Verb::remove, "nat/a", "DeleteNatGateway", "not wanted any more"),
                  action_of(Verb::remove, "subnet/a", "DeleteSubnet", "CidrBlock differs"),
                  action_of(Verb::create, "subnet/a", "CreateSubnet", "replaced"),
                  action_of(Verb::wait, "addon", "", "CREATING"),
                  action_of(Verb::blocked, "role", "", "a role of this name is not ours"),
                  action_of(Verb::keep, "bucket", "", "deletionPolicy Retain")};
  plan.actions[2].changes = {{"publicAccessCidrs", {"0.0.0.0/0"}, {"192.0.2.0/24"}},
                             {"logging", nullptr, true}};
  plan.actions[4].id = "nat-0a";
  plan.actions[5].replaces = true;
  return plan;
}

// One line for each resource that the summary counts (F47).
TEST(PrintPlan, EveryVerbHasItsSign) {
  EXPECT_EQ(print_plan("Cluster/demo", mixed(), {}),
            "Cluster/demo\n"
            "  + create vpc (CreateVpc, ModifyVpcAttribute)\n"
            "  ~ update cluster (UpdateClusterConfig, TagResource): differs\n"
            "      publicAccessCidrs[]: \"0.0.0.0/0\" -> \"192.0.2.0/24\"\n"
            "      logging: (not set) -> true\n"
            "  - delete nat/a nat-0a (DeleteNatGateway): not wanted any more\n"
            "  ! replace subnet/a (DeleteSubnet, CreateSubnet): CidrBlock differs\n"
            "  = wait addon: CREATING\n"
            "  x blocked role: a role of this name is not ours\n"
            "  . keep bucket: deletionPolicy Retain\n");
}

// F63: what a person would ask for of a new resource, and what is known only later.
TEST(PrintPlan, ShowsWhatIsMade) {
  Plan plan;
  plan.actions = {action_of(Verb::create, "subnet/a", "CreateSubnet", "does not exist")};
  plan.actions[0].type = "subnet";
  plan.actions[0].params = {{"VpcId", ref("vpc", "VpcId")},
                            {"CidrBlock", "10.0.0.0/20"},
                            {"AvailabilityZone", "us-west-2a"},
                            {"TagSpecifications", Json::array({{{"Tags", "ours"}}})}};
  EXPECT_EQ(print_plan("Cluster/demo", plan, {}),
            "Cluster/demo\n"
            "  + create subnet/a (CreateSubnet)\n"
            "      CidrBlock: 10.0.0.0/20\n"
            "      AvailabilityZone: us-west-2a\n");
  EXPECT_EQ(print_plan("Cluster/demo", plan, {.all = true}),
            "Cluster/demo\n"
            "  + create subnet/a (CreateSubnet)\n"
            "      AvailabilityZone: us-west-2a\n"
            "      CidrBlock: 10.0.0.0/20\n"
            "      VpcId: (known after vpc)\n");
}

// F63: leaf by leaf, in the manifest's words, and whose change it is.
TEST(PrintPlan, ShowsDifferencesFieldByField) {
  Plan plan;
  plan.actions = {action_of(Verb::update, "nodegroup", "UpdateNodegroupConfig", "differs")};
  plan.actions[0].type = "nodegroup";
  Change change{"scalingConfig",
                {{"minSize", 1}, {"maxSize", 9}, {"desiredSize", 5}},
                {{"minSize", 2}, {"maxSize", 4}}};
  change.compared = true;
  change.edited = {"scalingConfig.minSize"};
  plan.actions[0].changes = {change};
  EXPECT_EQ(print_plan("NodeGroup/gpu", plan, {}),
            "NodeGroup/gpu\n"
            "  ~ update nodegroup (UpdateNodegroupConfig): differs\n"
            "      spec.max (scalingConfig.maxSize): 9 -> 4, changed outside of byoc\n"
            "      spec.min (scalingConfig.minSize): 1 -> 2\n");
}

// F63: two long values are cut where they differ.
TEST(PrintPlan, LongValuesShowWhereTheyDiffer) {
  Plan plan;
  plan.actions = {action_of(Verb::update, "policy", "CreatePolicyVersion", "")};
  const std::string same(400, 'x');
  plan.actions[0].changes = {{"text", same + "old", same + "new"}};
  const std::string text = print_plan("Role/r", plan, {});
  EXPECT_NE(text.find("xold\" -> ..."), std::string::npos) << text;
  EXPECT_NE(text.find("xnew\""), std::string::npos) << text;
}

TEST(PrintPlan, ColoursTheVerbAlone) {
  Plan plan;
  plan.actions = {action_of(Verb::create, "vpc", "CreateVpc", "")};
  EXPECT_EQ(print_plan("Cluster/demo", plan, {.color = true}),
            "Cluster/demo\n  \x1b[32m+ create\x1b[0m vpc (CreateVpc)\n");
}

TEST(PrintPlan, LongValuesAreCut) {
  Plan plan;
  plan.actions = {action_of(Verb::update, "policy", "CreatePolicyVersion", "")};
  plan.actions[0].changes = {{"document", nullptr, std::string(500, 'x')}};
  EXPECT_EQ(print_plan("Role/r", plan, {}),
            "Role/r\n  ~ update policy (CreatePolicyVersion)\n      document: (not set) -> \"" +
                std::string(156, 'x') + "...\n");
}

TEST(PrintPlan, NothingForAnEmptyPlan) {
  EXPECT_EQ(print_plan("Cluster/demo", {}, {}), "");
}

TEST(PlanSummary, CountsResourcesNotCalls) {
  EXPECT_EQ(plan_summary(count_plan(mixed())),
            "Plan: 2 to create, 1 to change, 2 to delete, 1 to wait for, 1 blocked, 1 kept.");
}

TEST(PlanSummary, NoChanges) {
  EXPECT_EQ(plan_summary({}), "No changes.");
  PlanCounts counts;
  counts.keep = 2;
  EXPECT_EQ(plan_summary(counts), "No changes, 2 kept.");
  counts.change = 1;
  counts += counts;
  EXPECT_EQ(plan_summary(counts), "Plan: 0 to create, 2 to change, 0 to delete, 4 kept.");
}

}  // namespace
}  // namespace byoc
