// The checks beyond the schema, by topic. Each looks at specs with defaults filled in, takes wrong
// types for absent (the schema check has told them already) and reports what it alone can know.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manifests/finding.h"

namespace byoc {

// The value at a JSON pointer, when it is there and of the type; otherwise nothing.
[[nodiscard]] const Json* value_at(const Json& from, const std::string& pointer);
[[nodiscard]] std::string text_at(const Json& from, const std::string& pointer);
[[nodiscard]] const Json& list_at(const Json& from, const std::string& pointer);
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

// One object, its spec with defaults.
void check_role(const Object& object, Findings& findings);
void check_cluster(const Object& object, const World& world, Findings& findings);
void check_nodegroup(const Object& object, const World& world, Findings& findings);

// The object's tags as AWS takes them together. IAM does not tell tag keys apart by case.
void check_tags(const Object& object, Findings& findings);

// "1.31" -> 31; 0 for anything else.
[[nodiscard]] int minor_of(const std::string& version);
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
