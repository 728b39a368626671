// The kinds of objects, as manifests have them: one value per kind. Nothing else in this folder
// names a kind, but for the checks of that kind. What a kind is to the controller is in
// reconcilers/kinds.h.
#pragma once

#include <string_view>
#include <vector>

#include "base/required.h"
#include "manifests/topics.h"

namespace byoc {

// A member that a new kind forgets does not compile; what it does not have, it says.
struct ManifestKind {
  using Check = void (*)(const Object& object, const World& world, Findings& findings);
  using Update = void (*)(const Object& object, const Object& existing, Findings& findings);
  using Names = std::vector<TakenName> (*)(const Object& object, const World& world);

  Required<std::string_view> name;                      // "Cluster"
  Required<std::string_view> plural;                    // "clusters", as URLs and people have it
  Required<std::vector<std::string_view>> short_names;  // that a command line takes as well
  Required<std::string_view> schema;                    // its file in schemas/: "cluster.json"
  Required<void (*)(Object&)> defaults;    // those that depend on other fields; before the schema's
  Required<Check> check;                   // beyond the schema
  Required<Update> check_update;           // beyond x-immutable; `existing` has its defaults
  Required<Names> names;                   // that it takes in AWS
  Required<std::string_view> external_id;  // pointer in the spec to the map with externalId
  Required<bool> has_iam_tags;             // its tags go to IAM, too, which takes fewer of them
};

// In the order of dependency: a kind behind those that it may refer to.
[[nodiscard]] const std::vector<ManifestKind>& manifest_kinds();
// Null for a kind that this version does not have: a record may name one.
[[nodiscard]] const ManifestKind* find_manifest_kind(std::string_view name);

}  // namespace byoc
