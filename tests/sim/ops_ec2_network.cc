// EC2: VPCs and subnets.
#include <algorithm>

#include "tests/sim/cidr.h"
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kVpcs = {
    "VpcIds", "Vpcs",
    "vpc-",   "InvalidVpcID.NotFound",
    "vpc ID", "vpc-id cidr state is-default isDefault owner-id dhcp-options-id"};
constexpr Describe kSubnets = {
    "SubnetIds",
    "Subnets",
    "subnet-",
    "InvalidSubnetID.NotFound",
    "subnet ID",
    "subnet-id vpc-id availability-zone availabilityZone cidr-block state map-public-ip-on-launch"};

constexpr int kBitsMin = 16;  // both VPCs and subnets: /16 to /28
constexpr int kBitsMax = 28;

bool size_fits(const std::optional<Cidr>& cidr) {
  return cidr && cidr->bits >= kBitsMin && cidr->bits <= kBitsMax;
}

Answer bad_cidr(const std::string& value) {
  return fail("InvalidParameterValue",
              "Value (" + value +
                  ") for parameter cidrBlock is invalid. This is not a valid CIDR "
                  "block.");
}

// ---- VPCs ----------------------------------------------------------------------------------

Json show_vpc(const OpContext& context, const Vpc& vpc, std::string_view state) {
  Json body = {{"VpcId", vpc.id},
               {"CidrBlock", vpc.cidr},
               {"State", state},
               {"DhcpOptionsId", "dopt-0simulated"},
               {"InstanceTenancy", vpc.tenancy},
               {"IsDefault", false},
               {"OwnerId", context.account.id},
               {"CidrBlockAssociationSet",
                {{{"AssociationId", "vpc-cidr-assoc-" + vpc.id.substr(4)},
                  {"CidrBlock", vpc.cidr},
                  {"CidrBlockState", {{"State", "associated"}}}}}}};
  put_tags(body, vpc.tags);
  return body;
}

// What every VPC is born with: a main route table and a default group that talks to itself.
void furnish(OpContext& context, const Vpc& vpc, const Lag& lag) {
  RouteTable table;
  table.id = context.new_id("rtb");
  table.vpc = vpc.id;
  table.main = true;
  table.routes[vpc.cidr] = Route{vpc.cidr, "local", {}, {}, false};
  table.associations.push_back({context.new_id("rtbassoc"), {}});
  context.ec2().route_tables.add(table.id, table, lag);
  SecurityGroup group{{}, "default", "default VPC security group", vpc.id, {}};
  const std::string id = make_group(context, std::move(group)).id;
  GroupRule rule;
  rule.id = context.new_id("sgr");
  rule.group = id;
  rule.protocol = "-1";
  rule.peer_group = id;
  context.ec2().rules.add(rule.id, rule, lag);
}

Answer create_vpc(OpContext& context, const Json& params) {
  const std::string& wanted = text(params, "CidrBlock");
  const auto cidr = read_cidr(wanted);
  if (!cidr) return bad_cidr(wanted);
  if (!size_fits(cidr)) {
    return fail("InvalidVpc.Range", "The CIDR '" + wanted + "' is invalid.");
  }
  Ec2& ec2 = context.ec2();
  if (static_cast<int>(ec2.vpcs.size()) >= ec2.quota.vpcs) {
    return fail("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
  }
  Vpc vpc;
  Answer bad = read_tag_specifications(params, "vpc", vpc.tags);
  if (!bad.ok()) return bad;
  vpc.id = context.new_id("vpc");
  vpc.cidr = show_cidr(*cidr);
  if (!text(params, "InstanceTenancy").empty()) vpc.tenancy = text(params, "InstanceTenancy");
  const Lag lag = context.lag();
  furnish(context, vpc, lag);
  return done({{"Vpc", show_vpc(context, ec2.vpcs.add(vpc.id, vpc, lag), "pending")}});
}

Answer describe_vpcs(OpContext& context, const Json& params) {
  return describe(
      context, params, kVpcs, context.ec2().vpcs,
      [&](const Vpc& vpc) { return show_vpc(context, vpc, "available"); },
      [&](const Vpc& vpc, std::string_view name) -> Strings {
        if (name == "vpc-id") return {vpc.id};
        if (name == "cidr") return {vpc.cidr};
        if (name == "state") return {"available"};
        if (name == "owner-id") return {context.account.id};
        if (name == "dhcp-options-id") return {"dopt-0simulated"};
        return {"false"};
      });
}

Answer describe_vpc_attribute(OpContext& context, const Json& params) {
  const std::string& id = text(params, "VpcId");
  const Vpc* vpc = context.ec2().vpcs.find(id, context.sight);
  if (vpc == nullptr) return unknown_id(kVpcs, id);
  const std::string& attribute = text(params, "Attribute");
  if (attribute == "enableDnsSupport") {
    return done({{"VpcId", id}, {"EnableDnsSupport", {{"Value", vpc->dns_support}}}});
  }
  if (attribute == "enableDnsHostnames") {
    return done({{"VpcId", id}, {"EnableDnsHostnames", {{"Value", vpc->dns_hostnames}}}});
  }
  return fail("InvalidParameterValue", "Value (" + attribute +
                                           ") for parameter attribute is "
                                           "invalid. Unknown attribute.");
}

Answer modify_vpc_attribute(OpContext& context, const Json& params) {
  const std::string& id = text(params, "VpcId");
  Vpc* vpc = context.ec2().vpcs.edit(id, context.sight, context.edit_time());
  if (vpc == nullptr) return unknown_id(kVpcs, id);
  const Json* support = member(params, "EnableDnsSupport");
  const Json* hostnames = member(params, "EnableDnsHostnames");
  if ((support == nullptr) == (hostnames == nullptr)) {
    return fail("InvalidParameterCombination", "Exactly one attribute can be modified per call.");
  }
  if (support != nullptr) {
    vpc->dns_support = support->at("Value").get<bool>();
    return done();
  }
  const bool value = hostnames->at("Value").get<bool>();
  if (value && !vpc->dns_support) {
    return fail("InvalidParameterCombination", "DNS hostnames need DNS support.");
  }
  vpc->dns_hostnames = value;
  return done();
}

// E14: everything but what the VPC was born with.
bool vpc_in_use(const Ec2& ec2, const std::string& id) {
  const auto here = [&](const auto& thing) { return thing.vpc == id; };
  return has_uses(ec2, id) || ec2.subnets.any(here) || ec2.interfaces.any(here) ||
         ec2.internet_gateways.any(here) ||
         ec2.groups.any([&](const auto& g) { return g.vpc == id && g.name != "default"; }) ||
         ec2.route_tables.any([&](const auto& t) { return t.vpc == id && !t.main; });
}

Answer delete_vpc(OpContext& context, const Json& params) {
  const std::string id = text(params, "VpcId");
  Ec2& ec2 = context.ec2();
  if (ec2.vpcs.find(id, context.sight) == nullptr) return unknown_id(kVpcs, id);
  if (vpc_in_use(ec2, id)) {
    return fail("DependencyViolation",
                "The vpc '" + id + "' has dependencies and cannot be deleted.");
  }
  const Time hidden = context.hide_time();
  Strings tables, groups;
  ec2.route_tables.each([&](const auto& key, const RouteTable& table) {
    if (table.vpc == id) tables.push_back(key);
  });
  ec2.groups.each([&](const auto& key, const SecurityGroup& group) {
    if (group.vpc == id) groups.push_back(key);
  });
  for (const auto& table : tables) ec2.route_tables.remove(table, context.now, hidden);
  for (const auto& group : groups) remove_group(context, group);
  ec2.vpcs.remove(id, context.now, hidden);
  return done();
}

// ---- subnets -------------------------------------------------------------------------------

Json show_subnet(const OpContext& context, const Subnet& subnet) {
  Json body = {{"SubnetId", subnet.id},
               {"SubnetArn", context.arn("ec2", "subnet/" + subnet.id)},
               {"VpcId", subnet.vpc},
               {"CidrBlock", subnet.cidr},
               {"AvailabilityZone", subnet.zone},
               {"AvailabilityZoneId", zone_id(subnet.zone)},
               {"AvailableIpAddressCount", free_addresses(context.region.ec2, subnet)},
               {"MapPublicIpOnLaunch", subnet.map_public_ip},
               {"AssignIpv6AddressOnCreation", false},
               {"DefaultForAz", false},
               {"State", "available"},
               {"OwnerId", context.account.id}};
  put_tags(body, subnet.tags);
  return body;
}

Answer create_subnet(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& vpc_id = text(params, "VpcId");
  const Vpc* vpc = ec2.vpcs.find(vpc_id, context.sight);
  if (vpc == nullptr) return unknown_id(kVpcs, vpc_id);
  const std::string& wanted = text(params, "CidrBlock");
  const auto cidr = read_cidr(wanted);
  if (!cidr) return bad_cidr(wanted);
  if (!size_fits(cidr) || !read_cidr(vpc->cidr)->contains(*cidr)) {
    return fail("InvalidSubnet.Range", "The CIDR '" + wanted + "' is invalid.");
  }
  const auto overlaps = [&](const Subnet& other) {
    return other.vpc == vpc_id && read_cidr(other.cidr)->overlaps(*cidr);
  };
  if (ec2.subnets.any(overlaps)) {
    return fail("InvalidSubnet.Conflict",
                "The CIDR '" + wanted + "' conflicts with another subnet");
  }
  const auto& zones = zones_of(context.region.name);
  std::string zone = text(params, "AvailabilityZone");
  if (zone.empty()) zone = zones.front();
  if (std::find(zones.begin(), zones.end(), zone) == zones.end()) {
    return fail("InvalidParameterValue",
                "Value (" + zone +
                    ") for parameter availabilityZone is invalid. Subnets can "
                    "currently only be created in the following availability zones: " +
                    zones.front() + " to " + zones.back() + ".");
  }
  Subnet subnet{context.new_id("subnet"), vpc_id, show_cidr(*cidr), zone, false, {}};
  Answer bad = read_tag_specifications(params, "subnet", subnet.tags);
  if (!bad.ok()) return bad;
  const Lag lag = context.lag();
  return done({{"Subnet", show_subnet(context, ec2.subnets.add(subnet.id, subnet, lag))}});
}

Answer describe_subnets(OpContext& context, const Json& params) {
  return describe(
      context, params, kSubnets, context.ec2().subnets,
      [&](const Subnet& subnet) { return show_subnet(context, subnet); },
      [](const Subnet& subnet, std::string_view name) -> Strings {
        if (name == "subnet-id") return {subnet.id};
        if (name == "vpc-id") return {subnet.vpc};
        if (name == "cidr-block") return {subnet.cidr};
        if (name == "state") return {"available"};
        if (name == "map-public-ip-on-launch") return {show_flag(subnet.map_public_ip)};
        return {subnet.zone};
      });
}

Answer modify_subnet_attribute(OpContext& context, const Json& params) {
  const std::string& id = text(params, "SubnetId");
  Subnet* subnet = context.ec2().subnets.edit(id, context.sight, context.edit_time());
  if (subnet == nullptr) return unknown_id(kSubnets, id);
  subnet->map_public_ip = params.at("MapPublicIpOnLaunch").at("Value").get<bool>();
  return done();
}

Answer delete_subnet(OpContext& context, const Json& params) {
  const std::string id = text(params, "SubnetId");
  Ec2& ec2 = context.ec2();
  if (ec2.subnets.find(id, context.sight) == nullptr) return unknown_id(kSubnets, id);
  if (ec2.interfaces.any([&](const auto& interface) { return interface.subnet == id; })) {
    return fail("DependencyViolation",
                "The subnet '" + id + "' has dependencies and cannot be deleted.");
  }
  ec2.route_tables.each([&](const auto&, RouteTable& table) {
    std::erase_if(table.associations, [&](const auto& one) { return one.subnet == id; });
  });
  ec2.subnets.remove(id, context.now, context.hide_time());
  return done();
}

constexpr OpRule kEc2NetworkOps[] = {
    {"ec2", "CreateVpc", create_vpc, kMutates,
     "CidrBlock! InstanceTenancy TagSpecifications:l AmazonProvidedIpv6CidrBlock:b"},
    {"ec2", "DescribeVpcs", describe_vpcs, kReads, "VpcIds:l @paged"},
    {"ec2", "DescribeVpcAttribute", describe_vpc_attribute, kReads, "VpcId! Attribute!"},
    {"ec2", "ModifyVpcAttribute", modify_vpc_attribute, kMutates,
     "VpcId! EnableDnsSupport:o EnableDnsHostnames:o"},
    {"ec2", "DeleteVpc", delete_vpc, kMutates, "VpcId!"},
    {"ec2", "CreateSubnet", create_subnet, kMutates,
     "VpcId! CidrBlock! AvailabilityZone TagSpecifications:l"},
    {"ec2", "DescribeSubnets", describe_subnets, kReads, "SubnetIds:l @paged"},
    {"ec2", "ModifySubnetAttribute", modify_subnet_attribute, kMutates,
     "SubnetId! MapPublicIpOnLaunch!:o"},
    {"ec2", "DeleteSubnet", delete_subnet, kMutates, "SubnetId!"},
};

}  // namespace

std::span<const OpRule> ec2_network_ops() {
  return kEc2NetworkOps;
}

}  // namespace byoc::sim
