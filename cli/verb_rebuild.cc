// rebuild: a lost store made again, from the manifests and the tags in AWS.
#include <cstdio>
#include <set>

#include "cli/session.h"
#include "cli/verbs.h"
#include "controller/candidate.h"
#include "controller/rebuild.h"

namespace byoc {
namespace {

void print_owners(const std::vector<Object>& objects, const Owners& owners) {
  for (const Object& object : objects) {
    const auto uid = owners.uids.find(object.key());
    std::printf("%s: %s\n", to_string(object.key()).c_str(),
                uid == owners.uids.end() ? "nothing of it exists" : uid->second.c_str());
  }
  std::set<std::pair<std::string, std::string>> others;
  for (const Stray& stray : owners.others) others.emplace(stray.owner, stray.uid);
  for (const auto& [owner, uid] : others) {
    std::printf("%s (%s) is in no manifest; its resources are left alone\n", owner.c_str(),
                uid.c_str());
  }
}

}  // namespace

int run_rebuild(const Options& options) {
  auto session = Session::open(options, Session::Access::change);
  if (!session.ok()) return fail(session.status());
  if (session.value()->daemon() != nullptr) {
    return fail("byocd runs, with a store of its own; stop it first");
  }
  const auto existing = session.value()->objects();
  if (!existing.ok()) return fail(existing.status());
  const Manifests manifests = read_manifests(options, existing.value());
  if (!manifests.ok) return kExitError;
  auto cloud = session.value()->cloud();
  if (!cloud.ok()) return fail(cloud.status());
  std::vector<Object> objects;
  for (const Manifest& manifest : manifests.list) {
    const Object* stored = find_object(existing.value(), manifest.object.key());
    objects.push_back(candidate_for(manifest, stored, {}).object);
  }
  note_interrupts();
  const auto owners = rebuild({session.value()->store(), *cloud.value(), session.value()->secrets(),
                               options.region, interrupted},
                              objects);
  if (!owners.ok()) return fail(owners.status());
  print_owners(objects, owners.value());
  return kExitDone;
}

}  // namespace byoc
