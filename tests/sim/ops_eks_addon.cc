// EKS add-ons.
#include <algorithm>
#include <array>
#include <cctype>

#include "tests/sim/eks.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

struct KnownAddon {
  std::string_view name;
  std::string_view version;  // the default one, without its build
  bool needs_nodes;          // it runs as a Deployment: without nodes it is DEGRADED
};

constexpr auto kKnownAddons = std::to_array<KnownAddon>({
    {"amazon-cloudwatch-observability", "v4.5.0", true},
    {"aws-ebs-csi-driver", "v1.51.0", true},
    {"aws-efs-csi-driver", "v2.1.13", true},
    {"aws-mountpoint-s3-csi-driver", "v2.1.0", false},
    {"cert-manager", "v1.18.2", true},
    {"coredns", "v1.12.4", true},
    {"eks-node-monitoring-agent", "v1.4.1", false},
    {"eks-pod-identity-agent", "v1.3.9", false},
    {"external-dns", "v0.19.0", true},
    {"kube-proxy", "v1.34.0", false},
    {"kube-state-metrics", "v2.17.0", true},
    {"metrics-server", "v0.8.0", true},
    {"snapshot-controller", "v8.3.0", true},
    {"vpc-cni", "v1.20.4", false},
});

const KnownAddon* known_addon(std::string_view name) {
  const auto* found = std::find_if(kKnownAddons.begin(), kKnownAddons.end(),
                                   [&](const KnownAddon& a) { return a.name == name; });
  return found == kKnownAddons.end() ? nullptr : found;
}

// The default one of a cluster's version: a newer one for each.
std::string version_of(const KnownAddon& addon, const std::string& cluster_version) {
  const int minor = minor_version(cluster_version);
  if (addon.name == "kube-proxy") return "v1." + std::to_string(minor) + ".0-eksbuild.1";
  return std::string(addon.version) + "-eksbuild." + std::to_string(minor - 28);
}

// "v1.20.4-eksbuild.1"
bool is_addon_version(const std::string& version) {
  const auto build = version.find("-eksbuild.");
  return version.starts_with('v') && build != std::string::npos &&
         std::count(version.begin(), version.begin() + static_cast<std::ptrdiff_t>(build), '.') ==
             2;
}

struct AddonAnswer {
  EksCluster* cluster = nullptr;
  EksAddon* addon = nullptr;  // null: see `error`
  Answer error{};
};

AddonAnswer find_addon(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "clusterName"));
  if (cluster == nullptr) return {nullptr, nullptr, error};
  const std::string& name = text(params, "addonName");
  EksAddon* addon = cluster->addons.find(name, context.sight);
  if (addon != nullptr) return {cluster, addon, {}};
  return {cluster, nullptr,
          eks_not_found("No addon: " + name + " found in cluster: " + cluster->name)};
}

Json show_addon(const EksCluster& cluster, const EksAddon& addon) {
  Json out = addon.body;
  const KnownAddon* known = known_addon(addon.name);
  const bool starves = known->needs_nodes && addon.status == "ACTIVE" && !has_nodes(cluster);
  Json issues = addon.issues;
  if (starves) {
    issues.push_back(as_issue("InsufficientNumberOfReplicas",
                              "The add-on is unhealthy because it doesn't have the desired number "
                              "of replicas.",
                              Json::array()));
  }
  out["status"] = starves ? "DEGRADED" : addon.status;
  out["health"] = {{"issues", std::move(issues)}};
  out["createdAt"] = format_time(addon.created);
  out["modifiedAt"] = format_time(addon.modified);
  out["tags"] = addon.tags;
  return out;
}

// K4: the role of the add-on's service account must be known to EKS.
std::optional<Answer> refuse_account_role(OpContext& context, const Json& params) {
  if (!params.contains("serviceAccountRoleArn")) return std::nullopt;
  const std::string& arn = text(params, "serviceAccountRoleArn");
  const auto* row = role_by_arn(context.world, arn);
  if (row != nullptr && row->believed(context.sight)) return std::nullopt;
  return eks_invalid("Role " + arn + " provided in the request does not exist");
}

std::optional<Answer> refuse_settings(OpContext& context, const Json& params) {
  if (params.contains("addonVersion") && !is_addon_version(text(params, "addonVersion"))) {
    return eks_invalid("Addon version specified is not supported: " + text(params, "addonVersion"));
  }
  if (auto no = refuse_word(params, "resolveConflicts", "OVERWRITE NONE PRESERVE")) return no;
  const std::string& values = text(params, "configurationValues");
  if (values.starts_with('{') && !Json::accept(values)) {
    return eks_invalid("ConfigurationValue is not in valid JSON or YAML format.");
  }
  return refuse_account_role(context, params);
}

// Ends what the add-on is doing, unless it is another one by now.
void settle_addon(OpContext& context, const EksCluster& cluster, const EksAddon& addon,
                  void (*end)(OpContext&, EksCluster&, EksAddon&)) {
  context.later(context.about(kAddonTime), [cluster_name = cluster.name, name = addon.name,
                                            created = addon.created, end](OpContext& later) {
    EksCluster* living = later.region.eks.clusters.find(cluster_name);
    EksAddon* same = living == nullptr ? nullptr : living->addons.find(name);
    if (same != nullptr && same->created == created) end(later, *living, *same);
  });
}

void addon_made(OpContext&, EksCluster&, EksAddon& addon) {
  if (addon.status == "CREATING") addon.status = "ACTIVE";
}

void addon_gone(OpContext& context, EksCluster& cluster, EksAddon& addon) {
  const std::string name = addon.name;
  cluster.addons.remove(name, context.now, context.hide_time());
}

Answer create_addon(OpContext& context, const Json& params) {
  auto [cluster, error] = active_cluster(context, text(params, "clusterName"), false);
  if (cluster == nullptr) return error;
  const std::string& name = text(params, "addonName");
  const KnownAddon* known = known_addon(name);
  if (known == nullptr) {
    return eks_invalid("Addon " + name + " specified is not supported in " +
                       cluster->body.at("version").get<std::string>() + " kubernetes version");
  }
  if (auto no = refuse_eks_tags(params)) return *std::move(no);
  if (auto no = refuse_settings(context, params)) return *std::move(no);
  if (cluster->addons.find(name) != nullptr) return eks_in_use("Addon already exists.");
  EksAddon made;
  made.name = name;
  made.status = "CREATING";
  made.created = made.modified = context.now;
  made.tags = params.value("tags", Json::object()).get<Tags>();
  made.body = {{"addonName", name},
               {"clusterName", cluster->name},
               {"addonVersion",
                params.value("addonVersion", version_of(*known, cluster->body.at("version")))},
               {"addonArn", context.arn("eks", "addon/" + cluster->name + '/' + name + '/' +
                                                   context.new_uuid())},
               {"publisher", "eks"},
               {"owner", "aws"}};
  for (const char* kept : {"serviceAccountRoleArn", "configurationValues"}) {
    if (const Json* value = member(params, kept)) made.body[kept] = *value;
  }
  const EksAddon& addon = cluster->addons.add(name, std::move(made), context.lag());
  settle_addon(context, *cluster, addon, addon_made);
  return done({{"addon", show_addon(*cluster, addon)}});
}

Answer describe_addon(OpContext& context, const Json& params) {
  auto [cluster, addon, error] = find_addon(context, params);
  if (addon == nullptr) return error;
  return done({{"addon", show_addon(*cluster, *addon)}});
}

Answer list_addons(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "clusterName"));
  if (cluster == nullptr) return error;
  Json names = Json::array();
  cluster->addons.each_listed(context.sight,
                              [&](const std::string& name, const auto&) { names.push_back(name); });
  return done({{"addons", std::move(names)}});
}

bool is_busy(const EksAddon& addon) {
  return addon.status == "CREATING" || addon.status == "UPDATING" || addon.status == "DELETING";
}

Answer update_addon(OpContext& context, const Json& params) {
  auto [cluster, addon, error] = find_addon(context, params);
  if (addon == nullptr) return error;
  if (auto no = refuse_settings(context, params)) return *std::move(no);
  if (is_busy(*addon)) {
    return eks_in_use("Addon " + addon->name + " cannot be updated in status " + addon->status);
  }
  Json body = addon->body;
  Json changed = Json::array();
  struct Setting {
    const char* name;
    const char* param;
  };
  for (const Setting& setting : {Setting{"addonVersion", "AddonVersion"},
                                 Setting{"serviceAccountRoleArn", "ServiceAccountRoleArn"},
                                 Setting{"configurationValues", "ConfigurationValues"}}) {
    const Json* value = member(params, setting.name);
    if (value == nullptr) continue;
    body[setting.name] = *value;
    changed.push_back(update_param(setting.param, *value));
  }
  addon->status = "UPDATING";
  return begin_update(
      context, *cluster, "addon/" + addon->name, "AddonUpdate", std::move(changed), kAddonTime,
      [name = addon->name, body = std::move(body)](OpContext& later, EksCluster& living) {
        if (EksAddon* same = living.addons.find(name); same != nullptr) {
          same->status = "ACTIVE";
          same->issues = Json::array();
          same->body = body;
          same->modified = later.now;
        }
        return Json();
      });
}

Answer delete_addon(OpContext& context, const Json& params) {
  auto [cluster, addon, error] = find_addon(context, params);
  if (addon == nullptr) return error;
  if (cluster->status != "ACTIVE" && cluster->status != "UPDATING") {
    return eks_bad_state("Cluster " + cluster->name + " is in status " + cluster->status);
  }
  if (is_busy(*addon)) {
    return eks_bad_state("Addon " + addon->name + " cannot be deleted in status " + addon->status);
  }
  addon->status = "DELETING";
  settle_addon(context, *cluster, *addon, addon_gone);
  return done({{"addon", show_addon(*cluster, *addon)}});
}

Answer describe_addon_versions(OpContext&, const Json& params) {
  const std::string version = params.value("kubernetesVersion", default_version());
  if (minor_version(version) == 0) return eks_invalid("unsupported Kubernetes version " + version);
  Json addons = Json::array();
  for (const KnownAddon& known : kKnownAddons) {
    if (params.contains("addonName") && text(params, "addonName") != known.name) continue;
    const Json fits = {{"clusterVersion", version},
                       {"platformVersions", Json::array({"*"})},
                       {"defaultVersion", true}};
    addons.push_back(
        {{"addonName", known.name},
         {"type", "networking"},
         {"publisher", "eks"},
         {"owner", "aws"},
         {"addonVersions", Json::array({{{"addonVersion", version_of(known, version)},
                                         {"architecture", Json::array({"amd64", "arm64"})},
                                         {"compatibilities", Json::array({fits})},
                                         {"requiresConfiguration", false}}})}});
  }
  return done({{"addons", std::move(addons)}});
}

constexpr OpRule kEksAddonOps[] = {
    {"eks", "CreateAddon", create_addon, kMutates,
     "clusterName! addonName! addonVersion serviceAccountRoleArn resolveConflicts tags:o "
     "configurationValues",
     "clientRequestToken"},
    {"eks", "DescribeAddon", describe_addon, kReads, "clusterName! addonName!"},
    {"eks", "ListAddons", list_addons, kReads, "clusterName! maxResults:i nextToken"},
    {"eks", "UpdateAddon", update_addon, kMutates,
     "clusterName! addonName! addonVersion serviceAccountRoleArn resolveConflicts "
     "configurationValues",
     "clientRequestToken"},
    {"eks", "DeleteAddon", delete_addon, kMutates, "clusterName! addonName! preserve:b"},
    {"eks", "DescribeAddonVersions", describe_addon_versions, kReads,
     "kubernetesVersion addonName maxResults:i nextToken"},
};

}  // namespace

std::span<const OpRule> eks_addon_ops() {
  return kEksAddonOps;
}

}  // namespace byoc::sim
