#include "reconcilers/former.h"

#include <algorithm>
#include <utility>

#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {

bool may_be_formerly(const Desired& desired, std::string_view type, const Json& fields) {
  const Row* row = desired.type == type ? row_of(type) : nullptr;
  if (row == nullptr) return false;
  return std::all_of(row->identity.begin(), row->identity.end(), [&](std::string_view field) {
    const Json& wanted = member(desired.params, field);
    const Json& recorded = member(fields, field);
    return wanted.is_null() || recorded.is_null() || has_references(wanted) || wanted == recorded;
  });
}

std::vector<Rekeyed> rekeyed(const Graph& graph, const std::map<std::string, Intent>& intents) {
  std::vector<Rekeyed> out;
  const auto is_current = [&graph](const std::string& key) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                       [&key](const Desired& node) { return node.key == key; });
  };
  for (const Desired& node : graph.nodes) {
    for (const std::string& key : node.former_keys) {
      const auto found = key == node.key ? intents.end() : intents.find(key);
      if (found == intents.end() || is_current(key)) continue;
      const Intent& record = found->second;
      if (!may_be_formerly(node, record.type, record.made)) continue;
      // A run that ended between its two writes left the same record under both keys.
      const auto today = intents.find(node.key);
      if (today != intents.end() && today->second.token != record.token) continue;
      Rekeyed one{key, today != intents.end() ? today->second : record};
      one.intent.key = node.key;
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace byoc
