// The state of the world and of EC2 as a person would tell it: no times.
#include "tests/sim/world.h"

namespace byoc::sim {
namespace {

Json dump_one(const Vpc& vpc) {
  return {{"cidr", vpc.cidr},
          {"dnsSupport", vpc.dns_support},
          {"dnsHostnames", vpc.dns_hostnames},
          {"tags", vpc.tags}};
}

Json dump_one(const Subnet& subnet) {
  return {{"vpc", subnet.vpc},
          {"cidr", subnet.cidr},
          {"zone", subnet.zone},
          {"publicIps", subnet.map_public_ip},
          {"tags", subnet.tags}};
}

Json dump_one(const InternetGateway& gateway) {
  return {{"vpc", gateway.vpc}, {"tags", gateway.tags}};
}

Json dump_one(const Address& address) {
  return {{"address", address.public_ip},
          {"interface", address.interface},
          {"nat", address.nat},
          {"tags", address.tags}};
}

// AWS forgets a deleted gateway by itself.
Json dump_one(const NatGateway& nat) {
  if (nat.state == "deleted") return nullptr;
  return {{"vpc", nat.vpc},
          {"subnet", nat.subnet},
          {"allocation", nat.allocation},
          {"state", nat.state},
          {"tags", nat.tags}};
}

Json dump_one(const RouteTable& table) {
  Json routes = Json::object();
  for (const auto& [destination, route] : table.routes) {
    routes[destination] = route.gateway + route.nat + route.interface;
  }
  Json associations = Json::object();
  for (const auto& one : table.associations) {
    associations[one.id] = one.subnet.empty() ? "main" : one.subnet;
  }
  return {{"vpc", table.vpc},
          {"routes", std::move(routes)},
          {"associations", std::move(associations)},
          {"tags", table.tags}};
}

Json dump_one(const SecurityGroup& group) {
  return {{"name", group.name},
          {"description", group.description},
          {"vpc", group.vpc},
          {"tags", group.tags}};
}

Json dump_one(const GroupRule& rule) {
  return {{"group", rule.group},
          {"egress", rule.egress},
          {"protocol", rule.protocol},
          {"ports", {rule.from_port, rule.to_port}},
          {"peer", rule.cidr4 + rule.cidr6 + rule.prefix_list + rule.peer_group},
          {"description", rule.description},
          {"tags", rule.tags}};
}

Json dump_one(const LaunchTemplate& one) {
  Json versions = Json::object();
  for (const auto& version : one.versions) versions[std::to_string(version.number)] = version.data;
  return {{"name", one.name},
          {"default", one.default_version},
          {"versions", std::move(versions)},
          {"tags", one.tags}};
}

Json dump_one(const NetworkInterface& one) {
  return {{"subnet", one.subnet},     {"description", one.description},
          {"groups", one.groups},     {"attached", !one.attachment.empty()},
          {"instance", one.instance}, {"requester", one.requester},
          {"tags", one.tags}};
}

Json dump_one(const Instance& one) {
  return {
      {"type", one.type}, {"subnet", one.subnet}, {"group", one.scaling_group}, {"tags", one.tags}};
}

Json dump_one(const ScalingGroup& group) {
  return {{"subnets", group.subnets},
          {"sizes", {group.min, group.desired, group.max}},
          {"tags", group.tags}};
}

Json dump_one(const VpcUse& one) {
  return {{"vpc", one.vpc},
          {"peer", one.peer},
          {"subnets", one.subnets},
          {"groups", one.groups},
          {"tags", one.tags}};
}

template <class T>
void dump_table(Json& out, std::string_view name, const Table<T>& table) {
  Json things = Json::object();
  table.each([&](const std::string& id, const T& thing) {
    Json one = dump_one(thing);
    if (!one.is_null()) things[id] = std::move(one);
  });
  if (!things.empty()) out[std::string(name)] = std::move(things);
}

void put(Json& out, std::string_view name, Json part) {
  if (!part.empty()) out[std::string(name)] = std::move(part);
}

}  // namespace

Json dump(const Ec2& ec2) {
  Json out = Json::object();
  dump_table(out, "vpcs", ec2.vpcs);
  dump_table(out, "subnets", ec2.subnets);
  dump_table(out, "internetGateways", ec2.internet_gateways);
  dump_table(out, "addresses", ec2.addresses);
  dump_table(out, "natGateways", ec2.nat_gateways);
  dump_table(out, "routeTables", ec2.route_tables);
  dump_table(out, "securityGroups", ec2.groups);
  dump_table(out, "securityGroupRules", ec2.rules);
  dump_table(out, "launchTemplates", ec2.templates);
  dump_table(out, "networkInterfaces", ec2.interfaces);
  dump_table(out, "instances", ec2.instances);
  dump_table(out, "scalingGroups", ec2.scaling_groups);
  for (const auto& [kind, table] : ec2.uses) dump_table(out, kind, table);
  return out;
}

Json World::dump() const {
  Json out = Json::object();
  for (const auto& [id, account] : accounts) {
    Json one = Json::object();
    put(one, "iam", sim::dump(account.iam));
    for (const auto& [name, region] : account.regions) {
      Json here = Json::object();
      put(here, "ec2", sim::dump(region.ec2));
      put(here, "eks", sim::dump(region.eks));
      put(here, "ecr", sim::dump(region.ecr));
      put(here, "logs", sim::dump(region.logs));
      put(one, name, std::move(here));
    }
    put(out, id, std::move(one));
  }
  put(out, "s3", sim::dump(s3));
  return out;
}

}  // namespace byoc::sim
