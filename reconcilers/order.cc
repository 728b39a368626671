#include "reconcilers/order.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/check.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {

std::vector<OrderedNode> creation_order(const Graph& graph) {
  std::map<std::string, const Desired*> by_key;
  std::map<std::string_view, std::vector<std::string>> by_type;
  for (const Desired& node : graph.nodes) {
    check(by_key.emplace(node.key, &node).second, "two desired resources with the key " + node.key);
    by_type[node.type].push_back(node.key);
  }
  const auto needs = [&](const Desired& node) {
    std::set<std::string> keys(node.after.begin(), node.after.end());
    for (const Reference& reference : references(node.params)) keys.insert(reference.key);
    for (const std::string_view type : find_row(node.type).after) {
      const auto found = by_type.find(type);
      if (found != by_type.end()) keys.insert(found->second.begin(), found->second.end());
    }
    std::erase_if(keys, [&](const std::string& key) { return !by_key.contains(key); });
    return std::vector<std::string>(keys.begin(), keys.end());
  };
  std::vector<OrderedNode> order;
  std::map<std::string, int> state;  // 1: on the way, 2: done
  const std::function<void(const Desired&)> visit = [&](const Desired& node) {
    int& mark = state[node.key];
    if (mark == 2) return;
    check(mark == 0, "a cycle of references through " + node.key);
    mark = 1;
    std::vector<std::string> after = needs(node);
    for (const std::string& key : after) visit(*by_key.at(key));
    state[node.key] = 2;
    order.push_back({&node, std::move(after)});
  };
  for (const Desired& node : graph.nodes) visit(node);
  return order;
}

}  // namespace byoc
