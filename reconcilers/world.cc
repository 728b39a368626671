#include "reconcilers/world.h"

#include <algorithm>
#include <utility>

namespace byoc {
namespace {

// Desired parts by "type|identity", for those whose references are known.
std::map<std::string, std::string> desired_by_identity(const Graph& graph, const Lookup& lookup) {
  std::map<std::string, std::string> index;
  for (const Desired& desired : graph.nodes) {
    const Row& row = find_row(desired.type);
    if (row.identity.empty()) continue;
    Json known = Json::object();
    bool complete = true;
    for (const std::string_view name : row.identity) {
      const Json& value = member(desired.params, name);
      if (value.is_null()) continue;
      known[std::string(name)] = resolve(value, lookup, complete);
    }
    const std::string identity = identity_of(row, known);
    if (complete && !identity.empty()) index[desired.type + "|" + identity] = desired.key;
  }
  return index;
}

bool younger(const Observed& one, const Observed& other, const Snapshot& snapshot) {
  const auto promise = snapshot.intents.find(one.key);
  if (promise != snapshot.intents.end() && !promise->second.id.empty()) {
    if (other.id == promise->second.id) return true;
    if (one.id == promise->second.id) return false;
  }
  if (one.created != other.created) return one.created > other.created;
  return one.id > other.id;
}

void keep_elder(SeenWorld& world, Observed observed, const Snapshot& snapshot) {
  const auto [place, fresh] = world.by_key.try_emplace(observed.key, observed);
  if (fresh) return;
  // A resource on its way out does not count against the one that took its place.
  const bool old_going = place->second.life == Life::going;
  const bool new_going = observed.life == Life::going;
  const bool swap = old_going != new_going ? old_going : younger(place->second, observed, snapshot);
  if (swap) std::swap(place->second, observed);
  if (observed.life != Life::going) world.surplus.push_back(std::move(observed));
}

// What a create call answered stands in for reads that lag behind.
void add_unseen(const Owner& owner, const Snapshot& snapshot, const DiffOptions& options,
                SeenWorld& world) {
  for (const auto& [key, intent] : snapshot.intents) {
    if (intent.state != Intent::State::made || world.by_key.contains(key)) continue;
    if (snapshot.unsupported.contains(intent.type)) continue;
    if (absence_proved(missed_once_more(intent, snapshot.now), snapshot.now, options)) continue;
    Observed observed;
    observed.row = &find_row(intent.type);
    observed.key = key;
    observed.id = intent.id;
    observed.owner_uid = owner.uid;
    observed.fields = intent.made;
    observed.unseen = true;
    read_life(*observed.row, observed);
    if (observed.life != Life::ready) observed.reason = "not visible yet";
    world.by_key.emplace(key, std::move(observed));
  }
}

}  // namespace

Lookup lookup_in(const SeenWorld& world, const Graph& graph) {
  return [&world, &graph](const Reference& reference) -> Json {
    if (reference.key == "secret") {
      const auto secret = graph.secrets.find(reference.member);
      return secret == graph.secrets.end() ? Json() : Json(secret->second.reveal());
    }
    const auto found = world.by_key.find(reference.key);
    return found == world.by_key.end() ? Json() : member(found->second.fields, reference.member);
  };
}

bool absence_proved(const Intent& intent, Time now, const DiffOptions& options) {
  if (options.dry_run) return true;
  if (options.deleting && find_row(intent.type).revives) {
    return intent.empty_reads >= kEmptyReadsMin &&
           now - intent.first_empty >= revival_grace(options.absence_grace);
  }
  if (intent.state == Intent::State::removing) return intent.empty_reads >= 1;
  return intent.empty_reads >= kEmptyReadsMin && now - intent.sent >= options.absence_grace;
}

Intent missed_once_more(const Intent& intent, Time now) {
  Intent missed = intent;
  if (missed.empty_reads == 0) missed.first_empty = now;
  missed.empty_reads = std::min(missed.empty_reads + 1, kEmptyReadsMin);
  return missed;
}

SeenWorld assign_keys(const Owner& owner, const Graph& graph, const Snapshot& snapshot,
                      const DiffOptions& options) {
  SeenWorld world;
  std::vector<const Observed*> parts;
  for (const Observed& observed : snapshot.observed) {
    const bool ours = observed.owner_uid == owner.uid && !observed.foreign;
    if (!ours) {
      if (!observed.key.empty()) world.foreign[observed.key] = observed;
    } else if (observed.key.empty()) {
      parts.push_back(&observed);
    } else {
      keep_elder(world, observed, snapshot);
    }
  }
  add_unseen(owner, snapshot, options, world);
  // Parts may refer to parts (a route to an attachment's gateway): two rounds reach them all.
  for (int round = 0; round < 2; ++round) {
    const auto index = desired_by_identity(graph, lookup_in(world, graph));
    std::vector<const Observed*> left;
    for (const Observed* part : parts) {
      const auto found =
          index.find(std::string(part->row->type) + "|" + identity_of(*part->row, part->fields));
      if (found == index.end()) {
        left.push_back(part);
        continue;
      }
      Observed named = *part;
      named.key = found->second;
      world.by_key.insert_or_assign(named.key, std::move(named));
    }
    parts = std::move(left);
  }
  for (const Observed* part : parts) world.unasked.push_back(*part);
  return world;
}

}  // namespace byoc
