// The order in which desired resources are made.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.h"
#include "reconcilers/graph.h"
#include "reconcilers/keys.h"
#include "reconcilers/row.h"

namespace byoc {

struct OrderedNode {
  std::uint32_t place = 0;  // in the graph's nodes
  const Row* row = nullptr;
  std::span<const std::uint32_t> after;  // places of what must be ready first; it stands earlier
};

// Every node after what it refers to, after its `after` keys and after the types that its row
// names; otherwise in the graph's own order. A cycle is a broken invariant of a build function.
class CreationOrder {
 public:
  // The keys of the nodes have the numbers of their places.
  CreationOrder(const Graph& graph, const Keys& keys);
  explicit CreationOrder(const Graph& graph);
  CreationOrder(const CreationOrder&) = delete;
  CreationOrder& operator=(const CreationOrder&) = delete;

  [[nodiscard]] auto begin() const { return order_.begin(); }
  [[nodiscard]] auto end() const { return order_.end(); }
  [[nodiscard]] const OrderedNode& operator[](std::size_t i) const { return order_[i]; }

 private:
  std::vector<std::uint32_t> needs_;  // of all nodes, one after the other
  std::vector<OrderedNode> order_;
};

// Whether the graph can be compared and made: every type has a row, no two nodes have one key or
// are one thing of AWS's, every reference has somebody that it names, nothing waits for itself.
// What users write may ask for the impossible; the error names the two things (or the one).
[[nodiscard]] Status check_graph(const Graph& graph);

// The keys of a graph's nodes; two nodes of one key are a broken invariant (see check_graph).
[[nodiscard]] Keys keys_of(const Graph& graph);

}  // namespace byoc
