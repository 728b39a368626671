// The manifests of a drawn story: valid as `byocctl apply` judges, of things that the simulated AWS
// knows, and otherwise out of all fields and options.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "tests/properties/draw.h"

namespace byoc::sim {

class StoryManifests {
 public:
  explicit StoryManifests(std::uint64_t seed) : draw_(seed) {}

  // One or two Roles, one to three Clusters, some of them on one Role, and NodeGroups.
  [[nodiscard]] std::vector<Json> draw_stack();

  // All of them after an edit of the one at `index`: fields that are set, changed or taken away.
  // Whoever applies them hears whether the edit is allowed.
  [[nodiscard]] std::vector<Json> edited(std::vector<Json> documents, std::size_t index);

  // Another of the kind under this name, beside the others.
  [[nodiscard]] Json draw_one(const std::string& kind, const std::string& name);

 private:
  [[nodiscard]] Json drawn(const std::string& kind, const std::string& name);

  properties::Draw draw_;
};

// "Cluster/c1", as the manifest says.
[[nodiscard]] std::string name_of(const Json& document);

}  // namespace byoc::sim
