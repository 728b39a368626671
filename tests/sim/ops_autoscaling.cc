// Auto Scaling: a look at the groups that EKS makes for managed nodegroups.
#include <algorithm>

#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

Json show_members(const Ec2& ec2, const std::string& group) {
  Json members = Json::array();
  ec2.instances.each([&](const auto& id, const Instance& one) {
    if (one.scaling_group != group) return;
    members.push_back({{"InstanceId", id},
                       {"InstanceType", one.type},
                       {"AvailabilityZone", one.zone},
                       {"LifecycleState", "InService"},
                       {"HealthStatus", "Healthy"},
                       {"ProtectedFromScaleIn", false}});
  });
  return members;
}

Json show_group_tags(const ScalingGroup& group) {
  Json tags = Json::array();
  for (const auto& [key, value] : group.tags) {
    tags.push_back({{"Key", key},
                    {"Value", value},
                    {"ResourceId", group.name},
                    {"ResourceType", "auto-scaling-group"},
                    {"PropagateAtLaunch", true}});
  }
  return tags;
}

Json show_scaling_group(const OpContext& context, const ScalingGroup& group) {
  const Ec2& ec2 = context.region.ec2;
  std::string subnets;
  Strings zones;
  for (const std::string& id : group.subnets) {
    subnets += (subnets.empty() ? "" : ",") + id;
    const Subnet* subnet = ec2.subnets.find(id);
    if (subnet != nullptr && std::find(zones.begin(), zones.end(), subnet->zone) == zones.end()) {
      zones.push_back(subnet->zone);
    }
  }
  return {{"AutoScalingGroupName", group.name},
          {"AutoScalingGroupARN",
           context.arn("autoscaling", "autoScalingGroup:autoScalingGroupName/" + group.name)},
          {"MinSize", group.min},
          {"MaxSize", group.max},
          {"DesiredCapacity", group.desired},
          {"AvailabilityZones", zones},
          {"VPCZoneIdentifier", subnets},
          {"HealthCheckType", "EC2"},
          {"CreatedTime", format_time(group.created)},
          {"Instances", show_members(ec2, group.name)},
          {"Tags", show_group_tags(group)}};
}

// Names that do not exist are left out, without an error.
Answer describe_scaling_groups(OpContext& context, const Json& params) {
  const Json& names = list(params, "AutoScalingGroupNames");
  std::vector<Filter> filters;
  Answer bad = read_filters(params, "", filters);
  if (!bad.ok()) return bad;
  Json items = Json::array();
  context.ec2().scaling_groups.each_listed(context.sight, [&](const auto& name, const auto& group) {
    const bool named =
        names.empty() || std::find(names.begin(), names.end(), Json(name)) != names.end();
    const bool fit = std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
      return fits_tags(filter, group.tags);
    });
    if (named && fit) items.push_back(show_scaling_group(context, group));
  });
  return done({{"AutoScalingGroups", std::move(items)}});
}

constexpr OpRule kAutoscalingOps[] = {
    {"autoscaling", "DescribeAutoScalingGroups", describe_scaling_groups, kReads,
     "AutoScalingGroupNames:l Filters:l MaxRecords:i"},
};

}  // namespace

std::span<const OpRule> autoscaling_ops() {
  return kAutoscalingOps;
}

}  // namespace byoc::sim
