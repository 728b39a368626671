// What the tests of EKS share: a network with a way out, roles, and a cluster in it.
#pragma once

#include <string>

#include "tests/sim/testing.h"

namespace byoc::sim {

using std::chrono::minutes;
using std::chrono::seconds;

inline std::string service_trust(const std::string& service) {
  const Json statement = {
      {"Effect", "Allow"}, {"Principal", {{"Service", service}}}, {"Action", "sts:AssumeRole"}};
  return Json({{"Version", "2012-10-17"}, {"Statement", statement}}).dump();
}

struct EksTest : Ec2Test {
  std::string vpc_id, subnet_a, subnet_b, cluster_role, node_role;

  EksTest() {
    vpc_id = vpc();
    subnet_a = subnet(vpc_id, "10.0.0.0/24", "us-west-2a");
    subnet_b = subnet(vpc_id, "10.0.1.0/24", "us-west-2b");
    open_network();
    cluster_role = role("cluster", "eks.amazonaws.com", {"AmazonEKSClusterPolicy"});
    node_role = role("nodes", "ec2.amazonaws.com",
                     {"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy",
                      "AmazonEC2ContainerRegistryReadOnly"});
  }

  // The subnets are public: nodes get addresses and a route to the internet.
  void open_network() {
    const std::string gateway = attached_gateway(vpc_id);
    const std::string route_table = table(vpc_id);
    ec2("CreateRoute", {{"RouteTableId", route_table},
                        {"DestinationCidrBlock", "0.0.0.0/0"},
                        {"GatewayId", gateway}});
    for (const std::string& id : {subnet_a, subnet_b}) {
      ec2("AssociateRouteTable", {{"RouteTableId", route_table}, {"SubnetId", id}});
      ec2("ModifySubnetAttribute", {{"SubnetId", id}, {"MapPublicIpOnLaunch", {{"Value", true}}}});
    }
  }

  std::string role(const std::string& name, const std::string& service,
                   std::initializer_list<const char*> policies) {
    const Json made =
        must(cloud, "iam", "CreateRole",
             {{"RoleName", name}, {"AssumeRolePolicyDocument", service_trust(service)}});
    for (const char* policy : policies) {
      const std::string arn = std::string("arn:aws:iam::aws:policy/") + policy;
      must(cloud, "iam", "AttachRolePolicy", {{"RoleName", name}, {"PolicyArn", arn}});
    }
    return made["Role"]["Arn"].get<std::string>();
  }

  Json eks(const std::string& operation, Json params = Json::object()) {
    return must(cloud, "eks", operation, std::move(params));
  }
  std::string eks_code(const std::string& operation, Json params = Json::object()) {
    return code_of(cloud, "eks", operation, std::move(params));
  }

  Json cluster_params(const Json& change = Json::object()) {
    Json params = {{"name", "train"},
                   {"version", "1.33"},
                   {"roleArn", cluster_role},
                   {"accessConfig", {{"authenticationMode", "API"}}},
                   {"resourcesVpcConfig", {{"subnetIds", {subnet_a, subnet_b}}}}};
    params.update(change);
    return params;
  }
  void make_cluster(const Json& change = Json::object()) {
    eks("CreateCluster", cluster_params(change));
    cloud.advance(minutes(12));
    ASSERT_EQ(cluster()["status"], "ACTIVE");
  }
  Json cluster() { return eks("DescribeCluster", {{"name", "train"}})["cluster"]; }

  Json nodegroup_params(const Json& change = Json::object()) {
    Json params = {{"clusterName", "train"},
                   {"nodegroupName", "workers"},
                   {"nodeRole", node_role},
                   {"subnets", {subnet_a, subnet_b}},
                   {"instanceTypes", {"t3.large"}},
                   {"scalingConfig", {{"minSize", 0}, {"maxSize", 4}, {"desiredSize", 2}}}};
    params.update(change);
    return params;
  }
  void make_nodegroup(const Json& change = Json::object()) {
    eks("CreateNodegroup", nodegroup_params(change));
    cloud.advance(minutes(3));
  }
  Json nodegroup() {
    const Json params = {{"clusterName", "train"}, {"nodegroupName", "workers"}};
    return eks("DescribeNodegroup", params)["nodegroup"];
  }
  Json on_cluster(const Json& more = Json::object()) {
    Json params = {{"clusterName", "train"}};
    params.update(more);
    return params;
  }
  const Ec2& ec2_state() { return cloud.account("111122223333").regions["us-west-2"].ec2; }
};

}  // namespace byoc::sim
