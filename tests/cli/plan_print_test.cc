#include "cli/plan_print.h"

#include <gtest/gtest.h>

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

TEST(PrintPlan, EveryVerbHasItsSign) {
  EXPECT_EQ(print_plan("Cluster/demo", mixed(), false),
            "Cluster/demo\n"
            "  + create vpc (CreateVpc): does not exist\n"
            "  ~ update vpc (ModifyVpcAttribute): does not exist\n"
            "  ~ update cluster (UpdateClusterConfig): differs\n"
            "      publicAccessCidrs: [\"0.0.0.0/0\"] -> [\"192.0.2.0/24\"]\n"
            "      logging: (not set) -> true\n"
            "  ~ tag cluster (TagResource)\n"
            "  - delete nat/a nat-0a (DeleteNatGateway): not wanted any more\n"
            "  ! replace subnet/a (DeleteSubnet): CidrBlock differs\n"
            "  + create subnet/a (CreateSubnet): replaced\n"
            "  = wait addon: CREATING\n"
            "  x blocked role: a role of this name is not ours\n"
            "  . keep bucket: deletionPolicy Retain\n");
}

TEST(PrintPlan, ColoursTheVerbAlone) {
  Plan plan;
  plan.actions = {action_of(Verb::create, "vpc", "CreateVpc", "")};
  EXPECT_EQ(print_plan("Cluster/demo", plan, true),
            "Cluster/demo\n  \x1b[32m+ create\x1b[0m vpc (CreateVpc)\n");
}

TEST(PrintPlan, LongValuesAreCut) {
  Plan plan;
  plan.actions = {action_of(Verb::update, "policy", "CreatePolicyVersion", "")};
  plan.actions[0].changes = {{"document", nullptr, std::string(500, 'x')}};
  EXPECT_EQ(print_plan("Role/r", plan, false),
            "Role/r\n  ~ update policy (CreatePolicyVersion)\n      document: (not set) -> \"" +
                std::string(156, 'x') + "...\n");
}

TEST(PrintPlan, NothingForAnEmptyPlan) {
  EXPECT_EQ(print_plan("Cluster/demo", {}, false), "");
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
