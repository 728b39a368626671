// Objects that are written twice, and names that would meet in AWS.
#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "manifests/pointer.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// The AWS names that an object takes, each with its scope; two objects may not share one.
struct Taken {
  std::string what;         // "EKS cluster", "IAM role", ...
  std::string scope;        // partition, region or cluster, as the service has it
  std::string account;      // that the name belongs to; empty: not known, or no part of the scope
  std::string credentials;  // as whom the object is worked on
  std::string name;         // as AWS compares it
  std::string pointer;      // where the manifest says so

  [[nodiscard]] std::string hint() const {
    if (what == "node group") {
      return "a Cluster makes the node groups management and one for each of its instanceTypes; "
             "choose another name";
    }
    const bool mapped = pointer == "/metadata/name";
    return mapped ? "`.` becomes `-` in AWS names; choose another name" : "choose another name";
  }
  [[nodiscard]] std::string key() const { return what + "\n" + scope + "\n" + name; }
  // Of accounts that are not known, the same credentials are in the same one.
  [[nodiscard]] bool meets(const Taken& other) const {
    const bool known = !account.empty() && !other.account.empty();
    return known ? account == other.account : credentials == other.credentials;
  }
};

// Source: AWS General Reference, "Amazon Resource Names": regions belong to one partition each.
std::string partition_of_region(const std::string& region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("us-iso-")) return "aws-iso";
  return "aws";
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

// As whom an object is worked on: empty for the credentials of whoever runs byoc.
std::string credentials_of(const Object& object) {
  const std::string role = text_at(object.spec, "/roleRef/name");
  return role.empty() ? text_at(object.spec, "/roleArn") : object.metadata.ns + "/" + role;
}

// The account that an object belongs to, as far as its status or its manifest tells.
std::string known_account(const Object& object, const World& world) {
  const Object* existing = world.find_existing(object.key());
  for (const char* path : {"/location/accountId", "/accountId"}) {
    const std::string seen = existing == nullptr ? "" : text_at(existing->status, path);
    if (!seen.empty()) return seen;
  }
  if (object.kind == "Role") return text_at(object.spec, "/accountId");
  const std::string arn = text_at(object.spec, "/roleArn");
  if (!arn.empty()) return account_in(arn);
  const std::string name = text_at(object.spec, "/roleRef/name");
  const Object* role = name.empty() ? nullptr : world.find({"Role", object.metadata.ns, name});
  return role == nullptr ? std::string() : known_account(*role, world);
}

std::string aws_name(std::string name) {
  std::replace(name.begin(), name.end(), '.', '-');
  return name;
}

// The node groups that a Cluster brings: one for management and one for each of its types.
void add_own_groups(const Object& object, std::vector<Taken>& out) {
  const std::string scope = object.metadata.ns + "/" + object.metadata.name;
  out.push_back({"node group", scope, "", "", "management", "/metadata/name"});
  const Json& types = list_at(object.spec, "/instanceTypes");
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string type =
        types[i].is_string() ? types[i].get<std::string>() : text_at(types[i], "/name");
    out.push_back(
        {"node group", scope, "", "", aws_name(type), pointer_to("/spec/instanceTypes", i)});
  }
}

std::vector<Taken> taken_by(const Object& object, const World& world) {
  std::vector<Taken> out;
  const std::string name = aws_name(object.metadata.name);
  if (object.metadata.name.empty()) return out;
  if (object.kind == "Cluster") {
    const std::string region = text_at(object.spec, "/region");
    out.push_back({"EKS cluster", region, known_account(object, world), credentials_of(object),
                   name, "/metadata/name"});
    // One name in the whole partition, whoever has it.
    const std::string bucket = text_at(object.spec, "/storage/bucket/name");
    if (!bucket.empty()) {
      out.push_back(
          {"S3 bucket", partition_of_region(region), "", "", bucket, "/spec/storage/bucket/name"});
    }
    add_own_groups(object, out);
  } else if (object.kind == "NodeGroup") {
    const std::string cluster = object.metadata.ns + "/" + text_at(object.spec, "/clusterRef/name");
    out.push_back({"node group", cluster, "", "", name, "/metadata/name"});
  } else if (object.kind == "Role") {
    const std::string role = text_at(object.spec, "/name");
    if (!role.empty())
      out.push_back({"IAM role", "", known_account(object, world), "", lower(role), "/spec/name"});
  }
  return out;
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
using Takers = std::multimap<std::string, std::pair<Taken, const Manifest*>>;

const Manifest* find_taker(const Takers& takers, const Taken& taken, const ObjectKey& but) {
  const auto [begin, end] = takers.equal_range(taken.key());
  for (auto at = begin; at != end; ++at) {
    const auto& [theirs, manifest] = at->second;
    if (manifest->object.key() != but && taken.meets(theirs)) return manifest;
  }
  return nullptr;
}

void check_taken(const World& world, Diagnostics& out) {
  Takers takers;
  const auto same_name = [](const Taken& taken) {
    return " gets the same name in AWS: " + taken.what + " `" + taken.name + "`";
  };
  for (const Manifest& manifest : world.manifests()) {
    const ObjectKey key = manifest.object.key();
    for (const Taken& taken : taken_by(manifest.object, world)) {
      const Manifest* first = find_taker(takers, taken, key);
      takers.emplace(taken.key(), std::pair(taken, &manifest));
      if (first == nullptr) continue;
      Findings(manifest, out)
          .error(taken.pointer,
                 to_string(first->object.key()) + " (" + place_shown(*first, taken.pointer) + ")" +
                     same_name(taken),
                 taken.hint());
    }
  }
  for (const Object& object : world.existing()) {
    for (const Taken& taken : taken_by(object, world)) {
      const Manifest* taker = find_taker(takers, taken, object.key());
      if (taker == nullptr) continue;
      Findings(*taker, out)
          .error(taken.pointer, to_string(object.key()) + ", which exists," + same_name(taken),
                 taken.hint());
    }
  }
}

}  // namespace

void check_names(const World& world, Diagnostics& out) {
  check_objects(world, out);
  check_taken(world, out);
}

}  // namespace byoc
