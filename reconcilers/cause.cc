#include "reconcilers/cause.h"

#include <algorithm>

#include "reconcilers/plan_json.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

constexpr std::string_view kTagField = "tag ";

const Desired* find_node(const Graph& graph, const std::string& key) {
  const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                  [&](const Desired& node) { return node.key == key; });
  return found == graph.nodes.end() ? nullptr : &*found;
}

Json tag_of(const Desired& node, const std::string& name) {
  const auto found = node.tags.find(name);
  return found == node.tags.end() ? Json() : Json(found->second);
}

void mark_change(Change& change, const Desired& now, const Desired& before) {
  change.compared = true;
  if (change.field.starts_with(kTagField)) {
    const std::string name = change.field.substr(kTagField.size());
    if (tag_of(now, name) != tag_of(before, name)) change.edited = {change.field};
    return;
  }
  change.edited = differing_paths(change.field, member(before.params, change.field),
                                  member(now.params, change.field));
}

}  // namespace

void mark_causes(Plan& plan, const Graph& now, const Graph& before) {
  for (Action& action : plan.actions) {
    const Desired* wanted = find_node(now, action.key);
    const Desired* was_wanted = find_node(before, action.key);
    const bool removal = action.verb == Verb::remove && !action.replaces;
    if (action.verb == Verb::create) {
      action.cause = was_wanted != nullptr ? "outside" : "manifest";
    } else if (removal) {
      action.cause = was_wanted != nullptr ? "manifest" : "outside";
    }
    if (wanted == nullptr || was_wanted == nullptr) continue;
    for (Change& change : action.changes) mark_change(change, *wanted, *was_wanted);
  }
}

}  // namespace byoc
