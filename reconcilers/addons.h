// Add-ons without a version of their own: EKS chooses one when they are made, and leaves them there
// when the cluster's Kubernetes is raised. byoc raises them to the default of the new version, once
// per version: what was chosen is kept with the object, in status.decided.addons.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "manifests/object.h"
#include "reconcilers/build.h"

namespace byoc {

// What a Cluster's manifest lists, or what byoc installs by itself.
[[nodiscard]] Json addons_of(const Object& cluster);

// Parameters of the calls that tell which versions there are, once the cluster has another version
// than the add-ons were chosen for.
[[nodiscard]] std::vector<Json> addon_version_params(const Object& cluster);
// What DescribeAddonVersions answers.
void read_addon_versions(const Json& body, Facts& facts);

// {"for": "1.31", "versions": {"coredns": "v1.11.4-eksbuild.2"}}: what was chosen before, or now;
// null before the cluster has a version.
[[nodiscard]] Json decide_addons(const Object& cluster, const Facts& facts);

}  // namespace byoc
