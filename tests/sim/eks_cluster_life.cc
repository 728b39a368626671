// What EKS does by itself while a cluster is made and unmade.
#include "tests/sim/ec2.h"
#include "tests/sim/eks.h"
#include "tests/sim/store.h"

namespace byoc::sim {
namespace {

constexpr std::size_t kControlPlaneInterfaces = 2;
constexpr Duration kLogsRevivedAfter = std::chrono::seconds(150);

// The living cluster of that name, unless it is another one by now.
EksCluster* same_cluster(OpContext& context, const std::string& name, Time created) {
  EksCluster* cluster = context.region.eks.clusters.find(name);
  return cluster != nullptr && cluster->created == created ? cluster : nullptr;
}

void make_cluster_group(OpContext& context, EksCluster& cluster, const std::string& vpc) {
  SecurityGroup wanted;
  wanted.name = "eks-cluster-sg-" + cluster.name + '-' + context.new_code(10);
  wanted.description =
      "EKS created security group applied to ENI that is attached to EKS Control Plane master "
      "nodes, as well as any managed workloads.";
  wanted.vpc = vpc;
  wanted.tags = {{"Name", wanted.name},
                 {"aws:eks:cluster-name", cluster.name},
                 {"kubernetes.io/cluster/" + cluster.name, "owned"}};
  cluster.group = make_group(context, std::move(wanted)).id;
  GroupRule self;
  self.id = context.new_id("sgr");
  self.group = self.peer_group = cluster.group;
  self.protocol = "-1";
  const std::string id = self.id;
  context.ec2().rules.add(id, std::move(self), Lag{});
  cluster.body["resourcesVpcConfig"]["clusterSecurityGroupId"] = cluster.group;
}

void make_cluster_interfaces(OpContext& context, EksCluster& cluster) {
  const Json& network = cluster.body.at("resourcesVpcConfig");
  const Json& subnets = network.at("subnetIds");
  for (std::size_t i = 0; i < kControlPlaneInterfaces; ++i) {
    NetworkInterface wanted;
    wanted.subnet = subnets.at(i % subnets.size()).get<std::string>();
    wanted.description = "Amazon EKS " + cluster.name;
    wanted.requester = "amazon-eks";
    wanted.groups = network.at("securityGroupIds").get<std::vector<std::string>>();
    wanted.groups.push_back(cluster.group);
    cluster.interfaces.push_back(make_interface(context, std::move(wanted)).id);
  }
}

bool logs_enabled(const EksCluster& cluster) {
  for (const Json& setup : cluster.body.at("logging").at("clusterLogging")) {
    if (setup.at("enabled") == true && !setup.at("types").empty()) return true;
  }
  return false;
}

void cluster_made(OpContext& context, EksCluster& cluster, bool fails) {
  if (fails) {
    cluster.status = "FAILED";
    cluster.issues = Json::array(
        {as_issue("InternalFailure", "The control plane could not be created.", Json::array())});
    return;
  }
  const std::string id = context.new_code(32);
  const std::string domain = ".eks." + context.region.name + ".amazonaws.com";
  cluster.status = "ACTIVE";
  cluster.body["endpoint"] = "https://" + id + ".gr7" + domain;
  cluster.body["identity"] = {{"oidc", {{"issuer", "https://oidc" + domain + "/id/" + id}}}};
  cluster.body["certificateAuthority"] = {{"data", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"}};
  if (logs_enabled(cluster)) write_log_group(context, "/aws/eks/" + cluster.name + "/cluster");
}

void cluster_gone(OpContext& context, EksCluster& cluster) {
  for (const std::string& id : cluster.interfaces) remove_interface(context, id);
  // A group that something still uses stays behind: its user must sweep it.
  if (!cluster.group.empty() && context.ec2().groups.find(cluster.group) != nullptr &&
      !group_in_use(context.ec2(), cluster.group)) {
    remove_group(context, cluster.group);
  }
  if (logs_enabled(cluster) && context.random.chance(context.faults.revived_logs)) {
    const std::string group = "/aws/eks/" + cluster.name + "/cluster";
    context.later(context.nearly(kLogsRevivedAfter),
                  [group](OpContext& later) { write_log_group(later, group); });
  }
  const std::string name = cluster.name;
  context.region.eks.clusters.remove(name, context.now, context.hide_time());
}

}  // namespace

void move_cluster_interfaces(OpContext& context, EksCluster& cluster) {
  for (const std::string& id : cluster.interfaces) remove_interface(context, id);
  cluster.interfaces.clear();
  make_cluster_interfaces(context, cluster);
}

void start_cluster(OpContext& context, EksCluster& cluster) {
  make_cluster_group(context, cluster, cluster.body.at("resourcesVpcConfig").at("vpcId"));
  make_cluster_interfaces(context, cluster);
  const bool fails = context.random.chance(context.faults.cluster_create_failure);
  context.later(context.about(kClusterCreateTime),
                [name = cluster.name, created = cluster.created, fails](OpContext& later) {
                  EksCluster* same = same_cluster(later, name, created);
                  if (same != nullptr && same->status == "CREATING") {
                    cluster_made(later, *same, fails);
                  }
                });
}

void end_cluster(OpContext& context, EksCluster& cluster) {
  cluster.status = "DELETING";
  context.later(context.about(kClusterDeleteTime),
                [name = cluster.name, created = cluster.created](OpContext& later) {
                  EksCluster* same = same_cluster(later, name, created);
                  if (same != nullptr) cluster_gone(later, *same);
                });
}

}  // namespace byoc::sim
