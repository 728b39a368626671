#include "reconcilers/order.h"

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {

namespace {

class Orderer {
 public:
  explicit Orderer(const Graph& graph) : graph_(graph) {
    nodes_.reserve(graph.nodes.size());
    order_.reserve(graph.nodes.size());
    for (const Desired& node : graph.nodes) {
      const bool fresh = nodes_.emplace(node.key, Node{&node, Mark::untouched}).second;
      check(fresh, "two desired resources with the key " + node.key);
      by_type_[node.type].push_back(node.key);
    }
  }

  std::vector<OrderedNode> run() {
    for (const Desired& node : graph_.nodes) visit(nodes_.at(node.key));
    return std::move(order_);
  }

 private:
  enum class Mark { untouched, on_the_way, done };
  struct Node {
    const Desired* desired = nullptr;
    Mark mark = Mark::untouched;
  };

  void visit(Node& node) {
    if (node.mark == Mark::done) return;
    check(node.mark == Mark::untouched, "a cycle of references through " + node.desired->key);
    node.mark = Mark::on_the_way;
    std::vector<std::string_view> after = needs(*node.desired);
    for (const std::string_view key : after) visit(nodes_.at(key));
    node.mark = Mark::done;
    order_.push_back({node.desired, std::move(after)});
  }

  // The keys in this graph that a node needs, sorted.
  std::vector<std::string_view> needs(const Desired& node) const {
    std::vector<std::string_view> keys(node.after.begin(), node.after.end());
    for (const Reference& reference : references(node.params)) keys.push_back(reference.key);
    std::erase_if(keys, [this](std::string_view key) { return !nodes_.contains(key); });
    for (const std::string_view type : find_row(node.type).after) {
      const auto found = by_type_.find(type);
      if (found != by_type_.end()) {
        keys.insert(keys.end(), found->second.begin(), found->second.end());
      }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
  }

  const Graph& graph_;
  std::unordered_map<std::string_view, Node> nodes_;  // by key
  std::unordered_map<std::string_view, std::vector<std::string_view>> by_type_;
  std::vector<OrderedNode> order_;
};

}  // namespace

std::vector<OrderedNode> creation_order(const Graph& graph) {
  return Orderer(graph).run();
}

}  // namespace byoc
