// EC2: what others put into a VPC, as far as it keeps the VPC from being deleted.
#include <algorithm>

#include "base/check.h"
#include "tests/sim/filter.h"

namespace byoc::sim {
namespace {

constexpr Describe kEndpoints = {
    "VpcEndpointIds",  "VpcEndpoints",
    "vpce-",           "InvalidVpcEndpointId.NotFound",
    "Vpc Endpoint Id", "vpc-endpoint-id vpc-id service-name vpc-endpoint-state vpc-endpoint-type"};
constexpr Describe kPeerings = {"VpcPeeringConnectionIds",
                                "VpcPeeringConnections",
                                "pcx-",
                                "InvalidVpcPeeringConnectionID.NotFound",
                                "vpcPeeringConnection ID",
                                "vpc-peering-connection-id requester-vpc-info.vpc-id "
                                "accepter-vpc-info.vpc-id status-code"};
constexpr Describe kVpnGateways = {"VpnGatewayIds", "VpnGateways",
                                   "vgw-",          "InvalidVpnGatewayID.NotFound",
                                   "vpnGateway ID", "vpn-gateway-id attachment.vpc-id state"};
constexpr Describe kTransitAttachments = {"TransitGatewayAttachmentIds",
                                          "TransitGatewayVpcAttachments",
                                          "tgw-attach-",
                                          "InvalidTransitGatewayAttachmentID.NotFound",
                                          "Transit Gateway Attachment ID",
                                          "transit-gateway-attachment-id transit-gateway-id "
                                          "vpc-id state"};
constexpr Describe kEgressGateways = {
    "EgressOnlyInternetGatewayIds", "EgressOnlyInternetGateways",      "eigw-",
    "InvalidGatewayID.NotFound",    "egress-only internet gateway ID", ""};  // by tags alone
constexpr Describe kNetworkAcls = {"NetworkAclIds", "NetworkAcls",
                                   "acl-",          "InvalidNetworkAclID.NotFound",
                                   "networkAcl ID", "network-acl-id vpc-id default"};

Json with_its_tags(Json body, const Tags& tags) {
  put_tags(body, tags);
  return body;
}

Answer describe_endpoints(OpContext& context, const Json& params) {
  return describe(
      context, params, kEndpoints, context.ec2().uses[std::string(kEndpoint)],
      [&](const VpcUse& one) {
        Json groups = Json::array();
        for (const std::string& id : one.groups) groups.push_back({{"GroupId", id}});
        return with_its_tags({{"VpcEndpointId", one.id},
                              {"VpcEndpointType", one.subnets.empty() ? "Gateway" : "Interface"},
                              {"VpcId", one.vpc},
                              {"ServiceName", one.peer},
                              {"State", "available"},
                              {"SubnetIds", one.subnets},
                              {"Groups", groups},
                              {"NetworkInterfaceIds", one.interfaces},
                              {"RequesterManaged", false},
                              {"OwnerId", context.account.id}},
                             one.tags);
      },
      [](const VpcUse& one, std::string_view name) -> Strings {
        if (name == "vpc-endpoint-id") return {one.id};
        if (name == "vpc-id") return {one.vpc};
        if (name == "service-name") return {one.peer};
        if (name == "vpc-endpoint-state") return {"available"};
        return {one.subnets.empty() ? "Gateway" : "Interface"};
      });
}

Answer describe_peerings(OpContext& context, const Json& params) {
  return describe(
      context, params, kPeerings, context.ec2().uses[std::string(kPeering)],
      [&](const VpcUse& one) {
        return with_its_tags({{"VpcPeeringConnectionId", one.id},
                              {"RequesterVpcInfo", {{"VpcId", one.vpc}}},
                              {"AccepterVpcInfo", {{"VpcId", one.peer}}},
                              {"Status", {{"Code", "active"}, {"Message", "Active"}}}},
                             one.tags);
      },
      [](const VpcUse& one, std::string_view name) -> Strings {
        if (name == "vpc-peering-connection-id") return {one.id};
        if (name == "requester-vpc-info.vpc-id") return {one.vpc};
        if (name == "accepter-vpc-info.vpc-id") return {one.peer};
        return {"active"};
      });
}

Answer describe_vpn_gateways(OpContext& context, const Json& params) {
  return describe(
      context, params, kVpnGateways, context.ec2().uses[std::string(kVpnGateway)],
      [&](const VpcUse& one) {
        Json attachments = Json::array();
        if (!one.vpc.empty()) attachments.push_back({{"VpcId", one.vpc}, {"State", "attached"}});
        return with_its_tags({{"VpnGatewayId", one.id},
                              {"State", "available"},
                              {"Type", "ipsec.1"},
                              {"VpcAttachments", attachments}},
                             one.tags);
      },
      [](const VpcUse& one, std::string_view name) -> Strings {
        if (name == "vpn-gateway-id") return {one.id};
        return {name == "state" ? "available" : one.vpc};
      });
}

Answer describe_transit_attachments(OpContext& context, const Json& params) {
  return describe(
      context, params, kTransitAttachments, context.ec2().uses[std::string(kTransitAttachment)],
      [&](const VpcUse& one) {
        return with_its_tags({{"TransitGatewayAttachmentId", one.id},
                              {"TransitGatewayId", one.peer},
                              {"VpcId", one.vpc},
                              {"VpcOwnerId", context.account.id},
                              {"State", "available"},
                              {"SubnetIds", one.subnets}},
                             one.tags);
      },
      [](const VpcUse& one, std::string_view name) -> Strings {
        if (name == "transit-gateway-attachment-id") return {one.id};
        if (name == "transit-gateway-id") return {one.peer};
        return {name == "state" ? "available" : one.vpc};
      });
}

Answer describe_egress_gateways(OpContext& context, const Json& params) {
  return describe(
      context, params, kEgressGateways, context.ec2().uses[std::string(kEgressGateway)],
      [&](const VpcUse& one) {
        return with_its_tags({{"EgressOnlyInternetGatewayId", one.id},
                              {"Attachments", {{{"VpcId", one.vpc}, {"State", "attached"}}}}},
                             one.tags);
      },
      [](const VpcUse&, std::string_view) -> Strings { return {}; });
}

// Those of others, and the one that every VPC is born with.
Answer describe_network_acls(OpContext& context, const Json& params) {
  Table<VpcUse> all = context.ec2().uses[std::string(kNetworkAcl)];
  context.ec2().vpcs.each([&](const std::string& id, const Vpc&) {
    VpcUse born;
    born.id = "acl-" + id.substr(id.find('-') + 1);
    born.vpc = id;
    born.peer = "default";
    all.add(born.id, born, Lag{});
  });
  return describe(
      context, params, kNetworkAcls, all,
      [&](const VpcUse& one) {
        return with_its_tags({{"NetworkAclId", one.id},
                              {"VpcId", one.vpc},
                              {"IsDefault", one.peer == "default"},
                              {"Associations", Json::array()},
                              {"Entries", Json::array()},
                              {"OwnerId", context.account.id}},
                             one.tags);
      },
      [](const VpcUse& one, std::string_view name) -> Strings {
        if (name == "network-acl-id") return {one.id};
        return {name == "vpc-id" ? one.vpc : show_flag(one.peer == "default")};
      });
}

// ---- removals, as the commands that byoc names end in ----------------------------------------

Answer remove_one(OpContext& context, const Describe& what, std::string_view kind,
                  const std::string& id) {
  return remove_use(context, kind, id) ? done() : unknown_id(what, id);
}

Answer delete_endpoints(OpContext& context, const Json& params) {
  Json unsuccessful = Json::array();
  for (const Json& id : params.at("VpcEndpointIds")) {
    if (remove_use(context, kEndpoint, id.get<std::string>())) continue;
    unsuccessful.push_back({{"ResourceId", id}, {"Error", {{"Code", kEndpoints.unknown}}}});
  }
  return done({{"Unsuccessful", unsuccessful}});
}

Answer delete_peering(OpContext& context, const Json& params) {
  return remove_one(context, kPeerings, kPeering, text(params, "VpcPeeringConnectionId"));
}

Answer detach_vpn_gateway(OpContext& context, const Json& params) {
  const std::string& id = text(params, "VpnGatewayId");
  VpcUse* gateway = context.ec2().uses[std::string(kVpnGateway)].find(id);
  if (gateway == nullptr) return unknown_id(kVpnGateways, id);
  if (gateway->vpc != text(params, "VpcId")) {
    return fail("InvalidVpnGatewayAttachment.NotFound", "The attachment does not exist");
  }
  gateway->vpc.clear();
  return done();
}

Answer delete_transit_attachment(OpContext& context, const Json& params) {
  return remove_one(context, kTransitAttachments, kTransitAttachment,
                    text(params, "TransitGatewayAttachmentId"));
}

Answer delete_egress_gateway(OpContext& context, const Json& params) {
  return remove_one(context, kEgressGateways, kEgressGateway,
                    text(params, "EgressOnlyInternetGatewayId"));
}

Answer delete_network_acl(OpContext& context, const Json& params) {
  return remove_one(context, kNetworkAcls, kNetworkAcl, text(params, "NetworkAclId"));
}

Answer terminate_instances(OpContext& context, const Json& params) {
  for (const Json& wanted : params.at("InstanceIds")) {
    const auto id = wanted.get<std::string>();
    const Instance* instance = context.ec2().instances.find(id);
    if (instance == nullptr) {
      return unknown_id("InvalidInstanceID.NotFound", "instance ID", "i-", id);
    }
    remove_interface(context, instance->interface);
    context.ec2().instances.remove(id, context.now, context.hide_time());
  }
  return done();
}

constexpr OpRule kEc2UseOps[] = {
    {"ec2", "DescribeVpcEndpoints", describe_endpoints, kReads, "VpcEndpointIds:l @paged"},
    {"ec2", "DeleteVpcEndpoints", delete_endpoints, kMutates, "VpcEndpointIds!:l"},
    {"ec2", "DescribeVpcPeeringConnections", describe_peerings, kReads,
     "VpcPeeringConnectionIds:l @paged"},
    {"ec2", "DeleteVpcPeeringConnection", delete_peering, kMutates, "VpcPeeringConnectionId!"},
    {"ec2", "DescribeVpnGateways", describe_vpn_gateways, kReads, "VpnGatewayIds:l Filters:l"},
    {"ec2", "DetachVpnGateway", detach_vpn_gateway, kMutates, "VpnGatewayId! VpcId!"},
    {"ec2", "DescribeTransitGatewayVpcAttachments", describe_transit_attachments, kReads,
     "TransitGatewayAttachmentIds:l @paged"},
    {"ec2", "DeleteTransitGatewayVpcAttachment", delete_transit_attachment, kMutates,
     "TransitGatewayAttachmentId!"},
    {"ec2", "DescribeEgressOnlyInternetGateways", describe_egress_gateways, kReads,
     "EgressOnlyInternetGatewayIds:l @paged"},
    {"ec2", "DeleteEgressOnlyInternetGateway", delete_egress_gateway, kMutates,
     "EgressOnlyInternetGatewayId!"},
    {"ec2", "DescribeNetworkAcls", describe_network_acls, kReads, "NetworkAclIds:l @paged"},
    {"ec2", "DeleteNetworkAcl", delete_network_acl, kMutates, "NetworkAclId!"},
    {"ec2", "TerminateInstances", terminate_instances, kMutates, "InstanceIds!:l"},
};

std::string_view prefix_of(std::string_view kind) {
  if (kind == kEndpoint) return kEndpoints.prefix;
  if (kind == kPeering) return kPeerings.prefix;
  if (kind == kVpnGateway) return kVpnGateways.prefix;
  if (kind == kTransitAttachment) return kTransitAttachments.prefix;
  if (kind == kEgressGateway) return kEgressGateways.prefix;
  check(kind == kNetworkAcl, "a kind of what others put into a VPC");
  return kNetworkAcls.prefix;
}

}  // namespace

std::span<const OpRule> ec2_use_ops() {
  return kEc2UseOps;
}

VpcUse& make_use(OpContext& context, std::string_view kind, VpcUse wanted,
                 const std::string& description) {
  if (wanted.id.empty()) {
    std::string_view prefix = prefix_of(kind);
    prefix.remove_suffix(1);
    wanted.id = context.new_id(prefix);
  }
  const std::string name = wanted.id.substr(
      wanted.id.find("loadbalancer/") == std::string::npos ? 0 : wanted.id.find('/') + 1);
  for (const std::string& subnet : wanted.subnets) {
    NetworkInterface interface;
    interface.subnet = subnet;
    interface.groups = wanted.groups;
    interface.description = description + name;
    interface.requester = "amazon-aws";
    if (kind == kLoadBalancer || kind == kClassicLoadBalancer) {
      interface.requester = "amazon-elb";
      if (!wanted.internal) interface.public_ip = new_public_address(context);
    }
    wanted.interfaces.push_back(make_interface(context, std::move(interface)).id);
  }
  const std::string id = wanted.id;
  return context.ec2().uses[std::string(kind)].add(id, std::move(wanted), context.lag());
}

bool remove_use(OpContext& context, std::string_view kind, const std::string& id) {
  Table<VpcUse>& table = context.ec2().uses[std::string(kind)];
  const VpcUse* one = table.find(id);
  if (one == nullptr) return false;
  for (const std::string& interface : one->interfaces) remove_interface(context, interface);
  return table.remove(id, context.now, context.hide_time());
}

// E14. A load balancer stands in subnets, which keep the VPC.
bool has_uses(const Ec2& ec2, const std::string& vpc) {
  return std::any_of(ec2.uses.begin(), ec2.uses.end(), [&vpc](const auto& item) {
    const bool peers = item.first == kPeering;
    return item.second.any(
        [&](const VpcUse& one) { return one.vpc == vpc || (peers && one.peer == vpc); });
  });
}

Instance& make_instance(OpContext& context, const std::string& subnet_id,
                        const std::vector<std::string>& groups) {
  const Subnet* subnet = context.ec2().subnets.find(subnet_id);
  check(subnet != nullptr, "an instance is made in a subnet that exists");
  Instance instance;
  instance.id = context.new_id("i");
  instance.type = "m5.large";
  instance.subnet = subnet_id;
  instance.vpc = subnet->vpc;
  instance.zone = subnet->zone;
  instance.launched = context.now;
  NetworkInterface wanted;
  wanted.subnet = subnet_id;
  wanted.groups = groups;
  wanted.instance = instance.id;
  wanted.delete_on_termination = true;
  instance.interface = make_interface(context, std::move(wanted)).id;
  const std::string id = instance.id;
  return context.ec2().instances.add(id, std::move(instance), context.lag());
}

}  // namespace byoc::sim
