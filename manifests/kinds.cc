#include "manifests/kinds.h"

#include <algorithm>

namespace byoc {

const std::vector<ManifestKind>& manifest_kinds() {
  static const std::vector<std::string_view> kNoShortNames;
  static const std::vector<ManifestKind> kKinds = {
      {.name = "Role",
       .plural = "roles",
       .short_names = kNoShortNames,
       .schema = "role.json",
       .defaults = role_defaults,
       .check = check_role,
       .check_update = nothing_more_to_update,
       .names = names_of_role,
       .external_id = "/trust",
       .has_iam_tags = true},
      {.name = "Cluster",
       .plural = "clusters",
       .short_names = kNoShortNames,
       .schema = "cluster.json",
       .defaults = cluster_defaults,
       .check = check_cluster,
       .check_update = check_cluster_update,
       .names = names_of_cluster,
       .external_id = "",
       .has_iam_tags = true},
      {.name = "NodeGroup",
       .plural = "nodegroups",
       .short_names = kNoShortNames,
       .schema = "nodegroup.json",
       .defaults = nodegroup_defaults,
       .check = check_nodegroup,
       .check_update = check_nodegroup_update,
       .names = names_of_nodegroup,
       .external_id = "",
       .has_iam_tags = false},
  };
  return kKinds;
}

const ManifestKind* find_manifest_kind(std::string_view name) {
  const auto& kinds = manifest_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const ManifestKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace byoc
