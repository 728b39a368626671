// What EKS does by itself while a nodegroup is made and unmade.
#include <algorithm>

#include "base/check.h"
#include "tests/sim/ec2.h"
#include "tests/sim/eks.h"
#include "tests/sim/iam.h"

namespace byoc::sim {
namespace {

// Either is enough for nodes.
constexpr std::string_view kWorkerPolicies =
    "AmazonEKSWorkerNodePolicy AmazonEKSWorkerNodeMinimalPolicy";

// An asynchronous failure: a code of health.issues and a sentence; no code: none.
struct Issue {
  std::string code;
  std::string message;
  Json ids = Json::array();
};

struct Found {
  EksCluster* cluster = nullptr;
  EksNodegroup* nodegroup = nullptr;  // null: it is gone, or another one by now
};

Found same_nodegroup(OpContext& context, const std::string& cluster_name, const std::string& name,
                     Time created) {
  EksCluster* cluster = context.region.eks.clusters.find(cluster_name);
  if (cluster == nullptr) return {};
  EksNodegroup* nodegroup = cluster->nodegroups.find(name);
  if (nodegroup == nullptr || nodegroup->created != created) return {};
  return {cluster, nodegroup};
}

const RouteTable* route_table_of(const Ec2& ec2, const Subnet& subnet) {
  const RouteTable* main = nullptr;
  const RouteTable* own = nullptr;
  ec2.route_tables.each([&](const auto&, const RouteTable& table) {
    if (table.vpc != subnet.vpc) return;
    if (table.main) main = &table;
    for (const RouteTableAssociation& association : table.associations) {
      if (association.subnet == subnet.id) own = &table;
    }
  });
  return own == nullptr ? main : own;
}

// Whether a node in the subnet reaches the internet: images, the EKS API.
Issue no_way_out(const Ec2& ec2, const Subnet& subnet) {
  const Issue unreachable = {
      "NodeCreationFailure", "Instances failed to join the kubernetes cluster", {subnet.id}};
  const RouteTable* table = route_table_of(ec2, subnet);
  if (table == nullptr) return unreachable;
  const auto route = table->routes.find("0.0.0.0/0");
  if (route == table->routes.end()) return unreachable;
  if (!route->second.nat.empty()) {
    const NatGateway* nat = ec2.nat_gateways.find(route->second.nat);
    return nat != nullptr && nat->state == "available" ? Issue{} : unreachable;
  }
  if (ec2.internet_gateways.find(route->second.gateway) == nullptr) return unreachable;
  if (subnet.map_public_ip) return {};
  return {"Ec2SubnetInvalidConfiguration",
          "One or more Amazon EC2 Subnets of [" + subnet.id +
              "] for node group does not automatically assign public IP addresses to instances "
              "launched into it.",
          {subnet.id}};
}

// Nodes become ready only with the add-ons "before compute": where EKS did not install its own,
// somebody must have.
bool lacks_network_addons(const EksCluster& cluster) {
  if (cluster.self_managed_addons) return false;
  return cluster.addons.find("vpc-cni") == nullptr || cluster.addons.find("kube-proxy") == nullptr;
}

Issue why_nodes_fail(OpContext& context, const EksCluster& cluster, const EksNodegroup& nodegroup) {
  const Json& body = nodegroup.body;
  if (!has_aws_policy(context.world, body.at("nodeRole"), kWorkerPolicies)) {
    return {"AccessDenied", "The node role lacks AmazonEKSWorkerNodePolicy.", Json::array()};
  }
  const int desired = body.at("scalingConfig").at("desiredSize");
  if (desired == 0) return {};
  if (lacks_network_addons(cluster)) {
    return {"NodeCreationFailure",
            "Unhealthy nodes in the kubernetes cluster: container runtime network not ready",
            Json::array()};
  }
  for (const Json& id : body.at("subnets")) {
    const Subnet* subnet = context.ec2().subnets.find(id.get_ref<const std::string&>());
    if (subnet == nullptr) return {"Ec2SubnetNotFound", "A subnet is gone.", {id}};
    if (free_addresses(context.ec2(), *subnet) == 0) {
      return {"InsufficientFreeAddresses", "A subnet has no free addresses.", {id}};
    }
    Issue issue = no_way_out(context.ec2(), *subnet);
    if (!issue.code.empty()) return issue;
  }
  return {};
}

Issue drawn_failure(OpContext& context, const EksNodegroup& nodegroup) {
  const int desired = nodegroup.body.at("scalingConfig").at("desiredSize");
  if (desired > 0 && context.random.chance(context.faults.capacity_shortage)) {
    const std::string type = nodegroup.body.at("instanceTypes").at(0);
    return {"AsgInstanceLaunchFailures",
            "Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do "
            "not have sufficient " +
                type + " capacity in the Availability Zone you requested.",
            {nodegroup.scaling_group}};
  }
  if (!context.random.chance(context.faults.nodegroup_create_failure)) return {};
  return {"NodeCreationFailure", "Instances failed to join the kubernetes cluster", Json::array()};
}

void nodegroup_made(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup, Issue issue) {
  if (issue.code.empty()) issue = why_nodes_fail(context, cluster, nodegroup);
  nodegroup.modified = context.now;
  if (issue.code.empty()) {
    const int desired = nodegroup.body.at("scalingConfig").at("desiredSize");
    resize_scaling_group(context, nodegroup.scaling_group, desired);
    nodegroup.status = "ACTIVE";
    return;
  }
  nodegroup.status = "CREATE_FAILED";
  nodegroup.issues = Json::array({as_issue(issue.code, issue.message, issue.ids)});
}

std::vector<std::string> node_groups(OpContext& context, const EksCluster& cluster,
                                     const EksNodegroup& nodegroup) {
  const Json none = Json::object();
  const Json choice = nodegroup.body.value("launchTemplate", none);
  if (choice.empty()) return {cluster.group};
  const auto found = find_template(context, text(choice, "id"), {}, text(choice, "version"));
  if (found.version == nullptr) return {cluster.group};
  const Json& groups = list(found.version->data, "SecurityGroupIds");
  if (groups.empty()) return {cluster.group};
  return groups.get<std::vector<std::string>>();
}

void make_nodes(OpContext& context, const EksCluster& cluster, EksNodegroup& nodegroup) {
  const Json& sizes = nodegroup.body.at("scalingConfig");
  ScalingGroup wanted;
  wanted.name = "eks-" + nodegroup.name + '-' + context.new_uuid();
  wanted.instance_type = nodegroup.body.at("instanceTypes").at(0);
  wanted.subnets = nodegroup.body.at("subnets").get<std::vector<std::string>>();
  wanted.groups = node_groups(context, cluster, nodegroup);
  wanted.min = sizes.at("minSize");
  wanted.max = sizes.at("maxSize");
  wanted.spot = nodegroup.body.at("capacityType") == "SPOT";
  wanted.tags = {{"eks:cluster-name", cluster.name},
                 {"eks:nodegroup-name", nodegroup.name},
                 {"k8s.io/cluster-autoscaler/enabled", "true"},
                 {"k8s.io/cluster-autoscaler/" + cluster.name, "owned"},
                 {"kubernetes.io/cluster/" + cluster.name, "owned"}};
  nodegroup.scaling_group = wanted.name;
  nodegroup.body["resources"] = {{"autoScalingGroups", {{{"name", wanted.name}}}}};
  make_scaling_group(context, std::move(wanted));
}

// The node's ipamd was stopped between detaching and deleting one of its interfaces.
void leak_interface(OpContext& context, const EksCluster& cluster, const EksNodegroup& nodegroup) {
  const std::string subnet = nodegroup.body.at("subnets").at(0);
  if (context.ec2().subnets.find(subnet) == nullptr) return;
  const std::string instance = context.new_id("i");
  NetworkInterface wanted;
  wanted.subnet = subnet;
  wanted.description = "aws-K8S-" + instance;
  wanted.groups = {cluster.group};
  wanted.tags = {{"cluster.k8s.amazonaws.com/name", cluster.name},
                 {"node.k8s.amazonaws.com/instance_id", instance}};
  make_interface(context, std::move(wanted), false);
}

// E32: without the node role and its permissions EKS cannot take down instances and interfaces.
Issue why_nodes_stay(World& world, const EksNodegroup& nodegroup) {
  if (nodegroup.body.at("scalingConfig").at("desiredSize") == 0) return {};
  const std::string role = nodegroup.body.at("nodeRole");
  if (role_by_arn(world, role) == nullptr) {
    return {"IamNodeRoleNotFound", "The node role could not be found.", {role}};
  }
  if (has_aws_policy(world, role, kWorkerPolicies)) return {};
  return {"AccessDenied", "The node role lacks AmazonEKSWorkerNodePolicy.", {role}};
}

void nodegroup_gone(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup) {
  remove_scaling_group(context, nodegroup.scaling_group);
  const bool had_nodes = nodegroup.body.at("scalingConfig").at("desiredSize") > 0;
  if (had_nodes && context.random.chance(context.faults.leaked_interface)) {
    leak_interface(context, cluster, nodegroup);
  }
  const std::string name = nodegroup.name;
  cluster.nodegroups.remove(name, context.now, context.hide_time());
}

}  // namespace

void start_nodegroup(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup) {
  make_nodes(context, cluster, nodegroup);
  Issue issue = drawn_failure(context, nodegroup);
  context.later(context.about(kNodegroupCreateTime),
                [cluster_name = cluster.name, name = nodegroup.name, created = nodegroup.created,
                 issue = std::move(issue)](OpContext& later) {
                  const Found found = same_nodegroup(later, cluster_name, name, created);
                  if (found.nodegroup != nullptr && found.nodegroup->status == "CREATING") {
                    nodegroup_made(later, *found.cluster, *found.nodegroup, issue);
                  }
                });
}

void end_nodegroup(OpContext& context, EksCluster& cluster, EksNodegroup& nodegroup) {
  const bool again = nodegroup.status == "DELETE_FAILED";
  Issue drawn;
  if (!again && context.random.chance(context.faults.nodegroup_delete_failure)) {
    drawn = {"Ec2SecurityGroupDeletionFailure",
             "Could not delete the remote access security group.", Json::array()};
  }
  nodegroup.status = "DELETING";
  nodegroup.issues = Json::array();
  context.later(context.about(kNodegroupDeleteTime), [cluster_name = cluster.name,
                                                      name = nodegroup.name,
                                                      created = nodegroup.created,
                                                      drawn = std::move(drawn)](OpContext& later) {
    const Found found = same_nodegroup(later, cluster_name, name, created);
    if (found.nodegroup == nullptr) return;
    const Issue issue = drawn.code.empty() ? why_nodes_stay(later.world, *found.nodegroup) : drawn;
    if (issue.code.empty()) return nodegroup_gone(later, *found.cluster, *found.nodegroup);
    found.nodegroup->status = "DELETE_FAILED";
    found.nodegroup->issues = Json::array({as_issue(issue.code, issue.message, issue.ids)});
  });
}

bool has_nodes(const EksCluster& cluster) {
  return cluster.nodegroups.any([](const EksNodegroup& nodegroup) {
    const bool stands = nodegroup.status == "ACTIVE" || nodegroup.status == "UPDATING" ||
                        nodegroup.status == "DEGRADED";
    return stands && nodegroup.body.at("scalingConfig").at("desiredSize") > 0;
  });
}

}  // namespace byoc::sim
