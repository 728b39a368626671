// What other services' operations do in EC2, and what EC2's own files share.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/op.h"

namespace byoc::sim {

// Interfaces. `wanted` has subnet, description, groups, requester, tags...; id, vpc, zone, private
// address and, unless `attached` is false, an attachment are given here. The subnet must exist.
NetworkInterface& make_interface(OpContext& context, NetworkInterface wanted, bool attached = true);
void remove_interface(OpContext& context, const std::string& id);
[[nodiscard]] std::string new_public_address(OpContext& context);
// How many more interfaces fit into the subnet.
[[nodiscard]] std::uint64_t free_addresses(const Ec2& ec2, const Subnet& subnet);

// What others put into a VPC: an interface in each of its subnets, with this description, comes and
// goes with it. Load balancers have ids of their own; the others are given one here.
VpcUse& make_use(OpContext& context, std::string_view kind, VpcUse wanted,
                 const std::string& description = {});
bool remove_use(OpContext& context, std::string_view kind, const std::string& id);
[[nodiscard]] bool has_uses(const Ec2& ec2, const std::string& vpc);
// A running instance of nobody's scaling group.
Instance& make_instance(OpContext& context, const std::string& subnet,
                        const std::vector<std::string>& groups);

// Scaling groups of managed nodegroups: instances are launched or terminated, spread over the
// subnets, until there are `desired`. An instance brings an attached interface, with the tag
// node.k8s.amazonaws.com/instance_id, and a public address where its subnet maps one.
ScalingGroup& make_scaling_group(OpContext& context, ScalingGroup wanted);
void resize_scaling_group(OpContext& context, const std::string& name, int desired);
void remove_scaling_group(OpContext& context, const std::string& name);  // and its instances

// A security group with EC2's default egress rule, as EKS makes one for a cluster.
SecurityGroup& make_group(OpContext& context, SecurityGroup wanted);
void remove_group(OpContext& context, const std::string& id);  // and its rules
// A group that EKS removes with its cluster, and that stays when something still uses it.
bool group_in_use(const Ec2& ec2, const std::string& id);

// The launch template version that {id|name, version} of an EKS or Auto Scaling call means.
struct TemplateChoice {
  const LaunchTemplate* launch_template = nullptr;
  const LaunchTemplateVersion* version = nullptr;
};
// Looks as a call does (K5). version: a number, "$Latest", "$Default" or empty (= $Default).
TemplateChoice find_template(OpContext& context, const std::string& id, const std::string& name,
                             const std::string& version);

// Tags. TagSpecifications of the given resource type, or an error (other types, aws: keys, > 50).
Answer read_tag_specifications(const Json& params, std::string_view resource_type, Tags& tags);
// [{"Key", "Value"}] both ways, sorted by key.
[[nodiscard]] Json show_tags(const Tags& tags);
[[nodiscard]] Tags read_tags(const Json& list);
// Why AWS refuses these tags (aws: prefix, lengths, more than 50), or nothing.
[[nodiscard]] std::optional<std::string> refuse_tags(const Tags& tags);
// The kinds of EC2 resources that carry tags.
struct TaggedKind {
  std::string_view prefix;   // of ids
  std::string_view type;     // as TagSpecifications and DescribeTags name it
  std::string_view unknown;  // the code for an id that does not exist
};
[[nodiscard]] const TaggedKind* tagged_kind(std::string_view id);  // null: no such prefix
// The tags of any EC2 resource, to be changed by this call; null when it does not know the id.
[[nodiscard]] Tags* edit_tags(OpContext& context, std::string_view id);
using EachTagged = std::function<void(const std::string& id, const Tags& tags)>;
using EachTaggedOfKind = std::function<void(const TaggedKind&, const std::string&, const Tags&)>;
void each_tagged(const Ec2& ec2, Sight sight, const EachTaggedOfKind& fn);

// Availability zones of a region: "us-west-2a"...; every region has at least three.
[[nodiscard]] const std::vector<std::string>& zones_of(const std::string& region);
[[nodiscard]] std::string zone_id(const std::string& zone);     // "usw2-az1"
[[nodiscard]] bool known_instance_type(std::string_view type);  // of our small catalogue

}  // namespace byoc::sim
