// A plan for people: what `byocctl plan` prints, and what stands before every question whether to
// go on. Printed from the same value that `-o json` shows (controller/plan_report.h).
#pragma once

#include <string>
#include <string_view>

#include "reconcilers/plan_json.h"

namespace byoc {

struct PlanStyle {
  bool color = false;
  bool all = false;  // every value of what is made, and nothing cut
};

[[nodiscard]] PlanCounts count_plan(const Plan& plan);

// "Plan: 12 to create, 1 to change, 0 to delete.", with what waits, is blocked or kept, if
// anything does; "No changes." when nothing is to be called, waited for or mended.
[[nodiscard]] std::string plan_summary(const PlanCounts& counts);

// The entries of one object's plan (plan_json) under a heading; empty for a plan without any:
//
//   Cluster/demo
//     + create subnet/public-a (CreateSubnet)
//         CidrBlock: 10.0.0.0/20
//         VpcId: (known after vpc)
//     ~ update nodegroup gpu (UpdateNodegroupConfig): scalingConfig differs
//         spec.max (scalingConfig.maxSize): 9 -> 4, changed outside of byoc
//     - delete nat/a nat-0abc (DeleteNatGateway): not wanted any more
//     ! replace subnet/a subnet-0abc (DeleteSubnet): CidrBlock differs
//     = wait cluster demo: CREATING
//     x blocked role: a role of this name is not ours
//     . keep bucket models: deletionPolicy Retain
[[nodiscard]] std::string print_entries(std::string_view heading, const Json& entries,
                                        const PlanStyle& style);
[[nodiscard]] std::string print_plan(std::string_view heading, const Plan& plan,
                                     const PlanStyle& style);

// One object of a plan (planned_object): where it will act, and its entries or why there are none.
[[nodiscard]] std::string print_planned(const Json& object, const PlanStyle& style);

}  // namespace byoc
