// NodeGroup -> Graph: an EKS-managed node group with a launch template, in a Cluster's network.
#include <algorithm>

#include "reconcilers/build.h"
#include "reconcilers/cluster_parts.h"
#include "reconcilers/offers.h"
#include "reconcilers/reference.h"
#include "reconcilers/step.h"
#include "reconcilers/zones.h"

namespace byoc {
namespace {

constexpr std::size_t kNameMax = 63;  // of an EKS node group

Built waiting(std::string reason, std::string message) {
  Built built;
  built.reason = std::move(reason);
  built.message = std::move(message);
  return built;
}

// Kubernetes' spelling of an effect in EKS's: NoSchedule is NO_SCHEDULE.
std::string eks_effect(const std::string& effect) {
  if (effect == "NoSchedule") return "NO_SCHEDULE";
  if (effect == "PreferNoSchedule") return "PREFER_NO_SCHEDULE";
  if (effect == "NoExecute") return "NO_EXECUTE";
  return effect;
}

Json taints_of(const Json& spec) {
  Json taints = Json::array();
  for (const Json& taint : member(spec, "taints")) {
    Json entry = {{"key", taint.at("key")},
                  {"effect", eks_effect(taint.at("effect").get<std::string>())}};
    if (taint.contains("value")) entry["value"] = taint["value"];
    taints.push_back(std::move(entry));
  }
  return taints;
}

struct ChosenSubnets {
  Json ids = Json::array();
  Json zones = Json::array();
  std::string missing;  // a zone that was decided, of which the cluster shows no subnet
};

// Whether a zone is the one that the manifest names ("a" or "us-east-1a"). The zone of a subnet
// that is still to be made is not known (empty), and may be that one.
bool is_zone(const std::string& zone, const Json& name) {
  return zone.empty() || zone.ends_with(name.get_ref<const std::string&>());
}

// Whether the manifest names the zone, or leaves all open.
bool is_wanted(const Json& zones, const std::string& zone) {
  return !zones.is_array() || zones.empty() ||
         std::any_of(zones.begin(), zones.end(),
                     [&](const Json& name) { return is_zone(zone, name); });
}

// The cluster's node subnets in the zones that the manifest names, else in those that were decided,
// else all of them. What the cluster does not show at the moment is not left out: a group's subnets
// cannot be changed.
ChosenSubnets choose_subnets(const Object& object, const Facts& facts, const Json& network) {
  const Json& zones = member(object.spec, "zones");
  const bool named = zones.is_array() && !zones.empty();
  std::vector<std::string> decided = decided_zones(facts);
  const bool open = named || decided.empty();
  std::erase_if(decided, [&](const std::string& zone) { return !is_wanted(zones, zone); });
  ChosenSubnets out;
  for (const Json& subnet : member(network, "nodeSubnets")) {
    const auto zone = subnet.value("zone", "");
    const auto known = std::find(decided.begin(), decided.end(), zone);
    if (known == decided.end() && !(open && is_wanted(zones, zone))) continue;
    if (known != decided.end()) decided.erase(known);
    out.ids.push_back(subnet.at("id"));
    out.zones.push_back({{"name", zone}});
  }
  if (!decided.empty()) out.missing = decided.front();
  return out;
}

// Source: Bottlerocket, README: its first volume is the system's, the second holds the data.
Disk disk_of(const Json& spec, const std::string& image) {
  const Json disk = spec.value("disk", Json::object());
  Disk out;
  if (image.starts_with("BOTTLEROCKET")) out.device = "/dev/xvdb";
  out.gib = disk.value("sizeGiB", out.gib);
  out.type = disk.value("type", out.type);
  out.iops = disk.value("iops", out.iops);
  return out;
}

// A zone that the manifest names and the cluster has no subnet in; empty when there is none.
std::string missing_zone(const Object& object, const Json& network) {
  for (const Json& name : member(object.spec, "zones")) {
    const Json& subnets = member(network, "nodeSubnets");
    const bool there = std::any_of(subnets.begin(), subnets.end(), [&](const Json& subnet) {
      return is_zone(subnet.value("zone", ""), name);
    });
    if (!there) return name.get<std::string>();
  }
  return "";
}

Built no_subnet_in(const std::string& zone, const ObjectKey& cluster) {
  Built built = waiting("ZoneNotInCluster", to_string(cluster) + " has no subnet in the zone " +
                                                zone + ": name zones of the cluster");
  built.wrong = true;
  return built;
}

Json scaling_of(const Json& spec) {
  const int min = spec.value("min", 0);
  const int max = spec.value("max", 10);
  return {{"minSize", min},
          {"maxSize", max},
          {"desiredSize", std::clamp(spec.value("desired", min), min, max)}};
}

// Nodes are never newer than their control plane. Without a version of their own they go up with it
// step by step (as with Terraform's EKS module); with one, as far as that.
void choose_version(const Json& spec, const Json& cluster_status, Desired& nodes) {
  const std::string pinned = text_member(spec, "kubernetesVersion");
  const std::string theirs = text_member(cluster_status, "kubernetesVersion");
  const bool own_image = text_member(nodes.params, "amiType") == "CUSTOM";
  if (!pinned.empty() && (theirs.empty() || !is_older(theirs, pinned))) {
    nodes.params["version"] = pinned;
  } else if (!theirs.empty() && !own_image) {
    nodes.params["version"] = theirs;
    nodes.at_least.emplace_back("version");
  }
}

// Anybody's node group, in anybody's cluster. A version that is given is compared.
Built observed_nodegroup(const Object& object, const Json& eks_name) {
  Built built;
  Desired nodes;
  nodes.type = "nodegroup";
  nodes.key = "nodegroup";
  nodes.params = {{"clusterName", eks_name},
                  {"nodegroupName", aws_name("", object.metadata.name, "", kNameMax)}};
  const Json& version = member(object.spec, "kubernetesVersion");
  if (version.is_string()) nodes.params["version"] = version;
  built.graph.nodes.push_back(std::move(nodes));
  built.graph.main = "nodegroup";
  apply_management(object, built.graph);
  return built;
}

Built wrong_types(std::string lack) {
  Built built = waiting("InstanceTypeNotOffered", std::move(lack));
  built.wrong = true;
  return built;
}

Built no_place_for_nodes(const ObjectKey& cluster) {
  Built built = waiting("ClusterOnlyObserved",
                        to_string(cluster) +
                            " is only observed: byoc knows neither a role nor a security group for "
                            "nodes in it. Set managementPolicy: Observe on the NodeGroup as well, "
                            "or let it refer to a Cluster that byoc made");
  built.wrong = true;
  return built;
}

}  // namespace

Built build_nodegroup(const Object& object, const Owner& owner, const Facts& facts) {
  const Json& spec = object.spec;
  const ObjectKey key{"Cluster", object.metadata.ns, text_member(spec, "clusterRef/name")};
  const auto found = facts.objects.find(key);
  if (found == facts.objects.end()) {
    return waiting("WaitingForCluster",
                   "waiting for " + to_string(key) + ", which does not exist yet");
  }
  const Json& status = found->second.status;
  const Json& network = member(status, "network");
  const Json& role = member(status, "nodeRoleArn");
  const Json& group = member(network, "nodeSecurityGroupId");
  const Json& eks_name = member(status, "eksName");
  if (observes(object) && eks_name.is_string()) return observed_nodegroup(object, eks_name);
  const ChosenSubnets subnets = choose_subnets(object, facts, network);
  const Json types = instance_types_of(spec);
  std::string lack = lack_of_offers(types, subnets.zones, facts);
  if (!lack.empty()) return wrong_types(std::move(lack));
  if (observes(found->second) && !role.is_string() && eks_name.is_string()) {
    return no_place_for_nodes(key);
  }
  if (!role.is_string() || !group.is_string() || !eks_name.is_string() ||
      member(network, "nodeSubnets").empty() || !member(status, "endpoint").is_string()) {
    return waiting("WaitingForCluster", "waiting for " + to_string(key) + " to be running");
  }
  if (!subnets.missing.empty()) {
    return waiting("WaitingForCluster",
                   "waiting for a subnet of " + to_string(key) + " in " + subnets.missing);
  }
  if (const std::string zone = missing_zone(object, network); !zone.empty()) {
    return no_subnet_in(zone, key);
  }
  const std::string name = aws_name("", object.metadata.name, "", kNameMax);
  const std::string image = spec.value("amiType", ami_type_for(types.at(0).get<std::string>()));
  Built built;
  Desired launch;
  launch.type = "launch-template";
  launch.key = "launch-template";
  launch.params = {{"LaunchTemplateName",
                    aws_name(eks_name.get<std::string>(), name, short_uid(owner.uid), 128)},
                   {"LaunchTemplateData",
                    launch_template_data(disk_of(spec, image), group, owner, tags_of(object))}};
  Desired nodes;
  nodes.type = "nodegroup";
  nodes.key = "nodegroup";
  nodes.params = {
      {"clusterName", eks_name},
      {"nodegroupName", name},
      {"scalingConfig", scaling_of(spec)},
      {"subnets", subnets.ids},
      {"instanceTypes", types},
      {"amiType", image},
      {"capacityType", spec.value("capacityType", "OnDemand") == "Spot" ? "SPOT" : "ON_DEMAND"},
      {"nodeRole", role},
      {"labels", spec.value("labels", Json::object())},
      {"taints", taints_of(spec)},
      {"launchTemplate",
       {{"id", ref("launch-template", "LaunchTemplateId")},
        {"version", ref("launch-template", "LatestVersion")}}}};
  choose_version(spec, status, nodes);
  nodes.params["updateConfig"] = {{"maxUnavailable", spec.value("maxUnavailable", 1)}};
  if (spec.value("scalingOwner", "Autoscaler") == "Autoscaler") {
    nodes.ignore.push_back("/scalingConfig/desiredSize");
  }
  built.decided = {{"zones", subnets.zones}};
  built.graph.nodes = {std::move(launch), std::move(nodes)};
  built.graph.main = "nodegroup";
  apply_management(object, built.graph);
  return built;
}

}  // namespace byoc
