#include "controller/rebuild.h"

#include <algorithm>
#include <utility>

#include "controller/candidate.h"
#include "controller/controller.h"
#include "controller/sweeper.h"
#include "reconcilers/build.h"
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
Json inventory_of(const std::string& uid, const std::vector<Stray>& strays) {
  Json inventory = Json::array();
  for (const Stray& stray : strays) {
    if (stray.uid != uid) continue;
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
  const auto stored = input.store.put(std::move(object), input.cloud.now());
  return stored.ok() ? Status{} : stored.status();
}

// An object behind those that it refers to.
void add_in_order(const Object& object, const std::vector<Object>& objects,
                  std::vector<Object>& out) {
  if (find_object(out, object.key()) != nullptr) return;
  for (const ObjectKey& key : references_of(object)) {
    const Object* other = find_object(objects, key);
    if (other != nullptr) add_in_order(*other, objects, out);
  }
  out.push_back(object);
}

Status store_owned(const RebuildInput& input, const std::vector<Object>& objects,
                   const Owners& owners, const std::vector<Stray>& strays) {
  std::vector<Object> ordered;
  for (const Object& object : objects) add_in_order(object, objects, ordered);
  for (const Object& object : ordered) {
    const auto uid = owners.uids.find(object.key());
    if (uid == owners.uids.end()) continue;
    const Result<Object> known = input.store.get(object.key());
    if (known.ok()) continue;
    if (known.status().code != Code::not_found) return known.status();
    Object lost = object;
    lost.metadata.uid = uid->second;
    lost.status["inventory"] = inventory_of(uid->second, strays);
    auto stored = store_candidate(std::move(lost), input.store, input.secrets, input.cloud.now());
    if (!stored.ok()) return stored.status();
    Status reported = report_found(input, std::move(stored).value());
    if (!reported.ok()) return reported;
  }
  return {};
}

// Looks where `seen` live, and stores what of `objects` is found there.
Result<Owners> rebuild_part(const RebuildInput& input, const std::vector<Object>& seen,
                            const std::vector<Object>& objects) {
  const auto strays = look(input, seen);
  if (!strays.ok()) return strays.status();
  auto owners = find_owners(objects, strays.value());
  if (!owners.ok()) return owners;
  const Status stored = store_owned(input, objects, owners.value(), strays.value());
  if (!stored.ok()) return stored;
  return owners;
}

}  // namespace

Result<Owners> find_owners(const std::vector<Object>& objects, const std::vector<Stray>& strays) {
  std::map<std::string, ObjectKey> names;
  for (const Object& object : objects) names.emplace(to_string(object.key()), object.key());
  Owners owners;
  for (const Stray& stray : strays) {
    const auto name = names.find(stray.owner);
    if (name == names.end()) {
      owners.others.push_back(stray);
      continue;
    }
    const auto [known, fresh] = owners.uids.emplace(name->second, stray.uid);
    if (fresh || known->second == stray.uid) continue;
    return error(Code::conflict, "there are resources of two " + stray.owner + ", with " +
                                     std::string(kTagOwnerUid) + "=" + known->second +
                                     " and =" + stray.uid + "; remove those that are too many");
  }
  return owners;
}

Result<Owners> rebuild(const RebuildInput& input, const std::vector<Object>& objects) {
  std::vector<Object> roles;
  std::copy_if(objects.begin(), objects.end(), std::back_inserter(roles),
               [](const Object& object) { return object.kind == "Role"; });
  auto owners = rebuild_part(input, roles, roles);
  if (!owners.ok() || roles.size() == objects.size()) return owners;
  const auto stored = input.store.list("Role");
  if (!stored.ok()) return stored.status();
  std::vector<Object> seen = objects;
  for (Object& object : seen) {
    if (const Object* role = find_object(stored.value(), object.key())) object = *role;
  }
  return rebuild_part(input, seen, objects);
}

}  // namespace byoc
