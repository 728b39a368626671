// A plan for people: what `byocctl plan` prints.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "reconcilers/plan.h"

namespace byoc {

// Resources, not calls: one that takes several calls counts once. A replaced resource counts as
// one to delete and one to create.
struct PlanCounts {
  std::size_t create = 0;
  std::size_t change = 0;
  std::size_t remove = 0;
  std::size_t wait = 0;
  std::size_t blocked = 0;
  std::size_t keep = 0;

  PlanCounts& operator+=(const PlanCounts& other);
};

[[nodiscard]] PlanCounts count_plan(const Plan& plan);

// "Plan: 12 to create, 1 to change, 0 to delete.", with what waits, is blocked or kept, if
// anything does; "No changes." when nothing is to be called, waited for or mended.
[[nodiscard]] std::string plan_summary(const PlanCounts& counts);

// One object's plan with its actions in order, without a summary; empty for a plan without any:
//
//   Cluster/demo
//     + create vpc (CreateVpc): does not exist
//     ~ update cluster demo (UpdateClusterConfig): differs
//         publicAccessCidrs: ["0.0.0.0/0"] -> ["192.0.2.0/24"]
//     - delete nat/a nat-0abc (DeleteNatGateway): not wanted any more
//     ! replace subnet/a subnet-0abc (DeleteSubnet): CidrBlock differs
//     = wait cluster demo: CREATING
//     x blocked role: a role of this name is not ours
//     . keep bucket models: deletionPolicy Retain
[[nodiscard]] std::string print_plan(std::string_view object, const Plan& plan, bool color);

}  // namespace byoc
