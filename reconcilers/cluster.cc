// Cluster -> Graph: a dedicated network, identities, storage, an EKS control plane and its nodes.
#include "reconcilers/addons.h"
#include "reconcilers/build.h"
#include "reconcilers/cluster_parts.h"
#include "reconcilers/reference.h"

namespace byoc {
namespace {

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
  ClusterPlan plan{object, owner, facts,       cluster_name(object.metadata.name), {},
                   {},     "",    built.graph, decide_addons(object, facts)};
  if (observes(object)) return observed_cluster(object, plan.eks_name);
  built.graph.main = "cluster";
  plan.zones = choose_zones(object, facts, built);
  if (!built.reason.empty()) return built;
  for (const PlacedZone& zone : plan.zones) {
    plan.zone_marks.push_back(zone.name.substr(facts.region.size()));
  }
  built.decided = {{"zones", zones_json(plan.zones)}};
  if (!plan.addons.is_null()) built.decided["addons"] = plan.addons;
  const Json& nat = member(object.spec, "network/nat");
  plan.nat = nat.is_string() ? nat.get<std::string>() : "Single";
  built.graph.secrets = {};  // the external id opens the account; nothing in the graph holds it
  add_network(plan);
  add_groups(plan);
  add_identity(plan);
  add_storage(plan);
  add_control_plane(plan);
  add_management_nodes(plan);
  const bool exclusive = member(object.spec, "network/exclusive") == true;
  for (Desired& node : built.graph.nodes) {
    if (node.type == "route-table" || node.type == "security-group") node.exclusive = exclusive;
  }
  apply_management(object, built.graph);
  return built;
}

}  // namespace byoc
