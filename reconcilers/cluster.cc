// Cluster -> Graph: a dedicated network, identities, storage, an EKS control plane and its nodes.
#include <algorithm>

#include "reconcilers/build.h"
#include "reconcilers/cluster_parts.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

// "a" and "us-west-2a" both mean the zone us-west-2a.
std::string full_zone(const std::string& zone, const std::string& region) {
  return zone.size() <= 2 ? region + zone : zone;
}

Built wrong(std::string reason, std::string message) {
  Built built;
  built.reason = std::move(reason);
  built.message = std::move(message);
  built.wrong = true;
  return built;
}

std::vector<std::string> chosen_zones(const Object& object, const Facts& facts) {
  std::vector<std::string> zones;
  for (const Json& zone : member(object.spec, "network/zones")) {
    zones.push_back(full_zone(zone.get<std::string>(), facts.region));
  }
  if (!zones.empty()) return zones;
  constexpr std::size_t kZones = 2;
  for (const std::string& zone : facts.zones) {
    // The first zones where EKS control planes may stand (aws-rules E23: not in us-east-1e).
    if (zone != "us-east-1e" && zones.size() < kZones) zones.push_back(zone);
  }
  return zones;
}

// Anybody's cluster: what it is, not what it stands in. A version that is given is compared.
Built observed_cluster(const Object& object, const std::string& eks_name) {
  Built built;
  Desired node;
  node.type = "cluster";
  node.key = "cluster";
  node.params = {{"name", eks_name}};
  const Json& version = member(object.spec, "kubernetesVersion");
  if (version.is_string()) node.params["version"] = version;
  built.graph.nodes.push_back(std::move(node));
  built.graph.main = "cluster";
  apply_management(object, built.graph);
  return built;
}

}  // namespace

Desired& ClusterPlan::add(std::string type, std::string key, Json params) {
  Desired node;
  node.type = std::move(type);
  node.key = std::move(key);
  node.params = std::move(params);
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back();
}

Built build_cluster(const Object& object, const Owner& owner, const Facts& facts) {
  Built built;
  ClusterPlan plan{object, owner, facts, aws_name("", object.metadata.name, "", 100),
                   {},     {},    "",    built.graph};
  if (observes(object)) return observed_cluster(object, plan.eks_name);
  built.graph.main = "cluster";
  plan.zones = chosen_zones(object, facts);
  if (plan.zones.size() < 2) {
    return wrong("TooFewZones", "EKS needs two availability zones, and " + facts.region + " has " +
                                    std::to_string(plan.zones.size()) + " that can be used");
  }
  for (const std::string& zone : plan.zones) {
    const bool known = facts.zones.empty() ||
                       std::find(facts.zones.begin(), facts.zones.end(), zone) != facts.zones.end();
    if (!known) {
      return wrong("UnknownZone", facts.region + " has no availability zone " + zone);
    }
    plan.zone_marks.push_back(zone.substr(facts.region.size()));
  }
  const Json& nat = member(object.spec, "network/nat");
  plan.nat = nat.is_string() ? nat.get<std::string>() : "Single";
  built.graph.secrets = {};  // the external id opens the account; nothing in the graph holds it
  add_network(plan);
  add_groups(plan);
  add_identity(plan);
  add_storage(plan);
  add_control_plane(plan);
  add_management_nodes(plan);
  apply_management(object, built.graph);
  return built;
}

}  // namespace byoc
