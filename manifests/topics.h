// The checks beyond the schema, by topic. Each looks at specs with defaults filled in, takes wrong
// types for absent (the schema check has told them already) and reports what it alone can know.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manifests/finding.h"

namespace byoc {

// A member of a map that may not be there, or be no map; nullptr for nothing.
[[nodiscard]] const Json* field_of(const Json* map, const std::string& name);
// The value at a JSON pointer, when it is there and of the type; otherwise nothing.
[[nodiscard]] const Json* value_at(const Json& from, const std::string& pointer);
[[nodiscard]] std::string text_at(const Json& from, const std::string& pointer);
[[nodiscard]] const Json& list_at(const Json& from, const std::string& pointer);
// Whether a status lists the resource with this key.
[[nodiscard]] bool is_in_inventory(const Json& status, const std::string& key);
[[nodiscard]] std::vector<std::string> texts_at(const Json& from, const std::string& pointer);

// Everything that may be referred to: the manifests at hand and the objects that exist already.
class World {
 public:
  // Both must outlive the World; of objects of one key the first counts.
  World(const std::vector<Manifest>& manifests, const std::vector<Object>& existing);

  [[nodiscard]] const std::vector<Manifest>& manifests() const { return manifests_; }
  [[nodiscard]] const std::vector<Object>& existing() const { return existing_; }

  // The object of this key as it will be: from the manifests, else as it exists; else nullptr.
  [[nodiscard]] const Object* find(const ObjectKey& key) const;
  [[nodiscard]] const Object* find_existing(const ObjectKey& key) const;

 private:
  const std::vector<Manifest>& manifests_;
  const std::vector<Object>& existing_;
  std::map<ObjectKey, const Object*> wanted_by_key_;
  std::map<ObjectKey, const Object*> existing_by_key_;
};

// Whether the object exists and says the same below spec at `pointer` already. What was right when
// it was written and has retired since is no reason to refuse a living object.
[[nodiscard]] bool stands_already(const Object& object, const World& world,
                                  const std::string& pointer);

// A name that an object takes in AWS, with its scope; two objects may not share one.
struct TakenName {
  std::string what;         // "EKS cluster", "IAM role", ...
  std::string scope;        // partition, region or cluster, as the service has it
  std::string account;      // that the name belongs to; empty: not known, or no part of the scope
  std::string credentials;  // as whom the object is worked on
  std::string name;         // as AWS compares it
  std::string pointer;      // where the manifest says so
  std::string hint = {};    // how to get another one; empty: "choose another name"
};

// One kind each (manifests/kinds.h): defaults that depend on other fields; checks of one object,
// its spec with defaults; of an update; and the names that it takes.
void role_defaults(Object& object);
void check_role(const Object& object, const World& world, Findings& findings);
[[nodiscard]] std::vector<TakenName> names_of_role(const Object& object, const World& world);

void cluster_defaults(Object& object);
void check_cluster(const Object& object, const World& world, Findings& findings);
void check_cluster_update(const Object& object, const Object& existing, Findings& findings);
[[nodiscard]] std::vector<TakenName> names_of_cluster(const Object& object, const World& world);

void nodegroup_defaults(Object& object);
void check_nodegroup(const Object& object, const World& world, Findings& findings);
void check_nodegroup_update(const Object& object, const Object& existing, Findings& findings);
[[nodiscard]] std::vector<TakenName> names_of_nodegroup(const Object& object, const World& world);

// For kinds of which x-immutable says everything.
void nothing_more_to_update(const Object& object, const Object& existing, Findings& findings);

// Of use for names: as whom an object is worked on (empty: the credentials of whoever runs byoc),
// the account that it belongs to as far as its status or its manifest tells, and a name of
// Kubernetes as AWS takes it.
[[nodiscard]] std::string credentials_of(const Object& object);
[[nodiscard]] std::string known_account(const Object& object, const World& world);
[[nodiscard]] std::string aws_name_of(std::string name);
inline constexpr std::string_view kGroupNameHint =
    "a Cluster makes the node groups management and one for each of its instanceTypes; "
    "choose another name";

// The object's tags as AWS takes them together. IAM does not tell tag keys apart by case.
void check_tags(const Object& object, Findings& findings);

// "1.31" -> 31; 0 for anything else.
[[nodiscard]] int minor_of(const std::string& version);
// Kubernetes' version skew policy: a kubelet may be so many minor versions older than an API server
// of this one, three since 1.28, and never newer.
[[nodiscard]] int skew_max(int minor);
// spec.kubernetesVersion is never lowered.
void check_version_update(const Object& object, const Object& existing, Findings& findings);
// spec.kubernetesVersion: what EKS offers; what nodes may have beside their cluster; images for it.
void check_version_offered(const Object& object, const World& world, Findings& findings);
void check_version_skew(const Object& object, const Object& cluster, const World& world,
                        Findings& findings);
void check_image_version(const Object& object, const Object* cluster, const World& world,
                         Findings& findings);

// externalId and externalIdFrom below `pointer` ("/spec/trust"): not both; a literal is a warning.
void check_external_id(const Object& object, const std::string& pointer, Findings& findings);

// Availability zones: distinct, of `region` when that is known; an unlikely letter is a warning.
void check_zones(const Object& object, const std::string& pointer, const std::string& region,
                 Findings& findings);

// One IAM policy document (a map or JSON text) at `pointer`.
void check_policy(const Json& document, const std::string& pointer, Findings& findings);
// The characters of a policy document that count against IAM's limits: all but white space.
[[nodiscard]] std::size_t policy_size(const Json& document);

// References to other objects: those in x-reference fields and ${role.NAME.arn} in policies.
void check_references(const Object& object, const World& world, Findings& findings);

// What changes against the object as it exists.
void check_update(const Object& object, const Object& existing, Findings& findings);

// Objects that are written twice, and names that would meet in AWS.
void check_names(const World& world, Diagnostics& out);

}  // namespace byoc
