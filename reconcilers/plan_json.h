// plan_json(): a plan as a value. Programs read it (`-o json`, docs/manual.md describes it), plans
// for people are printed from it, and byocd hands it to byocctl.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reconcilers/plan.h"

namespace byoc {

// The entries of a plan in order: one for each resource and what happens to it, however many calls
// that takes. What is known only later says after what.
[[nodiscard]] Json plan_json(const Plan& plan);

// Where two values of a field differ: "scalingConfig.maxSize", "taints[]".
[[nodiscard]] std::vector<std::string> differing_paths(const std::string& field, const Json& from,
                                                       const Json& to);

// How many resources are touched in which way: what plan_json() holds one entry for. A replaced one
// counts as one to create and one to delete.
struct PlanCounts {
  std::size_t create = 0;
  std::size_t change = 0;
  std::size_t remove = 0;
  std::size_t wait = 0;
  std::size_t blocked = 0;
  std::size_t keep = 0;

  PlanCounts& operator+=(const PlanCounts& other);
};

[[nodiscard]] PlanCounts count_entries(const Json& entries);

// Whether the entries change anything.
[[nodiscard]] bool has_changes(const PlanCounts& counts);

}  // namespace byoc
