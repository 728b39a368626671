#include "reconcilers/world.h"

#include <algorithm>
#include <utility>

#include "reconcilers/order.h"
#include "reconcilers/versions.h"

namespace byoc {
namespace {

using Parts = std::vector<const Observed*>;

bool append_value(const Json& value, const SeenWorld* world, std::string& out);

// Appends what a text with references stands for.
bool append_known(const Json& text, const SeenWorld& world, std::string& out) {
  if (const auto reference = sole_reference(text)) {
    const Json& known = world.value(*reference);
    return !known.is_null() && append_value(known, nullptr, out);
  }
  bool complete = true;
  const Json known = resolve(
      text, [&world](const Reference& reference) { return world.value(reference); }, complete);
  return complete && append_value(known, nullptr, out);
}

// Appends a value as text, with what its references stand for: equal values, equal texts. False
// when that is not known. Nothing that AWS names holds the character 0.
bool append_value(const Json& value, const SeenWorld* world, std::string& out) {
  if (value.is_binary()) return world != nullptr && append_known(value, *world, out);
  if (value.is_string()) {
    out.append(value.get_ref<const std::string&>()).push_back('\0');
    return true;
  }
  if (!value.is_structured()) {
    out.append(value.dump()).push_back('\1');
    return true;
  }
  bool known = true;
  if (value.is_array()) {
    out += '[';
    for (const Json& part : value.get_ref<const Json::array_t&>()) {
      known = known && append_value(part, world, out);
    }
  } else {
    out += '{';
    for (const auto& [name, part] : value.get_ref<const Json::object_t&>()) {
      out.append(name).push_back('\0');
      known = known && append_value(part, world, out);
    }
  }
  out += '}';
  return known;
}

// Writes the type and the identity of a part; false when they are not (all) known.
bool name_part(const Row& row, const Json& fields, const SeenWorld* world, std::string& out) {
  out.assign(row.type).push_back('|');
  for (const std::string_view name : row.identity) {
    const Json& value = member(fields, name);
    if (value.is_null() || !append_value(value, world, out)) return false;
  }
  return !row.identity.empty();
}

// Gives parts the keys of the desired parts that they are.
class PartNames {
 public:
  PartNames(const Graph& graph, SeenWorld& world) : graph_(graph), world_(world) {
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (!find_row(graph.nodes[i].type).parent.empty()) open_.push_back(i);
    }
    texts_.reserve(open_.size());
  }

  // Names those that it can; answers with the others. Parts may refer to parts (a route to an
  // attachment's gateway): what names some of them lets others be named.
  Parts name(Parts parts) {
    while (!parts.empty() && learn()) {
      std::erase_if(parts, [this](const Observed* part) { return name(*part); });
    }
    return parts;
  }

 private:
  // Whether some desired part's references are known now that were not before.
  bool learn() {
    const std::size_t before = open_.size();
    std::erase_if(open_, [this](std::uint32_t place) {
      const Desired& desired = graph_.nodes[place];
      if (!name_part(find_row(desired.type), desired.params, &world_, text_)) return false;
      const std::uint32_t number = names_.add(texts_.emplace_back(text_));
      places_.resize(names_.size());
      places_[number] = place;
      return true;
    });
    return open_.size() != before;
  }

  bool name(const Observed& part) {
    if (!name_part(*part.row, part.fields, nullptr, text_)) return false;
    const std::uint32_t number = names_.find(text_);
    if (number == Keys::kNone) return false;
    world_.ours[places_[number]] = &part;
    return true;
  }

  const Graph& graph_;
  SeenWorld& world_;
  std::vector<std::uint32_t> open_;    // desired parts with references that are not known
  std::vector<std::string> texts_;     // type and identity of the others
  Keys names_;                         // the same as numbers,
  std::vector<std::uint32_t> places_;  // and which nodes they are
  std::string text_;
};

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
  const Observed*& place = world.ours[world.number_of(observed.key)];
  if (place == nullptr) {
    place = &observed;
    return;
  }
  const Observed& kept = *place;
  // A resource on its way out does not count against the one that took its place.
  const bool old_going = kept.life == Life::going;
  const bool new_going = observed.life == Life::going;
  const bool swap = old_going != new_going ? old_going : younger(kept, observed, snapshot);
  if (swap) place = &observed;
  const Observed& other = swap ? kept : observed;
  if (other.life != Life::going) world.surplus.push_back(&other);
}

// What a create call answered stands in for reads that lag behind.
void add_unseen(const Owner& owner, const Snapshot& snapshot, const DiffOptions& options,
                SeenWorld& world) {
  for (const Promise& promise : world.promises) {
    const Intent& intent = *promise.intent;
    if (intent.state != Intent::State::made || world.ours[promise.key] != nullptr) continue;
    if (snapshot.unsupported.contains(intent.type) || world.is_refused(intent.key)) continue;
    const Time as_of = snapshot.as_of(intent.type);
    if (absence_proved(missed_once_more(intent, as_of), as_of, options)) continue;
    Observed observed;
    observed.row = &find_row(intent.type);
    observed.key = intent.key;
    observed.id = intent.id;
    observed.owner_uid = owner.uid;
    observed.fields = intent.made;
    observed.unseen = true;
    read_life(*observed.row, observed);
    if (observed.life != Life::ready) observed.reason = "not visible yet";
    world.ours[promise.key] = &world.unseen.emplace_back(std::move(observed));
  }
}

}  // namespace

SeenWorld::SeenWorld(Keys of_graph) : keys(std::move(of_graph)), ours(keys.size()) {}

const Observed* SeenWorld::find(std::string_view key) const {
  const std::uint32_t number = keys.find(key);
  return number == Keys::kNone ? nullptr : ours[number];
}

const Json& SeenWorld::value(const Reference& reference) const {
  static const Json kUnknown;
  const Observed* found = reference.secret ? nullptr : find(reference.key);
  return found == nullptr ? kUnknown : member(found->fields, reference.member);
}

bool SeenWorld::is_refused(std::string_view key) const {
  const auto found = foreign.find(key);
  return found != foreign.end() && found->second->refused;
}

std::uint32_t SeenWorld::number_of(std::string_view key) {
  const std::uint32_t number = keys.add(key);
  if (number == ours.size()) ours.push_back(nullptr);
  return number;
}

Lookup lookup_in(const SeenWorld& world, const Graph& graph) {
  return [&world, &graph](const Reference& reference) -> Json {
    if (!reference.secret) return world.value(reference);
    const auto found = graph.secrets.find(std::string(reference.member));
    return found == graph.secrets.end() ? Json() : Json(found->second.value.reveal());
  };
}

bool absence_proved(const Intent& intent, Time now, const DiffOptions& options) {
  if (options.dry_run) return true;
  if (options.deleting && find_row(intent.type).revives) {
    return intent.empty_reads >= kEmptyReadsMin &&
           now - intent.first_empty >= revival_grace(options.absence_grace);
  }
  if (intent.state == Intent::State::removing) return intent.empty_reads >= 1;
  return intent.empty_reads >= kEmptyReadsMin && now >= absence_due(intent, options);
}

Time absence_due(const Intent& intent, const DiffOptions& options) {
  const Duration apart = std::min(kEmptyReadsApart, options.absence_grace);
  return std::max(intent.sent + options.absence_grace, intent.first_empty + apart);
}

bool gone_with_parents(const Intent& intent, const Owner& owner, const Snapshot& snapshot,
                       const std::vector<std::string_view>& types) {
  const Row& row = find_row(intent.type);
  std::vector<std::string_view> parents = row.remove_before;
  parents.push_back(row.parent);
  // Not the parents of other objects, nor what byoc only clears away.
  std::erase_if(parents, [&](std::string_view type) {
    return std::find(types.begin(), types.end(), type) == types.end() ||
           find_row(type).create.empty();
  });
  const auto is_gone = [&](std::string_view type) {
    const auto seen = [&](const Observed& observed) {
      return observed.row->type == type && observed.owner_uid == owner.uid;
    };
    if (std::any_of(snapshot.observed.begin(), snapshot.observed.end(), seen)) return false;
    if (!snapshot.unsupported.contains(std::string(type))) return true;
    return std::all_of(snapshot.intents.begin(), snapshot.intents.end(), [&](const auto& item) {
      const Intent& other = item.second;
      return other.type != type || other.sent == Time{} ||
             gone_with_parents(other, owner, snapshot, types);
    });
  };
  return !parents.empty() && std::all_of(parents.begin(), parents.end(), is_gone);
}

Intent missed_once_more(const Intent& intent, Time now) {
  Intent missed = intent;
  if (missed.empty_reads == 0) missed.first_empty = now;
  missed.empty_reads = std::min(missed.empty_reads + 1, kEmptyReadsMin);
  return missed;
}

SeenWorld assign_keys(const Owner& owner, const Graph& graph, const Snapshot& snapshot,
                      const DiffOptions& options) {
  SeenWorld world(keys_of(graph));
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
  world.promises.reserve(snapshot.intents.size());
  for (const auto& [key, intent] : snapshot.intents) {
    world.promises.push_back({&intent, world.number_of(key)});
  }
  add_unseen(owner, snapshot, options, world);
  if (!parts.empty()) world.unasked = PartNames(graph, world).name(std::move(parts));
  choose_versions(graph, snapshot, world);
  return world;
}

}  // namespace byoc
