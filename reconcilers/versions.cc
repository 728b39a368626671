#include "reconcilers/versions.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "reconcilers/step.h"

namespace byoc {
namespace {

Json number_text(const Json& number) {
  return number.is_string() ? number : Json(number.dump());
}

// Shows a resource as one of its versions.
void show_version(const Json& version, Observed& one) {
  const Versions& versions = one.row->versions;
  one.fields[std::string(versions.field)] = member(version, versions.field);
  one.fields[std::string(versions.shown)] = number_text(member(version, versions.number));
}

bool has_effect(const Row& row, const std::string& field) {
  return std::any_of(row.set.begin(), row.set.end(), [&field](const Set& set) {
    return set.field == field && !set.effect.empty();
  });
}

class Chooser {
 public:
  Chooser(const Graph& graph, const Snapshot& snapshot, const SeenWorld& world)
      : graph_(graph),
        world_(world),
        known_{lookup_in(world, graph),
               [&world](const Reference& r) -> const Json& { return world.value(r); },
               {},
               {}} {
    for (const Row& row : all_rows()) {
      const Versions& versions = row.versions;
      if (versions.used_by.empty()) continue;
      for (const Observed& user : snapshot.observed) {
        if (user.row->type != versions.used_by) continue;
        const std::string id = text_member(user.fields, versions.used_id);
        used_.emplace(id, text_member(user.fields, versions.used_number));
      }
    }
  }

  // Numbers grow: of equally good ones, the highest is taken.
  [[nodiscard]] Observed choose(const Desired* desired, const Observed& observed) const {
    Observed one = observed;
    const std::string list(observed.row->versions.list);
    const Json versions = std::move(one.fields[list]);
    one.fields.erase(list);
    const Json* best = nullptr;
    int best_rank = -1;
    for (const Json& version : versions) {
      show_version(version, one);
      const int rank = rank_of(desired, one);
      const bool newer =
          best != nullptr && number_of(observed, version) > number_of(observed, *best);
      if (rank < best_rank || (rank == best_rank && !newer)) continue;
      best = &version;
      best_rank = rank;
    }
    if (best != nullptr) show_version(*best, one);
    return one;
  }

 private:
  static std::int64_t number_of(const Observed& observed, const Json& version) {
    const Json& number = member(version, observed.row->versions.number);
    return number.is_number() ? number.get<std::int64_t>() : 0;
  }

  // 3: as desired, and in use, also but for riders that wait; 2: as desired; 1: but for riders.
  int rank_of(const Desired* desired, const Observed& one) const {
    if (desired == nullptr) return 0;
    const auto changes = compare_fields(*one.row, *desired, known_, one);
    const auto& field = one.row->versions.field;
    const bool fits = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
      return change.field != field || is_rider(*one.row, change);
    });
    if (!fits) return 0;
    const bool same = std::none_of(changes.begin(), changes.end(),
                                   [&](const Change& change) { return change.field == field; });
    const auto waits = [&] {
      return !effect_is_due(desired->key, graph_, known_, world_, Due::by_other_fields);
    };
    if (is_used(one) && (same || waits())) return 3;
    return same ? 2 : 1;
  }

  bool is_used(const Observed& one) const {
    const Json& number = member(one.fields, one.row->versions.shown);
    return number.is_string() && used_.contains({one.id, number.get_ref<const std::string&>()});
  }

  const Graph& graph_;
  const SeenWorld& world_;
  Known known_;
  std::set<std::pair<std::string, std::string>> used_;  // ids, with the numbers in use
};

}  // namespace

void choose_versions(const Graph& graph, const Snapshot& snapshot, SeenWorld& world) {
  std::optional<Chooser> chooser;
  for (std::size_t i = 0; i < world.ours.size(); ++i) {
    const Observed* seen = world.ours[i];
    if (seen == nullptr || seen->row->versions.list.empty()) continue;
    if (member(seen->fields, seen->row->versions.list).is_null()) continue;
    const Desired* desired = i < graph.nodes.size() ? &graph.nodes[i] : nullptr;
    if (!chooser) chooser.emplace(graph, snapshot, world);
    world.ours[i] = &world.chosen.emplace_back(chooser->choose(desired, *seen));
  }
}

bool is_rider(const Row& row, const Change& change) {
  Json from = change.from;
  Json to = change.to;
  for (const Rider& rider : row.riders) {
    from = without(rider.path, change.field, std::move(from));
    to = without(rider.path, change.field, std::move(to));
  }
  const bool rides = from != change.from || to != change.to;
  return rides && holds(to, from) && holds(from, to);
}

bool effect_is_due(const std::string& key, const Graph& graph, const Known& known,
                   const SeenWorld& world, Due due) {
  const auto refers = [&key](const Json& value) {
    return any_reference(value, [&](const Reference& one) { return one.key == key; });
  };
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Desired& node) {
    const Observed* seen = world.find(node.key);
    if (seen == nullptr || seen->unseen || !refers(node.params)) return false;
    const Row& row = find_row(node.type);
    const auto changes = compare_fields(row, node, known, *seen);
    return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
      const bool counts = due == Due::by_any_field || !refers(member(node.params, change.field));
      return counts && has_effect(row, change.field) && !is_lowered(row, change);
    });
  });
}

}  // namespace byoc
