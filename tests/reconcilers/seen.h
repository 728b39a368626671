// What the tests of the reconcilers share: an owner, resources as a look would show them, and
// questions to a plan.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reconcilers/diff.h"
#include "reconcilers/ownership.h"
#include "reconcilers/reference.h"
#include "reconcilers/row.h"

namespace byoc {

inline constexpr Time kNow{std::chrono::seconds(1'800'000'000)};

inline Owner owner() {
  return {"0a1b2c3d-0000-4000-8000-000000000001", {"Cluster", "default", "demo"}};
}

// For what holds no references.
inline const Json& nothing(const Reference&) {
  static const Json kNone;
  return kNone;
}

inline Desired desired(std::string type, std::string key, Json params = Json::object()) {
  Desired node;
  node.type = std::move(type);
  node.key = std::move(key);
  node.params = std::move(params);
  return node;
}

// Ours and ready, with the tags that byoc gives it; life from the fields when they tell.
inline Observed seen(const std::string& type, const std::string& key, const std::string& id,
                     Json fields = Json::object()) {
  Observed observed;
  observed.row = &find_row(type);
  observed.key = key;
  observed.id = id;
  observed.owner_uid = owner().uid;
  if (!observed.row->id.empty()) fields[std::string(observed.row->id)] = id;
  observed.fields = std::move(fields);
  if (observed.row->tagging != Tagging::none) observed.tags = wanted_tags(owner(), key, {});
  const std::string state(observed.row->state);
  if (!state.empty() && observed.fields.contains(state)) read_life(*observed.row, observed);
  return observed;
}

// A part of something of ours, as rows read it: without a key.
inline Observed part(const std::string& type, std::string parent_id, Json fields) {
  Observed observed = part_of(find_row(type), std::move(parent_id), std::move(fields));
  observed.owner_uid = owner().uid;
  observed.life = Life::ready;
  return observed;
}

inline Intent promise(const std::string& type, const std::string& key, Intent::State state,
                      const std::string& id = "") {
  Intent intent;
  intent.owner_uid = owner().uid;
  intent.type = type;
  intent.key = key;
  intent.state = state;
  intent.id = id;
  intent.token = "token-of-" + key;
  intent.created = kNow - std::chrono::seconds(5);
  intent.sent = intent.created;
  return intent;
}

inline Snapshot snapshot_of(std::vector<Observed> observed, std::vector<Intent> intents = {}) {
  Snapshot snapshot;
  snapshot.now = kNow;
  snapshot.observed = std::move(observed);
  for (Intent& intent : intents) snapshot.intents[intent.key] = std::move(intent);
  return snapshot;
}

inline Graph graph_of(std::vector<Desired> nodes) {
  Graph graph;
  graph.nodes = std::move(nodes);
  return graph;
}

// Everything of the owner goes; `names` is the graph as it was.
inline Plan removal_of(const Snapshot& snapshot, const Graph& names = {},
                       std::set<std::string> retain = {}) {
  DiffOptions options;
  options.deleting = true;
  options.names = &names;
  options.retain = std::move(retain);
  return diff(owner(), {}, snapshot, options);
}

// The plan in its own order: "create vpc CreateVpc", "wait nat-gateway/a".
inline std::vector<std::string> steps(const Plan& plan) {
  std::vector<std::string> out;
  for (const Action& action : plan.actions) {
    out.push_back(std::string(verb_name(action.verb)) + " " + action.key +
                  (action.operation.empty() ? "" : " " + action.operation));
  }
  return out;
}

inline std::optional<std::size_t> index_of(const Plan& plan, Verb verb, const std::string& key) {
  for (std::size_t i = 0; i < plan.actions.size(); ++i) {
    if (plan.actions[i].verb == verb && plan.actions[i].key == key) return i;
  }
  return std::nullopt;
}

// Whether the removal of `used` waits, directly or through others, for that of `user`.
inline bool removed_before(const Plan& plan, const std::string& user, const std::string& used) {
  const auto first = index_of(plan, Verb::remove, user);
  const auto second = index_of(plan, Verb::remove, used);
  if (!first || !second) return false;
  std::set<std::size_t> reached;
  const std::function<void(std::size_t)> visit = [&](std::size_t index) {
    for (const std::size_t need : plan.actions[index].needs) {
      if (reached.insert(need).second) visit(need);
    }
  };
  visit(*second);
  return reached.contains(*first);
}

}  // namespace byoc
