// Changes of a cluster: its settings, its version, and the updates that carry them.
#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "tests/sim/eks.h"

namespace byoc::sim {
namespace {

// One kind of change that UpdateClusterConfig was asked for.
struct Change {
  std::string type;             // of the update
  Json params = Json::array();  // of the update
  std::string already;          // why nothing changes; empty: something does
  std::optional<Answer> refused;
  Duration span = kClusterConfigTime;
  FinishUpdate finish;
};

std::set<std::string> as_set(const Json& texts) {
  return texts.get<std::set<std::string>>();
}

FinishUpdate set_member(std::string path, Json value) {
  return [path = std::move(path), value = std::move(value)](OpContext&, EksCluster& cluster) {
    cluster.body[Json::json_pointer(path)] = value;
    return Json();
  };
}

Change endpoint_change(const EksCluster& cluster, const Json& wanted) {
  Json next = cluster.body.at("resourcesVpcConfig");
  const Json before = next;
  for (const char* name : {"endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"}) {
    if (wanted.contains(name)) next[name] = wanted.at(name);
  }
  Change change;
  change.type = "EndpointAccessUpdate";
  change.refused = refuse_endpoint(next);
  if (flag(next, "endpointPublicAccess") == flag(before, "endpointPublicAccess") &&
      flag(next, "endpointPrivateAccess") == flag(before, "endpointPrivateAccess") &&
      as_set(next.at("publicAccessCidrs")) == as_set(before.at("publicAccessCidrs"))) {
    change.already = "Cluster is already at the desired configuration with endpointPrivateAccess";
  }
  change.params = {update_param("EndpointPublicAccess", next.at("endpointPublicAccess")),
                   update_param("EndpointPrivateAccess", next.at("endpointPrivateAccess")),
                   update_param("PublicAccessCidrs", next.at("publicAccessCidrs"))};
  change.finish = set_member("/resourcesVpcConfig", std::move(next));
  return change;
}

Change network_change(OpContext& context, const EksCluster& cluster, const Json& wanted) {
  Json next = cluster.body.at("resourcesVpcConfig");
  const Json before = next;
  for (const char* name : {"subnetIds", "securityGroupIds"}) {
    if (wanted.contains(name)) next[name] = wanted.at(name);
  }
  Change change;
  change.type = "VpcConfigUpdate";
  std::string vpc = next.at("vpcId");
  change.refused = refuse_subnets(context, next.at("subnetIds"), vpc);
  if (!change.refused) {
    change.refused = refuse_zones(context, cluster.name, next.at("subnetIds"));
  }
  if (!change.refused) change.refused = refuse_groups(context, next.at("securityGroupIds"), vpc);
  if (as_set(next.at("subnetIds")) == as_set(before.at("subnetIds")) &&
      as_set(next.at("securityGroupIds")) == as_set(before.at("securityGroupIds"))) {
    change.already = "subnets and security groups provided";
  }
  change.params = {update_param("Subnets", next.at("subnetIds")),
                   update_param("SecurityGroups", next.at("securityGroupIds"))};
  change.finish = [next = std::move(next)](OpContext& later, EksCluster& changed) {
    changed.body["resourcesVpcConfig"] = next;
    move_cluster_interfaces(later, changed);
    return Json();
  };
  return change;
}

Change logging_change(const EksCluster& cluster, const Json& wanted) {
  Change change;
  change.type = "LoggingUpdate";
  change.refused = refuse_logging(wanted);
  if (change.refused) return change;
  Json next = whole_logging(wanted, cluster.body.at("logging"));
  if (next == cluster.body.at("logging")) change.already = "logging config provided";
  change.params = Json::array({update_param("ClusterLogging", next)});
  change.finish = set_member("/logging", std::move(next));
  return change;
}

// The mode only ever moves towards API.
Change access_change(const EksCluster& cluster, const Json& wanted) {
  constexpr std::array<std::string_view, 3> kModes = {"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"};
  const std::string before = cluster.body.at("accessConfig").at("authenticationMode");
  const std::string& next = text(wanted, "authenticationMode");
  Change change;
  change.type = "AccessConfigUpdate";
  change.refused = refuse_members(wanted, "accessConfig", "authenticationMode");
  const auto from = std::find(kModes.begin(), kModes.end(), before);
  const auto to = std::find(kModes.begin(), kModes.end(), next);
  if (to == kModes.end() || to < from || to - from > 1) {
    change.refused =
        eks_invalid("Unsupported authentication mode update from " + before + " to " + next);
  }
  if (to == from) change.already = "access config provided";
  change.params = Json::array({update_param("AuthenticationMode", next)});
  change.finish = set_member("/accessConfig/authenticationMode", next);
  return change;
}

Change upgrade_policy_change(const EksCluster& cluster, const Json& wanted) {
  Change change;
  change.type = "UpgradePolicyUpdate";
  change.refused = refuse_word(wanted, "supportType", "STANDARD EXTENDED");
  if (wanted == cluster.body.at("upgradePolicy")) change.already = "upgrade policy provided";
  change.params = Json::array({update_param("UpgradePolicy", wanted)});
  change.finish = set_member("/upgradePolicy", wanted);
  return change;
}

Change protection_change(const EksCluster& cluster, bool wanted) {
  Change change;
  change.type = "DeletionProtectionUpdate";
  change.span = std::chrono::seconds(5);
  if (wanted == cluster.deletion_protection) change.already = "deletion protection provided";
  change.params = Json::array({update_param("DeletionProtection", wanted)});
  change.finish = [wanted](OpContext&, EksCluster& living) {
    living.deletion_protection = wanted;
    return Json();
  };
  return change;
}

bool has_any(const Json& object, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return object.contains(n); });
}

std::vector<Change> changes_of(OpContext& context, const EksCluster& cluster, const Json& params) {
  std::vector<Change> changes;
  const Json network = params.value("resourcesVpcConfig", Json::object());
  if (has_any(network, {"endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"})) {
    changes.push_back(endpoint_change(cluster, network));
  }
  if (has_any(network, {"subnetIds", "securityGroupIds"})) {
    changes.push_back(network_change(context, cluster, network));
  }
  if (const Json* wanted = member(params, "logging")) {
    changes.push_back(logging_change(cluster, *wanted));
  }
  if (const Json* wanted = member(params, "accessConfig")) {
    changes.push_back(access_change(cluster, *wanted));
  }
  if (const Json* wanted = member(params, "upgradePolicy")) {
    changes.push_back(upgrade_policy_change(cluster, *wanted));
  }
  if (params.contains("deletionProtection")) {
    changes.push_back(protection_change(cluster, flag(params, "deletionProtection")));
  }
  return changes;
}

// E28: one update of a cluster at a time, and only of a cluster that stands.
std::optional<Answer> refuse_update(const EksCluster& cluster, const std::string& type) {
  for (const auto& [id, update] : cluster.updates) {
    if (!update.owner.empty() || update.status != "InProgress") continue;
    return eks_in_use("Cannot " + type + " because cluster " + cluster.name +
                      " currently has update " + id + " in progress");
  }
  if (cluster.status == "ACTIVE") return std::nullopt;
  return eks_bad_state("Cluster " + cluster.name + " is in status " + cluster.status +
                       ": the request is invalid given the state of the cluster");
}

Answer update_cluster_config(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "name"));
  if (cluster == nullptr) return error;
  if (auto no =
          refuse_members(params.value("resourcesVpcConfig", Json::object()), "resourcesVpcConfig",
                         "subnetIds securityGroupIds endpointPublicAccess "
                         "endpointPrivateAccess publicAccessCidrs")) {
    return *std::move(no);
  }
  std::vector<Change> changes = changes_of(context, *cluster, params);
  if (changes.empty()) return eks_invalid("No changes detected: nothing to update was given");
  if (changes.size() > 1) return eks_invalid("Only one type of update can be allowed");
  Change& change = changes.front();
  if (auto no = refuse_update(*cluster, change.type)) return *std::move(no);
  if (change.refused) return *change.refused;
  if (!change.already.empty()) {
    return eks_invalid("No changes detected: no changes needed for the " + change.already);
  }
  cluster->status = "UPDATING";
  return begin_update(context, *cluster, "", change.type, change.params, change.span,
                      [finish = change.finish](OpContext& later, EksCluster& living) {
                        living.status = "ACTIVE";
                        return finish(later, living);
                      });
}

// E30: one minor version at a time, and the nodes have caught up first.
std::optional<Answer> refuse_version(const EksCluster& cluster, const std::string& wanted,
                                     bool must_match) {
  const std::string before = cluster.body.at("version");
  if (minor_version(wanted) == 0) return eks_invalid("unsupported Kubernetes version " + wanted);
  if (minor_version(wanted) != minor_version(before) + 1) {
    return eks_invalid("Unsupported Kubernetes minor version update from " + before + " to " +
                       wanted);
  }
  const int skew = must_match ? 1 : minor_version(wanted) >= 28 ? 3 : 2;
  const bool behind = cluster.nodegroups.any([&](const EksNodegroup& n) {
    return minor_version(n.body.at("version")) + skew < minor_version(wanted);
  });
  if (!behind) return std::nullopt;
  return eks_bad_state("Nodegroups of cluster " + cluster.name + " must be updated to version " +
                       before + " before the cluster can be updated");
}

Answer update_cluster_version(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "name"));
  if (cluster == nullptr) return error;
  const std::string& wanted = text(params, "version");
  if (auto no = refuse_update(*cluster, "VersionUpdate")) return *std::move(no);
  if (auto no = refuse_version(*cluster, wanted, context.region.eks.nodes_must_match)) {
    return *std::move(no);
  }
  cluster->status = "UPDATING";
  return begin_update(context, *cluster, "", "VersionUpdate",
                      Json::array({update_param("Version", wanted)}), kClusterVersionTime,
                      [wanted](OpContext&, EksCluster& living) {
                        living.status = "ACTIVE";
                        living.body["version"] = wanted;
                        return Json();
                      });
}

std::string owner_of(const Json& params) {
  if (params.contains("nodegroupName")) return "nodegroup/" + text(params, "nodegroupName");
  if (params.contains("addonName")) return "addon/" + text(params, "addonName");
  return {};
}

Answer describe_update(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "name"));
  if (cluster == nullptr) return error;
  const auto found = cluster->updates.find(text(params, "updateId"));
  if (found == cluster->updates.end() || found->second.owner != owner_of(params)) {
    return eks_not_found("No update found for ID: " + text(params, "updateId"));
  }
  return done({{"update", show_update(found->second)}});
}

Answer list_updates(OpContext& context, const Json& params) {
  auto [cluster, error] = find_cluster(context, text(params, "name"));
  if (cluster == nullptr) return error;
  Json ids = Json::array();
  for (const auto& [id, update] : cluster->updates) {
    if (update.owner == owner_of(params)) ids.push_back(id);
  }
  return done({{"updateIds", std::move(ids)}});
}

constexpr OpRule kEksClusterUpdateOps[] = {
    {"eks", "UpdateClusterConfig", update_cluster_config, kMutates,
     "name! resourcesVpcConfig:o logging:o accessConfig:o upgradePolicy:o deletionProtection:b",
     "clientRequestToken"},
    {"eks", "UpdateClusterVersion", update_cluster_version, kMutates, "name! version! force:b",
     "clientRequestToken"},
    {"eks", "DescribeUpdate", describe_update, kReads, "name! updateId! nodegroupName addonName"},
    {"eks", "ListUpdates", list_updates, kReads,
     "name! nodegroupName addonName maxResults:i nextToken"},
};

}  // namespace

std::span<const OpRule> eks_cluster_update_ops() {
  return kEksClusterUpdateOps;
}

}  // namespace byoc::sim
