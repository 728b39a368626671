// EC2: internet gateways and NAT gateways.
#include <algorithm>

#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kInternetGateways = {
    "InternetGatewayIds",
    "InternetGateways",
    "igw-",
    "InvalidInternetGatewayID.NotFound",
    "internetGateway ID",
    "internet-gateway-id attachment.vpc-id attachment.state owner-id"};
constexpr Describe kNatGateways = {"NatGatewayIds", "NatGateways",
                                   "nat-",          "NatGatewayNotFound",
                                   "NAT gateway",   "nat-gateway-id vpc-id subnet-id state"};

constexpr Duration kNatCreation = std::chrono::seconds(110);
constexpr Duration kNatRefusal = std::chrono::seconds(10);
constexpr Duration kNatDeletion = std::chrono::seconds(60);
constexpr Duration kNatRemembered = std::chrono::hours(1);  // deleted and failed ones are shown

Answer unknown_vpc(const std::string& id) {
  return unknown_id("InvalidVpcID.NotFound", "vpc ID", "vpc-", id);
}

// ---- internet gateways ---------------------------------------------------------------------

Json show_internet_gateway(const OpContext& context, const InternetGateway& gateway) {
  Json body = {{"InternetGatewayId", gateway.id},
               {"OwnerId", context.account.id},
               {"Attachments", Json::array()}};
  if (!gateway.vpc.empty()) {
    body["Attachments"].push_back({{"VpcId", gateway.vpc}, {"State", "available"}});
  }
  put_tags(body, gateway.tags);
  return body;
}

Answer create_internet_gateway(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  if (static_cast<int>(ec2.internet_gateways.size()) >= ec2.quota.internet_gateways) {
    return fail("InternetGatewayLimitExceeded",
                "The maximum number of internet gateways has been reached.");
  }
  InternetGateway gateway;
  Answer bad = read_tag_specifications(params, "internet-gateway", gateway.tags);
  if (!bad.ok()) return bad;
  gateway.id = context.new_id("igw");
  const auto& made = ec2.internet_gateways.add(gateway.id, gateway, context.lag());
  return done({{"InternetGateway", show_internet_gateway(context, made)}});
}

Answer describe_internet_gateways(OpContext& context, const Json& params) {
  return describe(
      context, params, kInternetGateways, context.ec2().internet_gateways,
      [&](const auto& gateway) { return show_internet_gateway(context, gateway); },
      [&](const InternetGateway& gateway, std::string_view name) -> Strings {
        if (name == "internet-gateway-id") return {gateway.id};
        if (name == "owner-id") return {context.account.id};
        if (gateway.vpc.empty()) return {};
        return {name == "attachment.vpc-id" ? gateway.vpc : "available"};
      });
}

Answer attach_internet_gateway(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& id = text(params, "InternetGatewayId");
  const std::string& vpc = text(params, "VpcId");
  InternetGateway* gateway = ec2.internet_gateways.edit(id, context.sight, context.edit_time());
  if (gateway == nullptr) return unknown_id(kInternetGateways, id);
  if (ec2.vpcs.find(vpc, context.sight) == nullptr) return unknown_vpc(vpc);
  if (!gateway->vpc.empty()) {
    return fail("Resource.AlreadyAssociated",
                "resource " + id + " is already attached to network " + gateway->vpc);
  }
  if (ec2.internet_gateways.any([&](const auto& other) { return other.vpc == vpc; })) {
    return fail("InvalidParameterValue",
                "Network " + vpc + " already has an internet gateway attached");
  }
  gateway->vpc = vpc;
  return done();
}

Answer detach_internet_gateway(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& id = text(params, "InternetGatewayId");
  const std::string& vpc = text(params, "VpcId");
  InternetGateway* gateway = ec2.internet_gateways.edit(id, context.sight, context.edit_time());
  if (gateway == nullptr) return unknown_id(kInternetGateways, id);
  if (gateway->vpc.empty() || gateway->vpc != vpc) {
    return fail("Gateway.NotAttached", "resource " + id + " is not attached to network " + vpc);
  }
  const auto mapped = [&](const NetworkInterface& interface) {
    return interface.vpc == vpc && !interface.public_ip.empty();
  };
  if (ec2.interfaces.any(mapped)) {
    return fail("DependencyViolation",
                "Network " + vpc +
                    " has some mapped public address(es). Please unmap those "
                    "public address(es) before detaching the gateway.");
  }
  gateway->vpc.clear();
  return done();
}

Answer delete_internet_gateway(OpContext& context, const Json& params) {
  const std::string& id = text(params, "InternetGatewayId");
  const InternetGateway* gateway = context.ec2().internet_gateways.find(id, context.sight);
  if (gateway == nullptr) return unknown_id(kInternetGateways, id);
  if (!gateway->vpc.empty()) {
    return fail("DependencyViolation",
                "The internetGateway '" + id + "' has dependencies and cannot be deleted.");
  }
  context.ec2().internet_gateways.remove(id, context.now, context.hide_time());
  return done();
}

// ---- NAT gateways --------------------------------------------------------------------------

Json show_nat_gateway(const NatGateway& nat) {
  Json address = {
      {"NetworkInterfaceId", nat.interface}, {"PrivateIp", nat.private_ip}, {"IsPrimary", true}};
  if (!nat.allocation.empty()) address["AllocationId"] = nat.allocation;
  if (!nat.public_ip.empty()) address["PublicIp"] = nat.public_ip;
  Json body = {{"NatGatewayId", nat.id},
               {"VpcId", nat.vpc},
               {"SubnetId", nat.subnet},
               {"State", nat.state},
               {"ConnectivityType", nat.allocation.empty() ? "private" : "public"},
               {"CreateTime", format_time(nat.created)},
               {"NatGatewayAddresses", {std::move(address)}}};
  if (nat.deleted != kNever) body["DeleteTime"] = format_time(nat.deleted);
  if (!nat.failure_code.empty()) {
    body["FailureCode"] = nat.failure_code;
    body["FailureMessage"] = nat.failure_message;
  }
  put_tags(body, nat.tags);
  return body;
}

// Takes the address and the interface from a gateway that ends.
void strip(OpContext& context, const NatGateway& nat) {
  Address* address = context.ec2().addresses.find(nat.allocation);
  if (address != nullptr && address->nat == nat.id) {
    address->nat.clear();
    address->interface.clear();
    address->association.clear();
  }
  remove_interface(context, nat.interface);
}

void forget_later(OpContext& context, const std::string& id) {
  context.later(kNatRemembered,
                [id](OpContext& then) { then.ec2().nat_gateways.remove(id, then.now, then.now); });
}

struct Failure {
  std::string code;
  std::string message;
};

// E3: what AWS finds out only after it has accepted the call, soon or at the end.
std::optional<Failure> nat_obstacle(const OpContext& context, const NatGateway& nat) {
  const Ec2& ec2 = context.ec2();
  const auto attached = [&](const InternetGateway& gateway) { return gateway.vpc == nat.vpc; };
  if (!nat.allocation.empty() && !ec2.internet_gateways.any(attached)) {
    return Failure{"Gateway.NotAttached",
                   "Network " + nat.vpc + " has no Internet gateway attached"};
  }
  if (!nat.allocation.empty()) {
    const Address* address = ec2.addresses.find(nat.allocation);
    if (address == nullptr) {
      return Failure{"InvalidAllocationID.NotFound",
                     "The allocation ID '" + nat.allocation + "' does not exist"};
    }
    if (address->nat != nat.id) {
      return Failure{"Resource.AlreadyAssociated",
                     "Elastic IP address [" + nat.allocation + "] is already associated"};
    }
  }
  return std::nullopt;
}

std::optional<Failure> nat_failure(OpContext& context, const NatGateway& nat) {
  if (auto obstacle = nat_obstacle(context, nat)) return obstacle;
  if (context.random.chance(context.faults.nat_failure)) {
    return Failure{"InternalError", "Network interface could not be created"};
  }
  return std::nullopt;
}

void fail_nat_creation(OpContext& context, NatGateway& nat, const Failure& failure) {
  nat.state = "failed";
  nat.failure_code = failure.code;
  nat.failure_message = failure.message;
  strip(context, nat);
  forget_later(context, nat.id);
}

void finish_nat_creation(OpContext& context, const std::string& id,
                         const std::optional<Failure>& foreseen) {
  NatGateway* nat = context.ec2().nat_gateways.find(id);
  if (nat == nullptr || nat->state != "pending") return;
  const auto failure = foreseen ? foreseen : nat_failure(context, *nat);
  if (failure) return fail_nat_creation(context, *nat, *failure);
  nat->state = "available";
  if (const Address* address = context.ec2().addresses.find(nat->allocation)) {
    nat->public_ip = address->public_ip;
    context.ec2().interfaces.find(nat->interface)->public_ip = address->public_ip;
  }
}

Answer check_nat_request(OpContext& context, const Json& params) {
  Ec2& ec2 = context.ec2();
  const std::string& subnet_id = text(params, "SubnetId");
  const Subnet* subnet = ec2.subnets.find(subnet_id, context.sight);
  if (subnet == nullptr) {
    return unknown_id("InvalidSubnetID.NotFound", "subnet ID", "subnet-", subnet_id);
  }
  const std::string& type = text(params, "ConnectivityType");
  if (!type.empty() && type != "public" && type != "private") {
    return fail("InvalidParameterValue", "Invalid connectivity type " + type);
  }
  const std::string& allocation = text(params, "AllocationId");
  if ((type != "private") == allocation.empty()) {
    return fail(allocation.empty() ? "MissingParameter" : "InvalidParameterCombination",
                "A public gateway needs AllocationId, a private one has none");
  }
  if (!allocation.empty() && ec2.addresses.find(allocation, context.sight) == nullptr) {
    return unknown_id("InvalidAllocationID.NotFound", "allocation ID", "eipalloc-", allocation);
  }
  if (free_addresses(ec2, *subnet) == 0) {
    return fail("InsufficientFreeAddressesInSubnet", "The subnet has no free addresses");
  }
  return done();
}

Answer create_nat_gateway(OpContext& context, const Json& params) {
  Answer bad = check_nat_request(context, params);
  if (!bad.ok()) return bad;
  Ec2& ec2 = context.ec2();
  NatGateway nat;
  bad = read_tag_specifications(params, "natgateway", nat.tags);
  if (!bad.ok()) return bad;
  nat.id = context.new_id("nat");
  nat.subnet = text(params, "SubnetId");
  nat.vpc = ec2.subnets.find(nat.subnet)->vpc;
  nat.allocation = text(params, "AllocationId");
  nat.created = context.now;
  NetworkInterface wanted;
  wanted.subnet = nat.subnet;
  wanted.type = "nat_gateway";
  wanted.requester = "amazon-vpc";
  wanted.description = "Interface for NAT Gateway " + nat.id;
  const NetworkInterface& interface = make_interface(context, std::move(wanted));
  nat.interface = interface.id;
  nat.private_ip = interface.private_ip;
  Address* address = ec2.addresses.find(nat.allocation);
  if (address != nullptr && address->association.empty()) {
    address->nat = nat.id;
    address->interface = nat.interface;
    address->association = context.new_id("eipassoc");
  }
  const std::string id = nat.id;
  auto foreseen = nat_obstacle(context, nat);
  context.later(context.about(foreseen ? kNatRefusal : kNatCreation),
                [id, foreseen = std::move(foreseen)](OpContext& then) {
                  finish_nat_creation(then, id, foreseen);
                });
  const NatGateway& made = ec2.nat_gateways.add(id, std::move(nat), context.lag());
  return done({{"NatGateway", show_nat_gateway(made)}});
}

Answer describe_nat_gateways(OpContext& context, const Json& params) {
  return describe(context, params, kNatGateways, context.ec2().nat_gateways, show_nat_gateway,
                  [](const NatGateway& nat, std::string_view name) -> Strings {
                    if (name == "nat-gateway-id") return {nat.id};
                    if (name == "vpc-id") return {nat.vpc};
                    if (name == "subnet-id") return {nat.subnet};
                    return {nat.state};
                  });
}

Answer delete_nat_gateway(OpContext& context, const Json& params) {
  const std::string& id = text(params, "NatGatewayId");
  NatGateway* nat = context.ec2().nat_gateways.find(id, context.sight);
  if (nat == nullptr || nat->state == "deleted") {
    return fail("NatGatewayNotFound", "The Nat Gateway " + id + " was not found");
  }
  if (nat->state == "deleting") return done({{"NatGatewayId", id}});
  const bool failed = nat->state == "failed";
  nat->state = "deleting";
  context.later(context.about(kNatDeletion), [id, failed](OpContext& then) {
    NatGateway* gone = then.ec2().nat_gateways.find(id);
    if (gone == nullptr) return;
    gone->state = "deleted";
    gone->deleted = then.now;
    if (!failed) strip(then, *gone);
    forget_later(then, id);
  });
  return done({{"NatGatewayId", id}});
}

constexpr OpRule kEc2GatewayOps[] = {
    {"ec2", "CreateInternetGateway", create_internet_gateway, kMutates, "TagSpecifications:l"},
    {"ec2", "DescribeInternetGateways", describe_internet_gateways, kReads,
     "InternetGatewayIds:l @paged"},
    {"ec2", "AttachInternetGateway", attach_internet_gateway, kMutates,
     "InternetGatewayId! VpcId!"},
    {"ec2", "DetachInternetGateway", detach_internet_gateway, kMutates,
     "InternetGatewayId! VpcId!"},
    {"ec2", "DeleteInternetGateway", delete_internet_gateway, kMutates, "InternetGatewayId!"},
    {"ec2", "CreateNatGateway", create_nat_gateway, kMutates,
     "SubnetId! AllocationId ConnectivityType TagSpecifications:l", "ClientToken"},
    {"ec2", "DescribeNatGateways", describe_nat_gateways, kReads,
     "NatGatewayIds:l Filter:l MaxResults:i"},
    {"ec2", "DeleteNatGateway", delete_nat_gateway, kMutates, "NatGatewayId!"},
};

}  // namespace

std::span<const OpRule> ec2_gateway_ops() {
  return kEc2GatewayOps;
}

}  // namespace byoc::sim
