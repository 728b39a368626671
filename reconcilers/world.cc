#include "reconcilers/world.h"

#include <algorithm>
#include <utility>

namespace byoc {
namespace {

using Parts = std::vector<const Observed*>;

std::string type_and_identity(const Row& row, const Json& fields) {
  const std::string identity = identity_of(row, fields);
  return identity.empty() ? identity : std::string(row.type) + "|" + identity;
}

// The keys of desired parts by type and identity, for those whose references are known.
std::unordered_map<std::string, std::string_view> keys_of_parts(const Graph& graph,
                                                                const Lookup& lookup) {
  std::unordered_map<std::string, std::string_view> index;
  for (const Desired& desired : graph.nodes) {
    const Row& row = find_row(desired.type);
    if (row.parent.empty()) continue;
    Json known = Json::object();
    bool complete = true;
    for (const std::string_view name : row.identity) {
      const Json& value = member(desired.params, name);
      if (!value.is_null()) known[std::string(name)] = resolve(value, lookup, complete);
    }
    std::string name = complete ? type_and_identity(row, known) : std::string();
    if (!name.empty()) index.insert_or_assign(std::move(name), desired.key);
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

void keep_elder(SeenWorld& world, const Observed& observed, const Snapshot& snapshot) {
  const auto [place, fresh] = world.by_key.try_emplace(observed.key, &observed);
  if (fresh) return;
  const Observed& kept = *place->second;
  // A resource on its way out does not count against the one that took its place.
  const bool old_going = kept.life == Life::going;
  const bool new_going = observed.life == Life::going;
  const bool swap = old_going != new_going ? old_going : younger(kept, observed, snapshot);
  if (swap) place->second = &observed;
  const Observed& other = swap ? kept : observed;
  if (other.life != Life::going) world.surplus.push_back(&other);
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
    const Observed& stored = world.unseen.emplace_back(std::move(observed));
    world.by_key.emplace(stored.key, &stored);
  }
}

// Gives parts the keys of the desired parts that they are; answers with the others.
Parts name_parts(const Parts& parts, const Graph& graph, SeenWorld& world) {
  if (parts.empty()) return {};
  const auto keys = keys_of_parts(graph, lookup_in(world, graph));
  Parts others;
  for (const Observed* part : parts) {
    const auto found = keys.find(type_and_identity(*part->row, part->fields));
    if (found == keys.end()) {
      others.push_back(part);
    } else {
      world.by_key.insert_or_assign(found->second, part);
    }
  }
  return others;
}

}  // namespace

const Observed* SeenWorld::find(std::string_view key) const {
  const auto found = by_key.find(key);
  return found == by_key.end() ? nullptr : found->second;
}

Lookup lookup_in(const SeenWorld& world, const Graph& graph) {
  return [&world, &graph](const Reference& reference) -> Json {
    if (reference.key == "secret") {
      const auto secret = graph.secrets.find(std::string(reference.member));
      return secret == graph.secrets.end() ? Json() : Json(secret->second.reveal());
    }
    const Observed* found = world.find(reference.key);
    return found == nullptr ? Json() : member(found->fields, reference.member);
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
  Parts parts;
  for (const Observed& observed : snapshot.observed) {
    const bool ours = observed.owner_uid == owner.uid && !observed.foreign;
    if (!ours) {
      if (!observed.key.empty()) world.foreign[observed.key] = &observed;
    } else if (observed.key.empty()) {
      parts.push_back(&observed);
    } else {
      keep_elder(world, observed, snapshot);
    }
  }
  add_unseen(owner, snapshot, options, world);
  // Parts may refer to parts (a route to an attachment's gateway): two rounds reach them all.
  world.unasked = name_parts(name_parts(parts, graph, world), graph, world);
  return world;
}

}  // namespace byoc
