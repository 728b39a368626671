#include "reconcilers/addons.h"

#include <algorithm>

#include "reconcilers/reference.h"

namespace byoc {
namespace {

std::string version_of_cluster(const Object& cluster) {
  return text_member(cluster.status, "kubernetesVersion");
}

Json chosen_in(const Json& decided) {
  const Json& chosen = member(decided, "addons");
  return chosen.is_object() ? chosen : Json();
}

// The version that EKS gives to a new add-on; empty when the answer names none.
std::string default_version_of(const Json& addon) {
  for (const Json& version : member(addon, "addonVersions")) {
    const Json& fits = member(version, "compatibilities");
    const bool chosen = std::any_of(fits.begin(), fits.end(), [](const Json& one) {
      return member(one, "defaultVersion") == true;
    });
    if (chosen) return text_member(version, "addonVersion");
  }
  return {};
}

}  // namespace

Json addons_of(const Object& cluster) {
  const Json& given = member(cluster.spec, "addons");
  if (given.is_array()) return given;
  Json addons = Json::array();
  for (const char* name : {"vpc-cni", "kube-proxy", "eks-pod-identity-agent"}) {
    addons.push_back({{"name", name}, {"phase", "BeforeCompute"}});
  }
  addons.push_back({{"name", "coredns"}, {"phase", "AfterCompute"}});
  return addons;
}

std::vector<Json> addon_version_params(const Object& cluster) {
  std::vector<Json> params;
  const std::string version = version_of_cluster(cluster);
  const Json before = chosen_in(member(cluster.status, "decided"));
  const bool known = before.is_null() || text_member(before, "for") == version;
  if (version.empty() || known || cluster.deleting()) return params;
  for (const Json& addon : addons_of(cluster)) {
    if (addon.contains("version")) continue;
    params.push_back({{"addonName", text_member(addon, "name")}, {"kubernetesVersion", version}});
  }
  return params;
}

void read_addon_versions(const Json& body, Facts& facts) {
  for (const Json& addon : member(body, "addons")) {
    const std::string version = default_version_of(addon);
    if (!version.empty()) facts.addon_versions[text_member(addon, "addonName")] = version;
  }
}

Json decide_addons(const Object& cluster, const Facts& facts) {
  const std::string version = version_of_cluster(cluster);
  if (version.empty()) return nullptr;
  Json chosen = chosen_in(facts.decided);
  if (chosen.is_null()) return {{"for", version}, {"versions", Json::object()}};
  if (text_member(chosen, "for") == version) return chosen;
  chosen["for"] = version;
  for (const auto& [name, default_version] : facts.addon_versions) {
    chosen["versions"][name] = default_version;
  }
  return chosen;
}

}  // namespace byoc
