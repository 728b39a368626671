#include "controller/rebuild.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/join.h"
#include "controller/candidate.h"
#include "controller/controller.h"
#include "controller/provider.h"
#include "controller/record.h"
#include "controller/sweeper.h"
#include "reconcilers/kinds.h"
#include "reconcilers/location.h"
#include "reconcilers/status.h"

namespace byoc {
namespace {

// All that carries our tags where these objects live; an error unless all of it could be read.
Result<std::vector<Stray>> look(const RebuildInput& input, const std::vector<Object>& objects) {
  Sweep sweep(input.cloud, sweep_scopes(objects, input.secrets, input.default_region), {});
  const bool finished = finish(sweep, input.cloud, input.interrupted);
  if (input.interrupted()) return error(Code::cancelled, "interrupted; nothing more is stored");
  if (!finished) return error(Code::unavailable, "AWS did not answer in time");
  if (!sweep.failures().empty()) return sweep.failures().front();
  return sweep.strays();
}

// What carries the object's uid, as its status lists it: from the first moment, whoever deletes it
// knows that there is something to look for.
Json inventory_of(const std::vector<Stray>& strays) {
  Json inventory = Json::array();
  for (const Stray& stray : strays) {
    inventory.push_back(
        {{"key", stray.key}, {"type", stray.type}, {"id", stray.id}, {"state", "Ready"}});
  }
  return inventory;
}

// What refers to an object needs its status: a Role's ARN, a Cluster's endpoint.
Status report_found(const RebuildInput& input, Object object) {
  const auto all = input.store.list("");
  if (!all.ok()) return all.status();
  ControllerOptions options;
  options.default_region = input.default_region;
  Controller looking(input.store, input.cloud, input.secrets, options);
  const auto pass = looking.dry_run(object, all.value());
  if (!pass->failure().ok()) return pass->failure();
  PassReport found;
  found.snapshot = &pass->snapshot();
  found.plan = &pass->plan();
  found.account = pass->account();
  found.caller_arn = pass->caller_arn();
  report(object, found, input.cloud.now());
  pass->record(object);
  const auto stored = input.store.put_status(std::move(object), input.cloud.now());
  return stored.ok() ? Status{} : stored.status();
}

// An object behind those that it refers to; of two that refer to each other, one comes first.
void add_in_order(const Object& object, const std::vector<Object>& objects,
                  std::set<ObjectKey>& seen, std::vector<Object>& out) {
  if (!seen.insert(object.key()).second) return;
  for (const ObjectKey& key : references_of(object)) {
    const Object* other = find_object(objects, key);
    if (other != nullptr) add_in_order(*other, objects, seen, out);
  }
  out.push_back(object);
}

// The work on one object after the other.
class Rebuilder {
 public:
  Rebuilder(const RebuildInput& input, const std::vector<Object>& objects, RebuildResult& result)
      : in_(input), objects_(objects), result_(result) {}

  Status take(const Object& object, Sets sets) {
    const Result<Object> found = in_.store.get(object.key());
    if (!found.ok() && found.status().code != Code::not_found) return found.status();
    const Object* known = found.ok() ? &found.value() : nullptr;
    if (known != nullptr && known->deleting()) return note(*known, Rebuilt::What::known, sets);
    if (Status status = forget_explained(object, known, sets); !status.ok()) return status;
    if (sets.empty()) return note(object, Rebuilt::What::nothing, sets);
    Result<std::string> uid = choose(object.key(), sets);
    if (!uid.ok()) return uid.status();
    if (known != nullptr && known->metadata.uid == uid.value()) {
      if (Status status = note(*known, Rebuilt::What::known, sets); !status.ok()) return status;
    } else {
      Status stored = restore(object, known, uid.value(), sets[uid.value()]);
      if (!stored.ok()) return stored;
    }
    sets.erase(uid.value());
    return give_up(object, sets);
  }

 private:
  Status note(const Object& object, Rebuilt::What what, const Sets& sets) {
    const auto found = sets.find(object.metadata.uid);
    const std::size_t count = found == sets.end() ? 0 : found->second.size();
    result_.objects.push_back({object.key(), what, object.metadata.uid, count});
    return {};
  }

  // Leaves out what deletions have left: objects that were deleted here, and kinds of resources
  // that stay when another uid has more. Adds what the store knows and reads do not show.
  Status forget_explained(const Object& object, const Object* known, Sets& sets) {
    const auto tombstones = in_.store.tombstones();
    if (!tombstones.ok()) return tombstones.status();
    for (const Tombstone& tombstone : tombstones.value()) sets.erase(tombstone.uid);
    if (known != nullptr && !sets.contains(known->metadata.uid)) {
      const auto intents = in_.store.intents(known->metadata.uid);
      if (!intents.ok()) return intents.status();
      std::map<std::string, Intent> by_key;
      for (const Intent& intent : intents.value()) by_key.emplace(intent.key, intent);
      if (may_have_resources(*known, by_key)) sets[known->metadata.uid];
    }
    const std::set<std::string> kept = retained_types(object);
    const bool doubled = sets.size() > 1;
    std::erase_if(sets, [&](const auto& item) {
      return doubled && !item.second.empty() &&
             std::all_of(item.second.begin(), item.second.end(),
                         [&](const Stray& stray) { return kept.contains(stray.type); });
    });
    return {};
  }

  Result<std::string> choose(const ObjectKey& key, const Sets& sets) {
    if (sets.size() == 1) return sets.begin()->first;
    if (in_.choose) {
      Result<std::string> uid = in_.choose(key, sets);
      if (!uid.ok() || sets.contains(uid.value())) return uid;
    }
    const std::string uids = joined(sets, [](const auto& set) {
      return set.first + " (" + std::to_string(set.second.size()) + " resources)";
    });
    return error(Code::conflict, "there are resources of two or more " + to_string(key) +
                                     ", by the tag " + std::string(kTagOwnerUid) + ": " + uids +
                                     "; say which one stays: byocctl rebuild UID -f FILE");
  }

  // In place of a record under which nothing was made.
  Status restore(const Object& object, const Object* known, const std::string& uid,
                 const std::vector<Stray>& strays) {
    if (known != nullptr) {
      Object empty = *known;
      empty.metadata.finalizers.clear();
      const auto freed = in_.store.put(std::move(empty), in_.cloud.now());
      if (!freed.ok()) return freed.status();
      const Status removed = in_.store.remove(object.key(), in_.cloud.now());
      if (!removed.ok()) return removed;
    }
    Object lost = object;
    lost.metadata.uid = uid;
    lost.metadata.resource_version.clear();
    lost.metadata.generation = 0;
    lost.metadata.finalizers = {std::string(kFinalizer)};
    lost.status = {{"inventory", inventory_of(strays)}};
    const Status taken = in_.secrets.take_literals(lost);
    if (!taken.ok()) return taken;
    auto stored = create_with_status(in_.store, lost, in_.cloud.now());
    if (!stored.ok()) return stored.status();
    result_.objects.push_back({object.key(), Rebuilt::What::restored, uid, strays.size()});
    return report_found(in_, std::move(stored).value());
  }

  // Where the object lives and as whom it is worked on, for a record that is of another kind.
  void copy_identity(const Object& object, Object& record) const {
    const auto find = [this](const ObjectKey& key) { return find_object(objects_, key); };
    const Object* source = identity_source(object, find);
    for (const char* field : {"region", "roleRef", "roleArn", "externalId", "externalIdFrom"}) {
      if (source == nullptr || !source->spec.contains(field)) continue;
      record.spec[field] = source->spec[field];
    }
  }

  // Records that delete what a person did not choose, as whom the object works.
  Status give_up(const Object& object, const Sets& sets) {
    for (const auto& [uid, strays] : sets) {
      if (strays.empty()) continue;
      Reclaim record = reclaim(strays, in_.cloud.now());
      record.object.metadata.ns = object.metadata.ns;
      copy_identity(object, record.object);
      record.object.status["inventory"] = inventory_of(strays);
      for (const Intent& intent : record.intents) {
        const Status kept = in_.store.put_intent(intent);
        if (!kept.ok()) return kept;
      }
      const auto stored = create_with_status(in_.store, record.object, in_.cloud.now());
      if (!stored.ok() && stored.status().code != Code::already_exists) return stored.status();
      result_.doubles.push_back(record.object.key());
    }
    return {};
  }

  const RebuildInput& in_;
  const std::vector<Object>& objects_;
  RebuildResult& result_;
};

// Looks where `seen` live, and stores what of `objects` is found there.
Status rebuild_part(const RebuildInput& input, const std::vector<Object>& seen,
                    const std::vector<Object>& objects, RebuildResult& result) {
  const auto strays = look(input, seen);
  if (!strays.ok()) return strays.status();
  Owners owners = find_owners(objects, strays.value());
  result.others = std::move(owners.others);
  std::vector<Object> ordered;
  std::set<ObjectKey> seen_keys;
  for (const Object& object : objects) add_in_order(object, objects, seen_keys, ordered);
  Rebuilder rebuilder(input, objects, result);
  for (const Object& object : ordered) {
    const bool done = std::any_of(result.objects.begin(), result.objects.end(),
                                  [&](const Rebuilt& one) { return one.object == object.key(); });
    if (done) continue;  // in the first part
    Status status = rebuilder.take(object, std::move(owners.sets[object.key()]));
    if (!status.ok()) return status;
  }
  return {};
}

}  // namespace

Owners find_owners(const std::vector<Object>& objects, const std::vector<Stray>& strays) {
  std::map<std::string, ObjectKey> names;
  for (const Object& object : objects) names.emplace(to_string(object.key()), object.key());
  Owners owners;
  for (const Stray& stray : strays) {
    const auto name = names.find(stray.owner);
    if (name == names.end()) {
      owners.others.push_back(stray);
    } else {
      owners.sets[name->second][stray.uid].push_back(stray);
    }
  }
  return owners;
}

Result<RebuildResult> rebuild(const RebuildInput& input, const std::vector<Object>& objects) {
  std::vector<Object> identities;
  std::copy_if(objects.begin(), objects.end(), std::back_inserter(identities),
               [](const Object& object) { return lends_identity(object.kind); });
  RebuildResult result;
  Status status = rebuild_part(input, identities, identities, result);
  if (!status.ok()) return status;
  if (identities.size() == objects.size()) return result;
  std::vector<Object> seen = objects;
  for (Object& object : seen) {
    if (!lends_identity(object.kind)) continue;
    auto stored = input.store.get(object.key());
    if (!stored.ok() && stored.status().code != Code::not_found) return stored.status();
    if (stored.ok()) object = std::move(stored).value();
  }
  status = rebuild_part(input, seen, objects, result);
  if (!status.ok()) return status;
  return result;
}

}  // namespace byoc
