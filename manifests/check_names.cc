// Objects that are written twice, and names that would meet in AWS.
#include <algorithm>
#include <map>

#include "base/ascii.h"
#include "manifests/topics.h"

namespace byoc {
namespace {

// The AWS names that an object takes, each with its scope; two objects may not share one.
struct Taken {
  std::string what;     // "EKS cluster", "IAM role", ...
  std::string scope;    // account or region or cluster, as far as it is known
  std::string name;     // as AWS compares it
  std::string pointer;  // where the manifest says so

  [[nodiscard]] std::string hint() const {
    const bool mapped = pointer == "/metadata/name";
    return mapped ? "`.` becomes `-` in AWS names; choose another name" : "choose another name";
  }
  [[nodiscard]] std::string key() const { return what + "\n" + scope + "\n" + name; }
};

std::string aws_name(std::string name) {
  std::replace(name.begin(), name.end(), '.', '-');
  return name;
}

std::vector<Taken> taken_by(const Object& object) {
  std::vector<Taken> out;
  const std::string name = aws_name(object.metadata.name);
  if (object.metadata.name.empty()) return out;
  if (object.kind == "Cluster") {
    out.push_back({"EKS cluster", text_at(object.spec, "/region"), name, "/metadata/name"});
    const std::string bucket = text_at(object.spec, "/storage/bucket/name");
    if (!bucket.empty()) out.push_back({"S3 bucket", "", bucket, "/spec/storage/bucket/name"});
  } else if (object.kind == "NodeGroup") {
    const std::string cluster = object.metadata.ns + "/" + text_at(object.spec, "/clusterRef/name");
    out.push_back({"node group", cluster, name, "/metadata/name"});
  } else if (object.kind == "Role") {
    const std::string role = text_at(object.spec, "/name");
    if (!role.empty())
      out.push_back({"IAM role", text_at(object.spec, "/accountId"), lower(role), "/spec/name"});
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

void check_taken(const World& world, Diagnostics& out) {
  std::map<std::string, const Manifest*> owners;
  const auto same_name = [](const Taken& taken) {
    return " gets the same name in AWS: " + taken.what + " `" + taken.name + "`";
  };
  for (const Manifest& manifest : world.manifests()) {
    for (const Taken& taken : taken_by(manifest.object)) {
      const auto [first, fresh] = owners.emplace(taken.key(), &manifest);
      const ObjectKey other = first->second->object.key();
      if (fresh || other == manifest.object.key()) continue;
      Findings(manifest, out)
          .error(taken.pointer,
                 to_string(other) + " (" + place_shown(*first->second, taken.pointer) + ")" +
                     same_name(taken),
                 taken.hint());
    }
  }
  for (const Object& object : world.existing()) {
    for (const Taken& taken : taken_by(object)) {
      const auto owner = owners.find(taken.key());
      if (owner == owners.end() || owner->second->object.key() == object.key()) continue;
      Findings(*owner->second, out)
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
