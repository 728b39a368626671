// Network interfaces, instances and scaling groups as AWS's own services make and remove them.
#include <algorithm>
#include <set>

#include "base/check.h"
#include "tests/sim/cidr.h"
#include "tests/sim/ec2.h"

namespace byoc::sim {
namespace {

constexpr std::uint32_t kFirstAddress = 4;  // AWS keeps the first four of each subnet

std::string free_address(const Ec2& ec2, const Subnet& subnet) {
  std::set<std::string> used;
  ec2.interfaces.each([&](const auto&, const NetworkInterface& interface) {
    if (interface.subnet == subnet.id) used.insert(interface.private_ip);
  });
  const std::uint32_t base = read_cidr(subnet.cidr)->base;
  std::uint32_t offset = kFirstAddress;
  while (used.contains(show_address(base + offset))) ++offset;
  return show_address(base + offset);
}

void launch_instance(OpContext& context, const ScalingGroup& group, const std::string& subnet_id) {
  const Subnet* subnet = context.ec2().subnets.find(subnet_id);
  check(subnet != nullptr, "a subnet with a scaling group in it cannot be deleted");
  Instance instance;
  instance.id = context.new_id("i");
  instance.type = group.instance_type;
  instance.subnet = subnet_id;
  instance.vpc = subnet->vpc;
  instance.zone = subnet->zone;
  instance.scaling_group = group.name;
  instance.spot = group.spot;
  instance.launched = context.now;
  instance.tags = group.tags;
  instance.tags["aws:autoscaling:groupName"] = group.name;
  NetworkInterface wanted;
  wanted.subnet = subnet_id;
  wanted.groups = group.groups;
  wanted.instance = instance.id;
  wanted.delete_on_termination = true;
  wanted.tags["node.k8s.amazonaws.com/instance_id"] = instance.id;
  if (subnet->map_public_ip) wanted.public_ip = new_public_address(context);
  instance.interface = make_interface(context, std::move(wanted)).id;
  const Lag lag = context.lag();
  const std::string id = instance.id;
  context.ec2().instances.add(id, std::move(instance), lag);
}

void terminate_instance(OpContext& context, const std::string& id) {
  remove_interface(context, context.ec2().instances.find(id)->interface);
  context.ec2().instances.remove(id, context.now, context.hide_time());
}

std::vector<std::string> instances_of(const Ec2& ec2, const std::string& group) {
  std::vector<std::string> ids;
  ec2.instances.each([&](const auto& id, const Instance& instance) {
    if (instance.scaling_group == group) ids.push_back(id);
  });
  return ids;
}

}  // namespace

std::uint64_t free_addresses(const Ec2& ec2, const Subnet& subnet) {
  std::uint64_t used = 5;  // AWS keeps the first four and the last one
  ec2.interfaces.each([&](const auto&, const NetworkInterface& interface) {
    used += interface.subnet == subnet.id ? 1 : 0;
  });
  const std::uint64_t size = read_cidr(subnet.cidr)->size();
  return size > used ? size - used : 0;
}

std::string new_public_address(OpContext& context) {
  const auto serial = static_cast<std::uint32_t>(++context.world.serial);
  return show_address((std::uint32_t{52} << 24) + serial * 7919U % (1U << 24));
}

NetworkInterface& make_interface(OpContext& context, NetworkInterface wanted, bool attached) {
  const Subnet* subnet = context.ec2().subnets.find(wanted.subnet);
  check(subnet != nullptr, "an interface is made in a subnet that exists");
  wanted.id = context.new_id("eni");
  wanted.vpc = subnet->vpc;
  wanted.zone = subnet->zone;
  wanted.private_ip = free_address(context.ec2(), *subnet);
  if (attached) wanted.attachment = context.new_id("eni-attach");
  const Lag lag = context.lag();
  const std::string id = wanted.id;
  return context.ec2().interfaces.add(id, std::move(wanted), lag);
}

void remove_interface(OpContext& context, const std::string& id) {
  context.ec2().interfaces.remove(id, context.now, context.hide_time());
}

ScalingGroup& make_scaling_group(OpContext& context, ScalingGroup wanted) {
  const int desired = wanted.desired;
  wanted.desired = 0;
  wanted.created = context.now;
  const std::string name = wanted.name;
  context.ec2().scaling_groups.add(name, std::move(wanted), context.lag());
  resize_scaling_group(context, name, desired);
  return *context.ec2().scaling_groups.find(name);
}

void resize_scaling_group(OpContext& context, const std::string& name, int desired) {
  ScalingGroup* group = context.ec2().scaling_groups.find(name);
  check(group != nullptr, "the scaling group exists");
  group->desired = desired;
  std::vector<std::string> ids = instances_of(context.ec2(), name);
  for (auto count = ids.size(); count < static_cast<std::size_t>(desired); ++count) {
    launch_instance(context, *group, group->subnets[count % group->subnets.size()]);
  }
  for (; ids.size() > static_cast<std::size_t>(desired); ids.pop_back()) {
    terminate_instance(context, ids.back());
  }
}

void remove_scaling_group(OpContext& context, const std::string& name) {
  if (context.ec2().scaling_groups.find(name) == nullptr) return;
  resize_scaling_group(context, name, 0);
  context.ec2().scaling_groups.remove(name, context.now, context.hide_time());
}

}  // namespace byoc::sim
