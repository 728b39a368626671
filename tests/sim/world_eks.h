// The EKS of one simulated account and region: plain values, by name.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "tests/sim/table.h"
#include "tests/sim/world_ec2.h"

namespace byoc::sim {

// An asynchronous change of a cluster, nodegroup or add-on.
struct EksUpdate {
  std::string id;
  std::string owner;   // "" (the cluster), "nodegroup/NAME" or "addon/NAME"
  std::string type;    // "VersionUpdate", "EndpointAccessUpdate", ...
  std::string status;  // "InProgress", "Successful", "Failed"
  Json params = Json::array();
  Json errors = Json::array();
  Time created{};
};

struct EksNodegroup {
  std::string name;
  Json body;  // as DescribeNodegroup shows it, without status, health, tags and times
  std::string status;
  Json issues = Json::array();
  std::string template_id;  // of the user's launch template; empty: none
  std::string scaling_group;
  Time created{};
  Time modified{};
  Tags tags;
};

struct EksAddon {
  std::string name;
  Json body;  // as DescribeAddon shows it, without status, health, tags and times
  std::string status;
  Json issues = Json::array();
  Time created{};
  Time modified{};
  Tags tags;
};

struct EksAccessPolicy {
  Json scope;  // {"type", "namespaces"}
  Time associated{};
  Time modified{};
};

struct EksAccessEntry {
  std::string principal;
  std::string arn;
  std::string username;
  std::string type;  // "STANDARD", "EC2_LINUX", ...
  std::vector<std::string> groups;
  std::map<std::string, EksAccessPolicy> policies;  // by policy ARN
  Time created{};
  Time modified{};
  Tags tags;
};

struct EksCluster {
  std::string name;
  Json body;  // as DescribeCluster shows it, without status, health, tags and times
  std::string status;
  Json issues = Json::array();
  bool deletion_protection = false;
  bool self_managed_addons = true;      // EKS installed vpc-cni, kube-proxy and coredns itself
  std::string group;                    // the cluster security group that EKS made
  std::vector<std::string> interfaces;  // the "Amazon EKS <name>" interfaces
  Time created{};
  Tags tags;
  Table<EksNodegroup> nodegroups;
  Table<EksAddon> addons;
  Table<EksAccessEntry> entries;             // by principal ARN
  std::map<std::string, EksUpdate> updates;  // by id
  std::set<std::string> fargate_profiles;    // that others made
};

// How an update ends that EKS has accepted.
struct UpdateFailure {
  std::string code;  // of the update's errors, and of the add-on's issues
  std::string message;
  Duration after{std::chrono::seconds(5)};
};

struct Eks {
  Table<EksCluster> clusters;
  int cluster_quota = 100;
  int nodegroup_quota = 30;  // per cluster
  // E30: whether all node groups must have a cluster's version before it is raised, as the API
  // reference says; else they may be as old as Kubernetes allows.
  bool nodes_must_match = true;
  std::set<std::string> full_zones;  // without room for a control plane at the moment
  // By the owner of an update ("nodegroup/NAME"): its updates fail while it stands here.
  std::map<std::string, UpdateFailure> failing_updates;
};

}  // namespace byoc::sim
