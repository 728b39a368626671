// Removals of a plan: what is ours and not wanted, in an order that AWS accepts.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reconcilers/plan.h"
#include "reconcilers/world.h"

namespace byoc {

using LastActions = std::map<std::string, std::size_t, std::less<>>;  // by key: index in the plan

struct RemovalInput {
  const std::vector<bool>& wanted;  // by number of the key: whether it is in the graph
  const DiffOptions& options;
  const SeenWorld& world;
  const std::set<std::string, std::less<>>& exclusive;  // keys of what may hold desired parts only
  const LastActions& last;                              // of what stays
  std::vector<Action> waits;  // promises that may still turn up: every removal waits for them
};

// Appends the removals to the plan. One resource is removed after another when the other's fields
// name its id or ARN, when the other is a part of it, or when the rows say so (`after`,
// `remove_before`): users go before what they use.
void add_removals(const RemovalInput& input, Plan& plan);

}  // namespace byoc
