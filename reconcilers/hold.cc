#include "reconcilers/hold.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "reconcilers/create.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

class Holder {
 public:
  Holder(const Graph& graph, const SeenWorld& world, Plan& plan)
      : graph_(graph), world_(world), plan_(plan) {
    for (const Desired& node : graph.nodes) nodes_.emplace(node.key, &node);
  }

  void run() {
    for (const Action& action : plan_.actions) {
      if (action.verb != Verb::blocked || action.reason != kReplacementNeeded) continue;
      const Observed* seen = world_.find(action.key);
      const auto node = nodes_.find(action.key);
      if (seen == nullptr || node == nodes_.end()) continue;
      if (why_.empty()) why_ = action.key;
      add_texts(seen->fields, used_);
      for (const Change& change : action.changes) {
        for (const Reference& one : references(member(node->second->params, change.field))) {
          add_absent(one.key);
        }
      }
    }
    if (why_.empty()) return;
    spread_to_new();
    spread_to_leaving();
    hold();
  }

 private:
  void add_absent(std::string_view key) {
    const auto node = nodes_.find(key);
    if (node != nodes_.end() && world_.find(key) == nullptr) new_.insert(node->first);
  }

  // New resources hang together by their references, in either direction.
  void spread_to_new() {
    for (std::size_t before = new_.size() + 1; before != new_.size();) {
      before = new_.size();
      for (const Desired& node : graph_.nodes) {
        if (world_.find(node.key) != nullptr) continue;
        for (const Reference& one : references(node.params)) {
          if (new_.contains(node.key)) add_absent(one.key);
          if (new_.contains(one.key)) new_.insert(node.key);
        }
      }
    }
  }

  struct Leaving {
    const Action* action = nullptr;
    Texts texts;  // what it and its parts name
  };

  void spread_to_leaving() {
    std::vector<Leaving> all;
    for (const Action& action : plan_.actions) {
      if (action.verb == Verb::remove && !action.replaces)
        all.push_back({&action, texts_of(action)});
    }
    for (const Leaving& one : all) {
      if (used_.contains(one.action->id)) leaving_.insert(one.action->id);
    }
    for (std::size_t before = leaving_.size() + 1; before != leaving_.size();) {
      before = leaving_.size();
      for (const Leaving& user : all) {
        for (const Leaving& used : all) {
          if (!user.texts.contains(used.action->id)) continue;
          const bool either =
              leaving_.contains(user.action->id) || leaving_.contains(used.action->id);
          if (either) leaving_.insert({user.action->id, used.action->id});
        }
      }
    }
  }

  Texts texts_of(const Action& action) const {
    Texts texts;
    const auto add = [&](const Observed* observed) {
      if (observed == nullptr) return;
      const bool itself = observed->row->type == action.type && observed->id == action.id;
      const bool part = observed->row->parent == action.type && observed->parent_id == action.id;
      if (itself || part) add_texts(observed->fields, texts);
      if (itself) texts.insert(observed->parent_id);
    };
    for (const Observed* observed : world_.ours) add(observed);
    for (const Observed* observed : world_.unasked) add(observed);
    return texts;
  }

  // Whether an update turns to what is not made, or away from what is not taken away.
  bool serves_held(const Action& action) const {
    const auto node = nodes_.find(action.key);
    const Observed* seen = world_.find(action.key);
    for (const Change& change : action.changes) {
      Texts texts;
      if (seen != nullptr) add_texts(member(seen->fields, change.field), texts);
      for (const std::string& id : leaving_) {
        if (texts.contains(id)) return true;
      }
      if (node == nodes_.end()) continue;
      for (const Reference& one : references(member(node->second->params, change.field))) {
        if (new_.contains(one.key)) return true;
      }
    }
    return false;
  }

  void hold() {
    for (Action& action : plan_.actions) {
      const bool makes = new_.contains(action.key) &&
                         (action.verb == Verb::create || world_.find(action.key) == nullptr);
      const bool removes =
          action.verb == Verb::remove && !action.replaces && leaving_.contains(action.id);
      const bool changes = action.verb == Verb::update && serves_held(action);
      if (action.verb == Verb::blocked || (!makes && !removes && !changes)) continue;
      action.verb = Verb::blocked;
      action.operation.clear();
      action.reason = kNotBegun;
      action.why = "is not begun: " + why_ + " cannot follow this change (see there)";
    }
  }

  const Graph& graph_;
  const SeenWorld& world_;
  Plan& plan_;
  std::map<std::string, const Desired*, std::less<>> nodes_;
  std::string why_;  // the first that cannot follow
  Texts used_;       // what those that cannot follow name
  Texts new_;        // keys of what would be made for them
  Texts leaving_;    // ids of what they use and nobody wants any more
};

bool is_repair(const std::map<std::string, Intent>& intents, const Action& action) {
  const Row& row = find_row(action.type);
  if (!row.state.empty()) return false;
  if (action.verb == Verb::update || action.verb == Verb::tag) return true;
  if (action.verb != Verb::create) return false;
  const auto promised = intents.find(action.key);
  return !row.parent.empty() ||
         (promised != intents.end() && promised->second.state == Intent::State::made);
}

}  // namespace

void hold_all_but_repairs(const std::map<std::string, Intent>& intents, Plan& plan) {
  for (Action& action : plan.actions) {
    if (is_repair(intents, action)) continue;
    action.verb = Verb::wait;
    action.operation.clear();
    action.reason.clear();
    action.why = "is left as it is until nothing uses it any more";
    action.replaces = false;
  }
  plan.forgotten.clear();
}

void hold_unfinishable(const Graph& graph, const SeenWorld& world, Plan& plan) {
  Holder(graph, world, plan).run();
}

}  // namespace byoc
