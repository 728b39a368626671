// What the status of a Cluster says beyond single fields of its resources.
#include "reconcilers/build.h"
#include "reconcilers/reference.h"
#include "reconcilers/status.h"

namespace byoc {
namespace {

// Where a cluster that others made has its nodes: what it names itself.
void write_place_of_foreign(Object& object, const Observed& cluster) {
  Json& network = object.status["network"];
  for (const auto& [name, field] :
       {std::pair("vpcId", "resourcesVpcConfig/vpcId"),
        std::pair("clusterSecurityGroupId", "resourcesVpcConfig/clusterSecurityGroupId")}) {
    const Json& value = member(cluster.fields, field);
    if (!value.is_null()) network[name] = value;
  }
  Json subnets = Json::array();
  for (const Json& id : member(cluster.fields, "resourcesVpcConfig/subnetIds")) {
    subnets.push_back({{"id", id}});
  }
  network["nodeSubnets"] = std::move(subnets);
  const Json& role = member(cluster.fields, "roleArn");
  if (role.is_string()) object.status["clusterRoleArn"] = role;
}

}  // namespace

// The endpoint counts as there only when the control plane can be used.
void write_cluster_outputs(Object& object, const ByKey& by_key) {
  Json subnets = Json::array();
  // By what the manifest says: a look that shows a part of the subnets does not move the nodes.
  const bool has_private = text_member(object.spec, "network/nat") != "None";
  const std::string wanted = has_private ? "subnet/private-" : "subnet/public-";
  for (const auto& [key, observed] : by_key) {
    if (!key.starts_with(wanted)) continue;
    subnets.push_back({{"id", observed->id},
                       {"zone", member(observed->fields, "AvailabilityZone")},
                       {"cidr", member(observed->fields, "CidrBlock")}});
  }
  object.status["network"]["nodeSubnets"] = std::move(subnets);
  const auto cluster = by_key.find("cluster");
  object.status.erase("endpoint");
  const bool has_own = by_key.contains("vpc");
  if (observes(object) && cluster != by_key.end() && !has_own) {
    write_place_of_foreign(object, *cluster->second);
  }
  if (cluster == by_key.end() || cluster->second->life != Life::ready) return;
  const Json& endpoint = member(cluster->second->fields, "endpoint");
  if (endpoint.is_string()) object.status["endpoint"] = endpoint;
}

// For dry runs: stands for what a Cluster will have once it is there.
void expect_cluster_outputs(Object& object) {
  const std::string later = std::string(kKnownLater) + to_string(object.key()) + ")";
  Json& status = object.status;
  // Where it gets in the end: its nodes go up with it, step by step.
  const std::string version = text_member(object.spec, "kubernetesVersion");
  if (!version.empty() && status.contains("kubernetesVersion")) {
    status["kubernetesVersion"] = version;
  }
  for (const char* name : {"nodeRoleArn", "eksName", "endpoint"}) {
    if (!status.contains(name)) status[name] = later;
  }
  Json& network = status["network"];
  if (!network.contains("nodeSecurityGroupId")) network["nodeSecurityGroupId"] = later;
  if (!network.contains("nodeSubnets") || network["nodeSubnets"].empty()) {
    network["nodeSubnets"] = Json::array({{{"id", later}, {"zone", ""}}});
  }
}

}  // namespace byoc
