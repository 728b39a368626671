// Objects that are written twice, and names that would meet in AWS.
#include <algorithm>
#include <map>

#include "manifests/kinds.h"
#include "manifests/references.h"

namespace byoc {
namespace {

// The text by which names of one scope are found.
std::string key_of(const TakenName& taken) {
  return taken.what + "\n" + taken.scope + "\n" + taken.name;
}

std::string hint_of(const TakenName& taken) {
  if (!taken.hint.empty()) return taken.hint;
  const bool mapped = taken.pointer == "/metadata/name";
  return mapped ? "`.` becomes `-` in AWS names; choose another name" : "choose another name";
}

// Of accounts that are not known, the same credentials are in the same one.
bool meets(const TakenName& one, const TakenName& other) {
  const bool known = !one.account.empty() && !other.account.empty();
  return known ? one.account == other.account : one.credentials == other.credentials;
}

// "arn:aws:iam::111122223333:role/ops": 111122223333.
std::string account_in(const std::string& arn) {
  std::size_t begin = 0;
  for (int colons = 0; colons < 4; ++colons) {
    begin = arn.find(':', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  return arn.substr(begin, arn.find(':', begin) - begin);
}

std::vector<TakenName> taken_by(const Object& object, const World& world) {
  const ManifestKind* kind = find_manifest_kind(object.kind);
  if (kind == nullptr || object.metadata.name.empty()) return {};
  return kind->names(object, world);
}

void check_objects(const World& world, Diagnostics& out) {
  std::map<ObjectKey, const Manifest*> seen;
  for (const Manifest& manifest : world.manifests()) {
    const ObjectKey key = manifest.object.key();
    if (key.name.empty()) continue;
    const auto [first, fresh] = seen.emplace(key, &manifest);
    if (fresh) continue;
    Findings(manifest, out)
        .error("/metadata/name", "the object " + to_string(key) + " stands here again",
               "it stands at " + place_shown(*first->second, "/metadata/name") +
                   " already; remove one");
  }
}

// The names of all manifests, each with who takes it.
using Takers = std::multimap<std::string, std::pair<TakenName, const Manifest*>>;

const Manifest* find_taker(const Takers& takers, const TakenName& taken, const ObjectKey& but) {
  const auto [begin, end] = takers.equal_range(key_of(taken));
  for (auto at = begin; at != end; ++at) {
    const auto& [theirs, manifest] = at->second;
    if (manifest->object.key() != but && meets(taken, theirs)) return manifest;
  }
  return nullptr;
}

void check_taken(const World& world, Diagnostics& out) {
  Takers takers;
  const auto same_name = [](const TakenName& taken) {
    return " gets the same name in AWS: " + taken.what + " `" + taken.name + "`";
  };
  for (const Manifest& manifest : world.manifests()) {
    const ObjectKey key = manifest.object.key();
    for (const TakenName& taken : taken_by(manifest.object, world)) {
      const Manifest* first = find_taker(takers, taken, key);
      takers.emplace(key_of(taken), std::pair(taken, &manifest));
      if (first == nullptr) continue;
      Findings(manifest, out)
          .error(taken.pointer,
                 to_string(first->object.key()) + " (" + place_shown(*first, taken.pointer) + ")" +
                     same_name(taken),
                 hint_of(taken));
    }
  }
  for (const Object& object : world.existing()) {
    for (const TakenName& taken : taken_by(object, world)) {
      const Manifest* taker = find_taker(takers, taken, object.key());
      if (taker == nullptr) continue;
      Findings(*taker, out)
          .error(taken.pointer, to_string(object.key()) + ", which exists," + same_name(taken),
                 hint_of(taken));
    }
  }
}

}  // namespace

std::string credentials_of(const Object& object) {
  const std::string role = text_at(object.spec, "/roleRef/name");
  return role.empty() ? text_at(object.spec, "/roleArn") : object.metadata.ns + "/" + role;
}

std::string known_account(const Object& object, const World& world) {
  const Object* existing = world.find_existing(object.key());
  for (const char* path : {"/location/accountId", "/accountId"}) {
    const std::string seen = existing == nullptr ? "" : text_at(existing->status, path);
    if (!seen.empty()) return seen;
  }
  const std::string written = text_at(object.spec, "/accountId");
  if (!written.empty()) return written;
  const std::string arn = text_at(object.spec, "/roleArn");
  if (!arn.empty()) return account_in(arn);
  const auto reference = reference_at(object, "/roleRef/name");
  const Object* role = reference ? world.find(*reference) : nullptr;
  return role == nullptr ? std::string() : known_account(*role, world);
}

std::string aws_name_of(std::string name) {
  std::replace(name.begin(), name.end(), '.', '-');
  return name;
}

void check_names(const World& world, Diagnostics& out) {
  check_objects(world, out);
  check_taken(world, out);
}

}  // namespace byoc
