// The parts of a Cluster's graph: each function appends the nodes of one concern.
#pragma once

#include <string>
#include <vector>

#include "reconcilers/build.h"
#include "reconcilers/zones.h"

namespace byoc {

// What the parts of one cluster share.
struct ClusterPlan {
  const Object& object;
  const Owner& owner;
  const Facts& facts;
  std::string eks_name;
  std::vector<PlacedZone> zones;
  std::vector<std::string> zone_marks;  // what tells them apart: "a"
  std::string nat;                      // "None", "Single", "PerZone"
  Graph& graph;
  Json addons = nullptr;  // see decide_addons()

  Desired& add(std::string type, std::string key, Json params);
  // Nodes run in private subnets when there is a NAT gateway, else in public ones.
  [[nodiscard]] std::string node_subnet_kind() const {
    return nat == "None" ? "public" : "private";
  }
};

void add_network(ClusterPlan& plan);
void add_groups(ClusterPlan& plan);
void add_identity(ClusterPlan& plan);
void add_storage(ClusterPlan& plan);
void add_control_plane(ClusterPlan& plan);
void add_management_nodes(ClusterPlan& plan);

// The volume of a node that holds images and data of pods.
struct Disk {
  std::string device = "/dev/xvda";
  int gib = 50;
  std::string type = "gp3";
  int iops = 0;  // 0: the type's own
};

// The launch template data that all nodes of byoc share: encrypted disk, IMDSv2, group, tags.
[[nodiscard]] Json launch_template_data(const Disk& disk, const Json& group_id, const Owner& owner,
                                        const Tags& tags);

// The EKS AMI type that fits an x86-64 instance type: with GPU drivers for GPU families.
[[nodiscard]] std::string ami_type_for(const std::string& instance_type);

}  // namespace byoc
