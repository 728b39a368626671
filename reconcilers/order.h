// The order in which desired resources are made.
#pragma once

#include <string_view>
#include <vector>

#include "reconcilers/graph.h"

namespace byoc {

struct OrderedNode {
  const Desired* desired = nullptr;
  std::vector<std::string_view> after;  // keys that must be ready first; they stand earlier
};

// Every node after what it refers to, after its `after` keys and after the types that its row
// names; otherwise in the graph's own order. A cycle is a broken invariant of a build function.
[[nodiscard]] std::vector<OrderedNode> creation_order(const Graph& graph);

}  // namespace byoc
